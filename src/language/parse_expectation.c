#include "language/parse_expectation.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool parse_family(struct parser *p, unsigned *families)
{
	enum family family;
	struct nearest nearest = {parser_peek(p) ? parser_peek(p)->text : "", NULL, 0};
	char what[128];

	if (parser_peek(p) && family_value(parser_peek(p)->text, &family)) {
		*families |= 1u << family;
		p->at++;
		return true;
	}
	for (int f = 0; f < FAMILY_COUNT; f++)
		text_offer_nearest(&nearest, family_name((enum family)f));
	snprintf(what, sizeof what, "a family: %s", family_names());
	return parser_expected_or_nearest(p, p->at, what, &nearest);
}

/* Reads the versions behind since or before. */
static bool parse_versions(struct parser *p, struct change *change)
{
	if (change->version_count)
		return parser_expected(p, p->at, "since and before once each");
	p->at++;
	do {
		const struct word *word = parser_peek(p);

		if (word && change->version_count == GUARD_VERSIONS) {
			parser_complain(p, word->column, "'%s': more than %d versions of a change",
				word->text, GUARD_VERSIONS);
			return false;
		}
		if (!word || !version_parse(word->text, &change->version[change->version_count]))
			return parser_expected(p, p->at,
				"a kernel version, MAJOR.MINOR or MAJOR.MINOR.PATCH, such as 6.11 "
				"or 6.1.103");
		change->version_count++;
		p->at++;
	} while (parser_peek(p) && !parser_next_is(p, "since") && !parser_next_is(p, "before"));
	return true;
}

/* A guard that no run can meet would assert nothing, and pass. */
static bool can_hold(struct parser *p, const struct guard *guard, int column)
{
	bool used = !guard->families || guard->families & p->e->families;

	if (used && guard_can_hold(guard))
		return true;
	parser_complain(p, column, "'@': expected a guard that %s",
		used ? "holds on some kernel, 3.2 or later"
		     : "has a family of the experiment (its use line; tcp4 tcp6 without one)");
	return false;
}

/* Reads "@ FAMILY... [since VERSION...] [before VERSION...]" to the end of the line, if an '@'
 * stands next. */
bool parse_guard(struct parser *p, struct guard *guard)
{
	*guard = (struct guard){0};
	if (!parser_next_is(p, "@"))
		return parser_line_ends(p);
	int column = parser_peek(p)->column;

	p->at++;
	do {
		bool since = parser_next_is(p, "since"),
		     change = since || parser_next_is(p, "before");

		if (!parser_peek(p))
			return parser_expected(p, p->at, "a family, since or before");
		if (change ? !parse_versions(p, since ? &guard->since : &guard->before)
			   : !parse_family(p, &guard->families))
			return false;
	} while (parser_peek(p));
	return can_hold(p, guard, column);
}

static bool overlaps(struct parser *p, const struct script_step *entry, const struct guard *guard)
{
	for (int i = 0; i < entry->expectation_count; i++)
		if (guards_overlap(&entry->expectation[i].guard, guard)) {
			parser_complain(p, p->result_column,
				"this expectation and one above it can hold at once: expected "
				"guards that exclude each other");
			return true;
		}
	return false;
}

/* Where a step says nothing, an expectation of it would assert nothing, and pass. */
static bool can_be_asserted(struct parser *p, const struct step *step, const struct guard *guard)
{
	unsigned families = guard->families ? guard->families : p->e->families;

	for (int f = 0; f < FAMILY_COUNT; f++)
		if (families & p->e->families & 1u << f && step_applies(step, (enum family)f))
			return true;
	parser_complain(p, p->result_column,
		"'%s' says nothing on a family without TCP's states and counters: expected no "
		"result, or a family that has them, such as tcp4",
		step->operation->name);
	return false;
}

static bool is_count(enum result_form form)
{
	return form == FORM_NUMBER || form == FORM_RECEIVED || form == FORM_VALUE;
}

static bool can_be_alike(const struct step *a, const struct step *b)
{
	return step_form(a) == step_form(b) || (is_count(step_form(a)) && is_count(step_form(b)));
}

/* The last step before entry, which may be the last of the script already, of that end and
 * operation; NULL: none. */
