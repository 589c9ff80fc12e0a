/*
 * result_parse: result.h's texts, read.
 */
#include "language/result.h"
#include "language/symbols.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const expected_of_form[] = {
	[FORM_NUMBER] = "a number, a relation such as >0, -1 and an errno, or timeout",
	[FORM_RECEIVED] = "a number, a relation such as >0, -1 and an errno, or timeout",
	[FORM_VALUE] = "a number, a relation such as >0, -1 and an errno, or timeout",
	[FORM_ERRNO] = "0, the name of an errno, -1 and an errno, or timeout",
	[FORM_STATE] = "the kernel's name of a TCP state, such as CLOSE_WAIT",
	[FORM_EVENTS] = "0 or poll events joined by |, such as POLLIN|POLLRDHUP",
	[FORM_EPOLL] =
		"0, epoll events joined by |, such as EPOLLIN|EPOLLRDHUP, or -1 and an errno",
	[FORM_SETS] = "0, sets joined by |, such as readfds|writefds, or -1 and an errno",
	[FORM_PAIR] = "two numbers such as 1,0, or -1 and an errno",
	[FORM_AWAIT] = "timeout, optionally with the state that it ends in",
};

static bool number_parse(const char *text, long *value)
{
	char *end;

	if (*text == '+' || *text == ' ' || !*text)
		return false;
	errno = 0;
	*value = strtol(text, &end, 10);
	return !*end && !errno;
}

/* "1..65536" */
static bool range_parse(const char *text, struct result *result)
{
	const char *dots = strstr(text, "..");
	char first[WORD_LIMIT + 1];

	if (!dots)
		return false;
	snprintf(first, sizeof first, "%.*s", (int)(dots - text), text);
	result->kind = RESULT_RELATION;
	result->relation = WITHIN;
	return number_parse(first, &result->value) && number_parse(dots + 2, &result->second) &&
	       result->value < result->second;
}

static bool relation_parse(const char *text, struct result *result)
{
	if (range_parse(text, result))
		return true;
	*result = (struct result){0};
	for (const struct symbol *r = relations; r->text; r++) {
		size_t n = strlen(r->text);

		if (strncmp(text, r->text, n))
			continue;
		result->kind = RESULT_RELATION;
		result->relation = (enum relation)r->value;
		return number_parse(text + n, &result->value);
	}
	return false;
}

static bool pair_parse(const char *text, struct result *result)
{
	char tail;

	result->kind = RESULT_PAIR;
	return sscanf(text, "%11ld,%11ld%c", &result->value, &result->second, &tail) == 2 &&
	       result->value <= INT_MAX && result->second <= INT_MAX;
}

static bool mask_parse(
	const char *text, const struct symbol *table, enum result_kind kind, struct result *result)
{
	const char *bad;
	size_t length;

	result->kind = kind;
	return symbol_mask(table, text, &result->value, &bad, &length);
}

/* Reads "EPIPE|ECONNRESET": errnos of that kind, each an alternative. */
static bool errnos_parse(const char *text, enum result_kind kind, struct result *result)
{
	for (int count = 0;; count++, text++) {
		char name[WORD_LIMIT + 1];
		struct result value = {.kind = kind};
		size_t length = strcspn(text, "|");

		snprintf(name, sizeof name, "%.*s", (int)length, text);
		value.value = symbol_errno(name);
		if (!value.value && (kind != RESULT_ERRNO || strcmp(name, "0") != 0))
			return false;
		if (!count)
			*result = value;
		else if (result_has(result, &value) || !result_add(result, &value))
			return false;
		text += length;
		if (!*text)
			return true;
	}
}

/* Reads the one word of a result of form that is neither an error nor a timeout. */
static bool value_parse(struct result *result, enum result_form form, const char *text)
{
	switch (form) {
	case FORM_NUMBER:
	case FORM_RECEIVED:
	case FORM_VALUE:
		result->kind = RESULT_NUMBER;
		return number_parse(text, &result->value) || relation_parse(text, result);
	case FORM_ERRNO:
		return errnos_parse(text, RESULT_ERRNO, result);
	case FORM_STATE:
		result->kind = RESULT_STATE;
		return symbol_value(tcp_states, text, &result->value);
	case FORM_EVENTS:
		return mask_parse(text, poll_events, RESULT_EVENTS, result);
	case FORM_EPOLL:
		return mask_parse(text, epoll_events, RESULT_EPOLL, result);
	case FORM_SETS:
		return mask_parse(text, select_sets, RESULT_SETS, result);
	case FORM_PAIR:
		return pair_parse(text, result);
	case FORM_AWAIT:
		break;
	}
	return false;
}

static int error_parse(
	struct result *result, const struct word *words, int count, int *bad, const char **expected)
{
	*bad = 1;
	*expected = "the name of an errno, such as EPIPE";
	return count > 1 && errnos_parse(words[1].text, RESULT_ERROR, result) ? 2 : 0;
}

