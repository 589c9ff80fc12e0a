/*
 * parse: experiment.h's experiment_read. Reads line by line; an error spoils its line only, so
 * that all errors of a file are reported.
 */
#include "language/parse_expectation.h"
#include "language/parse_step.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool parse_use(struct parser *p)
{
	unsigned families = 0;

	if (p->used || p->e->step_count) {
		parser_complain(p, p->words.word[0].column, "'use': expected %s",
			p->used ? "only one use line: an experiment is of one connection; of "
				  "several traces in a file, run each by itself"
				: "use before the first step");
		return false;
	}
	p->used = true;
	p->at = 1;
	do {
		if (!parse_family(p, &families))
			return false;
	} while (parser_peek(p));
	p->e->families = families;
	return true;
}

static bool length_word(struct parser *p, uint32_t *length)
{
	char tail;
	unsigned value;

	if (!parser_peek(p) || parser_next_is(p, "@"))
		return true;
	if (sscanf(parser_peek(p)->text, "%9u%c", &value, &tail) != 1 || !value)
		return parser_expected(
			p, p->at, "a payload length of 1 or more, '@', or the end of the line");
	*length = value;
	p->at++;
	return true;
}

/* The families that a packet is expected on: those of its guard, or else those of plain TCP, or
 * else, in an experiment that uses none, those that have packets. */
static bool wire_families(struct parser *p, struct expected_packet *wire)
{
	unsigned tcp = 0, others = 0;

	for (int f = 0; f < FAMILY_COUNT; f++)
		if (family_network((enum family)f) != NETWORK_NONE)
			*(family_is_tcp((enum family)f) ? &tcp : &others) |=
				p->e->families & 1u << f;
	wire->families = wire->guard.families & (tcp | others);
	if (!wire->guard.families)
		wire->families = tcp ? tcp : others;
	if (!wire->families)
		parser_complain(p, p->words.word[0].column,
			"'wire': expected a family in 'use' that has packets, such as tcp4");
	return wire->families;
}

static bool parse_wire(struct parser *p)
{
	struct expected_packet wire = {
		.line = p->line, .column = p->words.word[0].column, .step = p->e->step_count - 1};

	if (p->e->wire_count == WIRE_LIMIT) {
		parser_complain(p, p->words.word[0].column,
			"more than %d wire lines in an experiment", WIRE_LIMIT);
		p->hopeless = true;
		return false;
	}
	p->at = 1;
	if (parser_peek(p) && who_end(parser_peek(p)->text, &wire.packet.end))
		p->at++;
	if (!parser_next_is(p, ">") && !parser_next_is(p, "<"))
		return parser_expected(p, p->at, "'>' (from the client) or '<' (to the client)");
	wire.packet.from_client = parser_next_is(p, ">");
	p->at++;
	if (!parser_peek(p) || !packet_flags_parse(parser_peek(p)->text, &wire.packet.flags))
		return parser_expected(
			p, p->at, "tcpdump's flags in tcpdump's order, such as S. or P.");
	p->at++;
	if (!length_word(p, &wire.packet.length) || !parse_guard(p, &wire.guard) ||
		!wire_families(p, &wire))
		return false;
	p->e->wire[p->e->wire_count++] = wire;
	return true;
}