static const struct script_step *step_before(
	const struct parser *p, const struct script_step *entry, const char *who, const char *name)
{
	for (int i = p->e->step_count - 1; i >= 0; i--) {
		const struct script_step *before = &p->e->script[i];

		if (before != entry && !strcmp(who_text(before->step.who), who) &&
			!strcmp(before->step.operation->name, name))
			return before;
	}
	return NULL;
}

/* Reads "as WHO OPERATION". */
static bool parse_as(struct parser *p, const struct script_step *entry, struct expectation *e)
{
	static const char what[] = "the side and the operation of a step before this one, as in "
				   "'as client write'";

	if (p->words.count < p->at + 3)
		return parser_expected(p, p->words.count, what);
	const struct script_step *before =
		step_before(p, entry, p->words.word[p->at + 1].text, p->words.word[p->at + 2].text);

	if (!before)
		return parser_expected(p, p->at + 2, what);
	if (before->step.background)
		return parser_expected(
			p, p->at + 2, "join, which has the result of the call in the background");
	if (!can_be_alike(&before->step, &entry->step))
		return parser_expected(p, p->at + 2, "an operation with results of this kind");
	e->as = (int)(before - p->e->script) + 1;
	p->at += 3;
	return true;
}

/* Reads "RESULT". */
static bool parse_result(struct parser *p, const struct script_step *entry, struct expectation *e)
{
	const char *what;
	int bad;

	if (step_form(&entry->step) == FORM_AWAIT && parser_next_is(p, "in")) {
		e->result.kind = RESULT_DONE;
		return true;
	}
	int taken = result_parse(&e->result, step_form(&entry->step), p->words.word + p->at,
		p->words.count - p->at, &bad, &what);

	if (!taken) {
		struct nearest nearest = {.best = NULL};

		if (p->at + bad < p->words.count)
			nearest.best =
				result_nearest(step_form(&entry->step), p->words.word + p->at, bad);
		return parser_expected_or_nearest(p, p->at + bad, what, &nearest);
	}
	p->at += taken;
	return true;
}

/* Reads "MILLISECONDSms" at *at, and moves it behind that. */
static bool read_milliseconds(const char **at, long *value)
{
	char *end;

	errno = 0;
	*value = isdigit((unsigned char)**at) ? strtol(*at, &end, 10) : -1;
	if (*value < 0 || errno || *value > ELAPSED_LIMIT || strncmp(end, "ms", 2) != 0)
		return false;
	*at = end + 2;
	return true;
}

/* Reads "in LEASTms..[MOSTms]", if it stands next. */
static bool parse_elapsed(struct parser *p, struct result *result)
{
	static const char what[] = "the time that the step may take, such as 20ms.. or 20ms..60ms";

	if (!parser_next_is(p, "in"))
		return true;
	p->at++;
	const char *at = parser_peek(p) ? parser_peek(p)->text : "";

	result->timed = true;
	result->most = ELAPSED_LIMIT;
	if (!read_milliseconds(&at, &result->least) || strncmp(at, "..", 2) != 0)
		return parser_expected(p, p->at, what);
	at += 2;
	if ((*at && !read_milliseconds(&at, &result->most)) || *at || result->most < result->least)
		return parser_expected(p, p->at, what);
	p->at++;
	return true;
}

/* Reads "= RESULT [in TIME] [@ GUARD]" as a further expectation of the step. */
bool parse_expectation(struct parser *p, struct script_step *entry)
{
	struct expectation e = {0};

	p->result_column = parser_peek(p)->column;
	p->at++;
	if (!(parser_next_is(p, "as") ? parse_as(p, entry, &e) : parse_result(p, entry, &e)) ||
		!parse_elapsed(p, &e.result))
		return false;
	if (parser_peek(p) && !parser_next_is(p, "@"))
		return parser_expected(p, p->at, "'@', 'in', a signal, or the end of the line");
	if (!parse_guard(p, &e.guard) || overlaps(p, entry, &e.guard) ||
		!can_be_asserted(p, &entry->step, &e.guard))
		return false;
	if (entry->expectation_count == EXPECTATION_LIMIT) {
		parser_complain(p, p->result_column, "more than %d expectations of one step",
			EXPECTATION_LIMIT);
		return false;
	}
	if (!entry->expectation_count)
		entry->expectation = p->e->expectation + p->e->expectation_count;
	entry->expectation[entry->expectation_count++] = e;
	p->e->expectation_count++;
	return true;
}
