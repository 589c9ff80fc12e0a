/*
 * parse: experiment.h's experiment_parse. Reads line by line; an error spoils its line only, so
 * that all errors of a file are reported.
 */
#include "language/parser.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void complain(struct parser *p, int column, const char *format, ...)
{
	va_list arguments;

	if (p->error_count++ == ERROR_LIMIT)
		fprintf(p->errors, "%s:%d:%d: more than %d errors; the rest is not reported\n",
			p->e->name, p->line, column, ERROR_LIMIT);
	if (p->error_count > ERROR_LIMIT)
		return;
	fprintf(p->errors, "%s:%d:%d: ", p->e->name, p->line, column);
	va_start(arguments, format);
	vfprintf(p->errors, format, arguments);
	va_end(arguments);
	fputc('\n', p->errors);
}

const struct word *peek(const struct parser *p)
{
	return p->at < p->words.count ? &p->words.word[p->at] : NULL;
}

bool next_is(const struct parser *p, const char *text)
{
	return peek(p) && !strcmp(peek(p)->text, text);
}

/* Complains about word i of the line, or about its absence. Always false. */
bool expected(struct parser *p, int i, const char *what)
{
	if (i < p->words.count)
		complain(p, p->words.word[i].column, "'%s': expected %s", p->words.word[i].text,
			what);
	else
		complain(p, p->words.end_column, "end of line: expected %s", what);
	return false;
}

bool expected_or_nearest(struct parser *p, int i, const char *what, const struct nearest *nearest)
{
	char text[160];

	if (i >= p->words.count || !nearest->best)
		return expected(p, i, what);
	snprintf(text, sizeof text, "%s; did you mean '%s'?", what, nearest->best);
	return expected(p, i, text);
}

bool line_ends(struct parser *p)
{
	return p->at == p->words.count || expected(p, p->at, "the end of the line");
}

static bool family_word(struct parser *p, unsigned *families)
{
	enum family family;
	struct nearest nearest = {peek(p) ? peek(p)->text : "", NULL, 0};
	char what[128];

	if (peek(p) && family_value(peek(p)->text, &family)) {
		*families |= 1u << family;
		p->at++;
		return true;
	}
	for (int f = 0; f < FAMILY_COUNT; f++)
		nearest_offer(&nearest, family_name((enum family)f));
	snprintf(what, sizeof what, "a family: %s", family_names());
	return expected_or_nearest(p, p->at, what, &nearest);
}

static bool parse_use(struct parser *p)
{
	unsigned families = 0;

	if (p->used || p->e->plan_count) {
		complain(p, p->words.word[0].column, "'use': expected %s",
			p->used ? "only one use line" : "use before the first step");
		return false;
	}
	p->used = true;
	p->at = 1;
	do {
		if (!family_word(p, &families))
			return false;
	} while (peek(p));
	p->e->families = families;
	return true;
}

/* Reads the versions behind since or before. */
static bool parse_versions(struct parser *p, struct change *change)
{
	if (change->version_count)
		return expected(p, p->at, "since and before once each");
	p->at++;
	do {
		const struct word *word = peek(p);

		if (word && change->version_count == GUARD_VERSIONS) {
			complain(p, word->column, "'%s': more than %d versions of a change",
				word->text, GUARD_VERSIONS);
			return false;
		}
		if (!word || !version_parse(word->text, &change->version[change->version_count]))
			return expected(p, p->at, "a kernel version, such as 6.11 or 6.1.103");
		change->version_count++;
		p->at++;
	} while (peek(p) && !next_is(p, "since") && !next_is(p, "before"));
	return true;
}

/* Reads "@ FAMILY... [since VERSION...] [before VERSION...]" to the end of the line, if an '@'
 * stands next. */
