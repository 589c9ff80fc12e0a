#include "diagnose/seen.h"

#include "util/memstream.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Does a line begin with the word? */
static bool begins(const char *line, size_t length, const char *word)
{
	size_t n = strlen(word);

	return length >= n && !memcmp(line, word, n) && (length == n || line[n] == ' ');
}

static bool has_accept(const char *text)
{
	for (; *text; text += strcspn(text, ";\n"), text += *text != '\0') {
		text += strspn(text, " \t");
		if (begins(text, strlen(text), "accept"))
			return true;
	}
	return false;
}

/* A line for each call, with the end in front where it is missing. */
static void print_lines(const char *text, FILE *out)
{
	const char *who = has_accept(text) ? "server " : "client ";

	while (*text) {
		enum who named;
		size_t length;

		text += strspn(text, " \t");
		length = strcspn(text, ";\n");
		char word[WORD_LIMIT + 1];

		snprintf(word, sizeof word, "%.*s", (int)strcspn(text, " ;\n"), text);
		bool plain = length && *text != '#' && *text != '=' && strcmp(word, "use") != 0 &&
			     strcmp(word, "wire") != 0 && !who_value(word, &named);

		fprintf(out, "%s%.*s\n", plain ? who : "", (int)length, text);
		text += length + (text[length] != '\0');
	}
}

struct experiment *seen_parse(const char *name, const char *text, FILE *errors)
{
	char *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&lines, &size);
	struct experiment *e = NULL;

	if (out)
		print_lines(text, out);
	if (memory_close(out, &lines))
		e = experiment_parse(name, lines, size, errors);
	else
		errno = ENOMEM;
	int error = errno;

	free(lines);
	errno = error;
	return e;
}

/* The family that is diagnosed: the first of plain TCP, or else the first. */
static enum family family_of(const struct experiment *e)
{
	enum family first = FAMILY_COUNT;

	for (int f = FAMILY_COUNT - 1; f >= 0; f--)
		if (e->families & 1u << f &&
			(first == FAMILY_COUNT || family_is_tcp((enum family)f) ||
				!family_is_tcp(first)))
			first = (enum family)f;
	return first == FAMILY_COUNT ? FAMILY_TCP4 : first;
}

/* How many bytes there were; recvfrom(2) tells the length of an address, too. */
static bool is_length(const struct result *result)
{
	return result->kind == RESULT_NUMBER || result->kind == RESULT_PAIR;
}

/* Does a call show that there was a connection already? */
static bool shows_connection(const struct step *step, const struct result *result)
{
	if (step_connects(step))
		return result->kind == RESULT_ERROR && result->value == EISCONN;
	if (!is_length(result))
		return false;
	if (step->operation->flags & RECEIVES)
		return result->value > 0;
	return step->operation->id == OP_GETPEERNAME || step->operation->id == OP_SHUTDOWN ||
	       (step->operation->flags & SENDS && result->value >= 0);
}

/* Was the connection there before the first call? The first call tells that needs one, or makes
 * one; where none does, it was. */
static bool was_connected(const struct seen *seen)
{
	for (int i = 0; i < seen->count; i++) {
		const struct step *step = seen_step(seen, i);
		struct result result = seen_result(seen, i);

		if (shows_connection(step, &result))
			return true;
		if (step_connects(step) || step_accepts(step) || step->operation->id == OP_LISTEN)
			return false;
	}
	return true;
}

void seen_take(struct seen *seen, struct experiment *e, struct version kernel)
{
	*seen = (struct seen){.e = e, .who = SERVER, .family = family_of(e), .kernel = kernel};

	for (int i = 0; i < e->step_count; i++)
		if (e->script[i].step.who == CLIENT)
			seen->who = CLIENT;
	for (int i = 0; i < e->step_count; i++) {
		if (e->script[i].step.who == seen->who)
			seen->call[seen->count++] = i;
	}
	seen->connected = was_connected(seen);
}

void seen_free(struct seen *seen)
{
	experiment_free(seen->e);
	*seen = (struct seen){0};
}

const struct step *seen_step(const struct seen *seen, int i)
{
	return &seen->e->script[seen->call[i]].step;
}

struct result seen_result(const struct seen *seen, int i)
{
	const struct script_step *entry = &seen->e->script[seen->call[i]];
	const struct expectation *e = script_step_expectation(entry, seen->family, seen->kernel);
	struct result none = {.kind = RESULT_NONE}, done = {.kind = RESULT_DONE};

	if (e)
		return e->result;
	return entry->step.operation->id == OP_AWAIT ? done : none;
}

bool seen_hangs(const struct seen *seen)
{
	bool hangs = false;

	for (int i = 0; i < seen->count; i++) {
		hangs |= seen_step(seen, i)->background;
		hangs &= seen_step(seen, i)->operation->id != OP_JOIN;
	}
	return hangs;
}

/* The call whose result a step tells: of join the one in the background. */
static const struct step *told_by(const struct seen *seen, int i)
{
	const struct step *step = seen_step(seen, i);

	while (step->operation->id == OP_JOIN && i > 0) {
		const struct step *before = seen_step(seen, --i);

		if (before->background)
			return before;
	}
	return step;
}

long seen_to_arrive(const struct seen *seen, int i)
{
	long bytes = 0, peeked = 0;

	for (; i < seen->count; i++) {
		struct result r = seen_result(seen, i);
		const struct step *step = told_by(seen, i);

		if (step->operation->id == OP_INQ && r.kind == RESULT_NUMBER &&
			bytes + r.value > peeked)
			peeked = bytes + r.value;
		if (!(step->operation->flags & RECEIVES) || !is_length(&r) ||
			step_flags(step) & (MSG_OOB | MSG_ERRQUEUE))
			continue;
		if (!(step_flags(step) & MSG_PEEK))
			bytes += r.value;
		else if (bytes + r.value > peeked)
			peeked = bytes + r.value;
	}
	return bytes > peeked ? bytes : peeked;
}