static int timeout_parse(
	struct result *result, const struct word *words, int count, int *bad, const char **expected)
{
	result->kind = RESULT_TIMEOUT;
	if (count < 2 || strcmp(words[1].text, "in") != 0)
		return 1;
	*bad = 2;
	*expected = "the kernel's name of a TCP state, such as ESTABLISHED";
	return count > 2 && symbol_value(tcp_states, words[2].text, &result->value) ? 3 : 0;
}

/* Reads the bytes behind their number, if there are any: all of them, or how they begin. */
static int data_parse(struct result *result, const struct word *words, int count, int taken,
	int *bad, const char **expected)
{
	if (taken == count || !payload_begins(words[taken].text) ||
		(result->kind != RESULT_NUMBER && result->kind != RESULT_RELATION))
		return taken;
	*bad = taken;
	*expected = "the bytes in strace's quoting, such as \"hello\\n\"";
	if (!payload_parse(&result->data, words[taken].text))
		return 0;
	*expected = "as many bytes as are counted before them, or \"...\"... for how they begin";
	struct result length = {
		.kind = RESULT_NUMBER, .value = result->data.length, .data = result->data};

	return result->data.more || results_agree(result, &length) ? taken + 1 : 0;
}

/* An option's value may be -1, as SO_PEEK_OFF's is at first: then no errno follows. */
static bool is_value(enum result_form form, const struct word *words, int count)
{
	return form == FORM_VALUE && (count < 2 || !symbol_errno(words[1].text));
}

/* The first of the names between bars that is no errno's. */
static const char *nearest_errno(const char *text)
{
	char name[WORD_LIMIT + 1];

	for (;; text++) {
		size_t length = strcspn(text, "|");

		snprintf(name, sizeof name, "%.*s", (int)length, text);
		text += length;
		if (!symbol_errno(name) || !*text)
			return symbol_nearest_errno(name);
	}
}

const char *result_nearest(enum result_form form, const struct word *words, int bad)
{
	static const struct symbol *const names[] = {[FORM_STATE] = tcp_states,
		[FORM_EVENTS] = poll_events,
		[FORM_EPOLL] = epoll_events,
		[FORM_SETS] = select_sets,
		[FORM_AWAIT] = NULL};
	bool begins = !bad || !strcmp(words[bad - 1].text, "|");
	bool of_state = !begins && !strcmp(words[bad - 1].text, "in");
	const struct symbol *table = of_state ? tcp_states : names[form];
	const char *word = words[bad].text, *part = word;
	size_t length = strlen(word);
	long mask;

	if (begins ? form == FORM_ERRNO : !of_state)
		return nearest_errno(word);
	if (table && !symbol_mask(table, word, &mask, &part, &length))
		return symbol_nearest(table, part, length);
	return NULL;
}

/* Reads one result, or several errnos of one word. */
static int one_parse(struct result *result, enum result_form form, const struct word *words,
	int count, int *bad, const char **expected)
{
	int taken = 0;

	*result = (struct result){0};
	*bad = 0;
	*expected = expected_of_form[form];
	if (!count)
		return 0;
	if (!strcmp(words[0].text, "timeout"))
		taken = timeout_parse(result, words, count, bad, expected);
	else if (!strcmp(words[0].text, "-1") && form != FORM_AWAIT &&
		 !is_value(form, words, count))
		taken = error_parse(result, words, count, bad, expected);
	else if (value_parse(result, form, words[0].text))
		taken = 1;
	return taken;
}

/* The signal stands behind all that its word says. */
static int signal_parse(struct result *result, const struct word *words, int count, int taken)
{
	int signal = taken && taken < count ? symbol_signal(words[taken].text) : 0;

	if (!signal)
		return taken;
	result->signal = signal;
	for (int i = 0; i < result->other_count; i++)
		result->other[i].signal = signal;
	return taken + 1;
}

/* Adds each value of more, which is behind a bar. */
static bool add_all(struct result *result, const struct result *more)
{
	for (int i = 0; i < result_count(more); i++) {
		struct result value = result_alternative(more, i);

		if (result_has(result, &value) || !result_add(result, &value))
			return false;
	}
	return true;
}

int result_parse(struct result *result, enum result_form form, const struct word *words, int count,
	int *bad, const char **expected)
{
	int taken = one_parse(result, form, words, count, bad, expected);

	if (taken && form == FORM_RECEIVED)
		taken = data_parse(result, words, count, taken, bad, expected);
	taken = signal_parse(result, words, count, taken);
	while (taken && taken < count && !strcmp(words[taken].text, "|")) {
		struct result more;
		int at = taken + 1,
		    next = one_parse(&more, form, words + at, count - at, bad, expected);

		*bad += at;
		next = signal_parse(&more, words + at, count - at, next);
		if (!next)
			return 0;
		*bad = at;
		*expected = "another result than those before it, and no more than 4 in all";
		if (!add_all(result, &more))
			return 0;
		taken = at + next;
	}
	return taken;
}
