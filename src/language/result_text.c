/*
 * result_text: result.h's texts, written.
 */
#include "language/result.h"
#include "language/symbols.h"

#include <stdio.h>
#include <string.h>

/* The text without the signal. */
static void value_text(const struct result *r, char *text, size_t size)
{
	switch (r->kind) {
	case RESULT_NONE:
	case RESULT_DONE:
	case RESULT_FAILED:
	case RESULT_LACKING:
		text[0] = '\0';
		break;
	case RESULT_NUMBER:
		snprintf(text, size, "%ld", r->value);
		break;
	case RESULT_RELATION:
		if (r->relation == WITHIN)
			snprintf(text, size, "%ld..%ld", r->value, r->second);
		else
			snprintf(
				text, size, "%s%ld", symbol_text(relations, r->relation), r->value);
		break;
	case RESULT_ERROR:
		snprintf(text, size, "-1 %s", symbol_errno_text((int)r->value));
		break;
	case RESULT_ERRNO:
		snprintf(text, size, "%s", r->value ? symbol_errno_text((int)r->value) : "0");
		break;
	case RESULT_STATE:
		snprintf(text, size, "%s", symbol_text(tcp_states, r->value));
		break;
	case RESULT_EVENTS:
		symbol_mask_text(poll_events, r->value, text, size);
		break;
	case RESULT_EPOLL:
		symbol_mask_text(epoll_events, r->value, text, size);
		break;
	case RESULT_SETS:
		symbol_mask_text(select_sets, r->value, text, size);
		break;
	case RESULT_PAIR:
		snprintf(text, size, "%ld,%ld", r->value, r->second);
		break;
	case RESULT_TIMEOUT:
		snprintf(text, size, "timeout%s%s", r->value ? " in " : "",
			r->value ? symbol_text(tcp_states, r->value) : "");
		break;
	case RESULT_UNKNOWN:
		snprintf(text, size, "unknown");
		break;
	}
}

/* Writes the bytes that were received, behind their number: as a word, so that they can be read. */
static void data_text(const struct payload *data, char *text, size_t size)
{
	enum { SIGNAL_TEXT = 24 }; /* bytes that a signal behind it fits in */
	size_t room = size - SIGNAL_TEXT < WORD_LIMIT + 1 ? size - SIGNAL_TEXT : WORD_LIMIT + 1;

	snprintf(text, size, " ");
	payload_text(data, text + 1, room);
}

/* Of two alternatives: are they errnos with the same signal, which share a word? */
static bool share_word(const struct result *a, const struct result *b)
{
	return a->kind == b->kind && a->signal == b->signal &&
	       (a->kind == RESULT_ERROR || a->kind == RESULT_ERRNO);
}

static void signal_text(int signal, char *text, size_t size)
{
	const char *name = signal ? sigabbrev_np(signal) : NULL;

	if (name)
		snprintf(text, size, " SIG%s", name);
}

/* "in 20ms..60ms" */
static void elapsed_text(const struct result *r, bool behind, char *text, size_t size)
{
	int used = snprintf(text, size, "%sin %ldms..", behind ? " " : "", r->least);

	if (r->most < ELAPSED_LIMIT)
		snprintf(text + used, size - (size_t)used, "%ldms", r->most);
}

void result_text(const struct result *result, char *text, size_t size)
{
	struct result before = {.kind = RESULT_NONE};
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < result_count(result); i++) {
		struct result value = result_alternative(result, i);
		char one[RESULT_TEXT];

		value_text(&value, one, sizeof one);
		if (i && share_word(&before, &value)) {
			used += (size_t)snprintf(text + used, size - used, "|%s",
				value.value ? symbol_errno_text((int)value.value) : "0");
		} else {
			signal_text(before.signal, text + used, size - used);
			used += strlen(text + used);
			used += (size_t)snprintf(
				text + used, size - used, "%s%s", i ? " | " : "", one);
		}
		before = value;
		if (value.data.there) {
			data_text(&value.data, text + used, size - used);
			used += strlen(text + used);
		}
	}
	signal_text(before.signal, text + used, size - used);
	used += strlen(text + used);
	if (result->timed)
		elapsed_text(result, used > 0, text + used, size - used);
}