static bool unknown_line(struct parser *p)
{
	static const char *const first[] = {"use", "wire", "count", "sysctl", "link"};
	struct nearest nearest = {p->words.word[0].text, NULL, 0};

	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		text_offer_nearest(&nearest, first[i]);
	for (int i = 0; i < ENDS; i++)
		text_offer_nearest(&nearest, who_text((enum who)i));
	return parser_expected_or_nearest(
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
	if (parser_next_is(p, "use")) {
		line->kind = LINE_USE;
		return parse_use(p);
	}
	if (parser_next_is(p, "wire")) {
		line->kind = LINE_WIRE;
		line->index = e->wire_count;
		return parse_wire(p);
	}
	if (parser_next_is(p, "=")) {
		if (above == NO_STEP)
			return parser_expected(
				p, 0, "a step on the line above a further expectation");
		p->above = above == GOOD_STEP ? GOOD_STEP : BAD_STEP;
		if (above == BAD_STEP)
			return false; /* the step's own error says enough */
		line->kind = LINE_EXPECTATION;
		line->index = e->step_count - 1;
		line->which = e->script[line->index].expectation_count;
		return parse_expectation(p, &e->script[line->index]);
	}
	if (who_value(p->words.word[0].text, &who)) {
		line->kind = LINE_STEP;
		line->index = e->step_count;
		p->above = parse_step(p) ? GOOD_STEP : BAD_STEP;
		if (p->above == BAD_STEP)
			return false;
		line->which = e->script[line->index].expectation_count;
		return true;
	}
	return unknown_line(p);
}

/* Complains about a byte that is no text. */
static bool not_text(struct parser *p, const char *line, int length, int at)
{
	if (line[at] == '\r' && at == length - 1)
		parser_complain(p, at + 1,
			"a Windows line end, CR LF: expected LF alone (dos2unix FILE makes it so)");
	else
		parser_complain(p, at + 1, "byte 0x%02x: expected text", (unsigned char)line[at]);
	p->hopeless = true;
	return false;
}

static bool is_text(struct parser *p, const char *line, int length)
{
	for (int i = 0; i < length; i++)
		if (((unsigned char)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f)
			return not_text(p, line, length, i);
	if (p->line != 1 || strncmp(line, "\xef\xbb\xbf", 3) != 0)
		return true;
	parser_complain(p, 1, "a byte-order mark, EF BB BF: expected UTF-8 without one");
	p->hopeless = true;
	return false;
}

static int trimmed(const char *line, int length)
{
	while (length && (line[length - 1] == ' ' || line[length - 1] == '\t'))
		length--;
	return length;
}

/* Cuts a line into p->words; false after an error. A comment may be of any length: what a trace has
 * to say behind a '#' (a kernel's release, sysctls, why a step failed) has no limit of its own, and
 * every trace parses again. */
static bool cut_line(struct parser *p, const char *text, int length)
{
	const char *what;
	int column;

	bool too_long = text_before_comment(text, (size_t)length) > LINE_LIMIT;

	if (!is_text(p, text, too_long ? LINE_LIMIT : length))
		return false;
	if (too_long) {
		parser_complain(p, LINE_LIMIT + 1, "more than %d bytes in a line", LINE_LIMIT);
		return false;
	}
	if (text_cut(&p->words, text, (size_t)length, &column, &what))
		return true;
	parser_complain(
		p, column, "more than %d %s", *what == 'w' ? WORDS_LIMIT : WORD_LIMIT, what);
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

static struct experiment *parse(struct parser *p, const char *name, const char *text, size_t size)
{
	p->line = 1;
	if (strlen(name) > NAME_LIMIT || size > FILE_LIMIT) {
		parser_complain(p, 1, "more than %d bytes in an experiment%s",
			size > FILE_LIMIT ? FILE_LIMIT : NAME_LIMIT,
			size > FILE_LIMIT ? "" : "'s name");
		errno = EINVAL;
		return NULL;
	}
	p->e = experiment_new(name, text, size);
	if (!p->e)
		return NULL;
	p->line = 0;
	for (size_t at = 0; at < size && !p->hopeless;) {
		const char *end = memchr(p->e->text + at, '\n', size - at);
		size_t length = end ? (size_t)(end - p->e->text) - at : size - at;

		p->line++;
		parse_line(p, p->e->text + at, (int)length);
		at += length + 1;
	}
	if (!p->error_count && !p->e->step_count) {
		p->line = p->line ? p->line : 1;
		parser_complain(
			p, 1, "no steps: expected at least one, such as 'client connect = 0'");
	}
	if (!p->error_count)
		return p->e;
	experiment_free(p->e);
	errno = EINVAL;
	return NULL;
}

struct experiment *experiment_read(
	const char *name, const char *text, size_t size, complaint_taker *complain, void *context)
{
	struct parser p = {.complain = complain, .context = context};

	return parse(&p, name, text, size);
}

/* Where complaints are printed, and of what. */
struct print {
	FILE *out;
	const char *name;
};

static void print_complaint(void *context, const struct complaint *complaint)
{
	const struct print *print = context;

	complaint_print(print->name, complaint, print->out);
}

void complaint_print(const char *name, const struct complaint *complaint, FILE *out)
{
	fprintf(out, "%.*s:%d:%d: %s\n", NAME_LIMIT, name, complaint->line, complaint->column,
		complaint->message);
}

struct experiment *experiment_parse(const char *name, const char *text, size_t size, FILE *errors)
{
	struct print print = {errors, name};

	return experiment_read(name, text, size, print_complaint, &print);
}

struct experiment *experiment_parse_peer(
	const char *name, const char *text, size_t size, FILE *errors)
{
	struct print print = {errors, name};
	struct parser p = {.complain = print_complaint, .context = &print, .peer = true};

	return parse(&p, name, text, size);
}