static bool parse_guard(struct parser *p, struct guard *guard)
{
	*guard = (struct guard){0};
	if (!next_is(p, "@"))
		return line_ends(p);
	p->at++;
	do {
		bool since = next_is(p, "since"), change = since || next_is(p, "before");

		if (!peek(p))
			return expected(p, p->at, "a family, since or before");
		if (change ? !parse_versions(p, since ? &guard->since : &guard->before)
			   : !family_word(p, &guard->families))
			return false;
	} while (peek(p));
	return true;
}

static bool overlaps(struct parser *p, const struct plan *plan, const struct guard *guard)
{
	for (int i = 0; i < plan->expectation_count; i++)
		if (guards_overlap(&plan->expectation[i].guard, guard)) {
			complain(p, p->result_column,
				"this expectation and one above it can hold at once: expected "
				"guards that exclude each other");
			return true;
		}
	return false;
}

/* Reads "= RESULT [@ GUARD]" as another expectation of plan. */
bool parse_expectation(struct parser *p, struct plan *plan)
{
	struct expectation e;
	const char *what;
	int bad;

	p->result_column = peek(p)->column;
	p->at++;
	int taken = result_parse(&e.result, step_form(&plan->step), p->words.word + p->at,
		p->words.count - p->at, &bad, &what);

	if (!taken)
		return expected(p, p->at + bad, what);
	p->at += taken;
	if (peek(p) && !next_is(p, "@"))
		return expected(p, p->at, "'@', a signal, or the end of the line");
	if (!parse_guard(p, &e.guard) || overlaps(p, plan, &e.guard))
		return false;
	if (plan->expectation_count == EXPECTATION_LIMIT) {
		complain(p, p->result_column, "more than %d expectations of one step",
			EXPECTATION_LIMIT);
		return false;
	}
	plan->expectation[plan->expectation_count++] = e;
	return true;
}

static bool length_word(struct parser *p, uint32_t *length)
{
	char tail;
	unsigned value;

	if (!peek(p) || next_is(p, "@"))
		return true;
	if (sscanf(peek(p)->text, "%9u%c", &value, &tail) != 1 || !value)
		return expected(
			p, p->at, "a payload length of 1 or more, '@', or the end of the line");
	*length = value;
	p->at++;
	return true;
}

static bool parse_wire(struct parser *p)
{
	struct wire_plan wire = {.line = p->line, .step = p->e->plan_count - 1};

	if (p->e->wire_count == WIRE_LIMIT) {
		complain(p, p->words.word[0].column, "more than %d wire lines in an experiment",
			WIRE_LIMIT);
		p->hopeless = true;
		return false;
	}
	p->at = 1;
	if (!next_is(p, ">") && !next_is(p, "<"))
		return expected(p, p->at, "'>' (from the client) or '<' (to the client)");
	wire.packet.from_client = next_is(p, ">");
	p->at++;
	if (!peek(p) || !packet_flags_parse(peek(p)->text, &wire.packet.flags))
		return expected(p, p->at, "tcpdump's flags in tcpdump's order, such as S. or P.");
	p->at++;
	if (!length_word(p, &wire.packet.length) || !parse_guard(p, &wire.guard))
		return false;
	p->e->wire[p->e->wire_count++] = wire;
	return true;
}

static bool unknown_line(struct parser *p)
{
	static const char *const first[] = {
		"use", "client", "server", "wire", "count", "sysctl", "link"};
	struct nearest nearest = {p->words.word[0].text, NULL, 0};

	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		nearest_offer(&nearest, first[i]);
	return expected_or_nearest(
		p, 0, "use, client, server, count, sysctl, link, wire or '='", &nearest);
}

/* Reads the words of a line. Its kind and index go into line. */
static bool parse_words(struct parser *p, struct line *line)
{
	struct experiment *e = p->e;
	enum above above = p->above;
	enum who who;

	p->at = 0;
	p->above = NO_STEP;
	if (next_is(p, "use")) {
		line->kind = LINE_USE;
		return parse_use(p);
	}
	if (next_is(p, "wire")) {
		line->kind = LINE_WIRE;
		line->index = e->wire_count;
		return parse_wire(p);
	}
	if (next_is(p, "=")) {
		if (above == NO_STEP)
			return expected(p, 0, "a step on the line above a further expectation");
		p->above = above == GOOD_STEP ? GOOD_STEP : BAD_STEP;
		if (above == BAD_STEP)
			return false; /* the step's own error says enough */
		line->kind = LINE_EXPECTATION;
		line->index = e->plan_count - 1;
		line->which = e->plan[line->index].expectation_count;
		return parse_expectation(p, &e->plan[line->index]);
	}
	if (who_value(p->words.word[0].text, &who)) {
		line->kind = LINE_STEP;
		line->index = e->plan_count;
		p->above = parse_step(p) ? GOOD_STEP : BAD_STEP;
		if (p->above == BAD_STEP)
			return false;
		line->which = e->plan[line->index].expectation_count;
		return true;
	}
	return unknown_line(p);
}

static bool is_text(struct parser *p, const char *line, int length)
{
	for (int i = 0; i < length; i++)
		if (((unsigned char)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f) {
			complain(p, i + 1, "byte 0x%02x: expected text", (unsigned char)line[i]);
			p->hopeless = true;
			return false;
		}
	return true;
}

static int trimmed(const char *line, int length)
{
	while (length && (line[length - 1] == ' ' || line[length - 1] == '\t'))
		length--;
	return length;
}

/* Cuts a line into p->words; false after an error. */
static bool cut_line(struct parser *p, const char *text, int length)
{
	const char *what;
	int column;

	if (!is_text(p, text, length < LINE_LIMIT ? length : LINE_LIMIT))
		return false;
	if (length > LINE_LIMIT) {
		complain(p, LINE_LIMIT + 1, "more than %d bytes in a line", LINE_LIMIT);
		return false;
	}
	if (words_cut(&p->words, text, (size_t)length, &column, &what))
		return true;
	complain(p, column, "more than %d %s", *what == 'w' ? WORDS_LIMIT : WORD_LIMIT, what);
	return false;
}

static void parse_line(struct parser *p, const char *text, int length)
{
	struct line line = {.kind = LINE_TEXT};

	length = trimmed(text, length);
	if (!cut_line(p, text, length)) {
		p->above = BAD_STEP; /* perhaps it was one */
		return;
	}
	line.comment = p->words.count ? p->words.comment : text;
	if (line.comment)
		line.comment_length = (int)(text + length - line.comment);
	if (p->words.count && !parse_words(p, &line))
		return;
	p->e->line[p->e->line_count++] = line;
}

struct experiment *experiment_parse(const char *name, const char *text, size_t size, FILE *errors)
{
	struct parser p = {.errors = errors};

	if (strlen(name) > NAME_LIMIT || size > FILE_LIMIT) {
		fprintf(errors, "%.*s:1:1: more than %d bytes in an experiment%s\n", NAME_LIMIT,
			name, size > FILE_LIMIT ? FILE_LIMIT : NAME_LIMIT,
			size > FILE_LIMIT ? "" : "'s name");
		errno = EINVAL;
		return NULL;
	}
	p.e = experiment_new(name, text, size);
	if (!p.e)
		return NULL;
	for (size_t at = 0; at < size && !p.hopeless;) {
		const char *end = memchr(p.e->text + at, '\n', size - at);
		size_t length = end ? (size_t)(end - p.e->text) - at : size - at;

		p.line++;
		parse_line(&p, p.e->text + at, (int)length);
		at += length + 1;
	}
	if (!p.error_count && !p.e->plan_count) {
		p.line = p.line ? p.line : 1;
		complain(&p, 1, "no steps: expected at least one, such as 'client connect = 0'");
	}
	if (!p.error_count)
		return p.e;
	experiment_free(p.e);
	errno = EINVAL;
	return NULL;
}
