#include "language/parse_step.h"

#include "language/parse_expectation.h"

#include <string.h>

/* The process that an operation ends has to be the server's, and to be there. */
static bool parse_end_of_process(struct parser *p, const struct step *step)
{
	bool ends = step->operation->flags & ENDS_PROCESS;
	char what[96];

	if (ends && step->who != SERVER && !(p->peer && step->who == CLIENT))
		return parser_expected(
			p, p->at, "another operation: only the server's process can end");
	if (ends && p->process_ended) {
		snprintf(what, sizeof what,
			"another operation: the server's process has ended in line %d",
			p->process_ended);
		return parser_expected(p, p->at, what);
	}
	if (ends)
		p->process_ended = p->line;
	p->at++;
	return true;
}

/* The listening socket accepts for the ends of the server, each of which becomes what it accepts.
 */
static bool parse_acceptor(struct parser *p, const struct step *step)
{
	return step->who != LISTENER || !step_accepts(step) ||
	       parser_expected(p, p->at - 1,
		       "another operation: who accepts is the connection then: server accept");
}

/* An end keeps so many duplicates of its descriptor, and no more. */
static bool parse_duplicate(struct parser *p, const struct step *step)
{
	if (step->who == NAMESPACE)
		return true;
	int *count = &p->duplicates[step->who];

	if (step_closes(step) && *count)
		--*count;
	if (step->operation->id != OP_DUP)
		return true;
	if (*count < DUPLICATES)
		return ++*count;
	parser_complain(p, p->words.word[p->at - 1].column,
		"'dup': more than %d duplicates of a descriptor at once", DUPLICATES);
	return false;
}

static bool parse_operation(struct parser *p, struct step *step)
{
	struct nearest nearest = {parser_peek(p) ? parser_peek(p)->text : "", NULL, 0};

	step->operation = parser_peek(p) ? operation_find(parser_peek(p)->text) : NULL;
	if (step->operation &&
		(step->who == NAMESPACE) == !!(step->operation->flags & OF_NAMESPACE))
		return parse_end_of_process(p, step);
	for (const struct operation *o = operations; o->name; o++)
		if (!(o->flags & OF_NAMESPACE))
			text_offer_nearest(&nearest, o->name);
	parser_expected_or_nearest(
		p, p->at, "an operation (closewait help format lists them)", &nearest);
	return false;
}

static bool parse_arguments(struct parser *p, struct step *step)
{
	char what[256];

	for (int i = 0; i < STEP_ARGUMENTS && step->operation->argument[i]; i++) {
		const struct word *word = parser_peek(p);

		if (!word || !strcmp(word->text, "=") || !strcmp(word->text, "==") ||
			!strcmp(word->text, "@") || !strcmp(word->text, "&")) {
			if (argument_optional(step, i))
				break;
			word = NULL;
		}
		if (!step_argument(step, i, word ? word->text : "", what, sizeof what))
			return parser_expected(p, p->at, what);
		p->at++;
	}
	return true;
}

/* Reads '&', and joins what was started with one. */
static bool parse_background(struct parser *p, struct step *step)
{
	const struct operation **under_way = &p->background[step->who];

	if (step->who == NAMESPACE)
		return true;
	if (step->operation->id == OP_JOIN) {
		if (!*under_way)
			return parser_expected(
				p, p->at - 1, "a step of this side above, started with '&'");
		step->joined = p->joined[step->who];
		*under_way = NULL;
	}
	if (!parser_next_is(p, "&"))
		return true;
	if (!(step->operation->flags & MAY_BLOCK))
		return parser_expected(
			p, p->at, "the end of the line: this operation does not block");
	if (*under_way)
		return parser_expected(
			p, p->at, "this side's step in the background to be joined before");
	*under_way = step->operation;
	p->joined[step->who] = step_form(step);
	step->background = true;
	p->at++;
	return parser_line_ends(p);
}

bool parse_step(struct parser *p)
{
	struct script_step entry = {.line = p->line, .column = p->words.word[0].column};

	if (p->e->step_count == STEP_LIMIT) {
		parser_complain(p, p->words.word[0].column, "more than %d steps in an experiment",
			STEP_LIMIT);
		p->hopeless = true;
		return false;
	}
	who_value(p->words.word[0].text, &entry.step.who);
	p->at = entry.step.who == NAMESPACE ? 0 : 1;
	if (!parse_operation(p, &entry.step) || !parse_acceptor(p, &entry.step) ||
		!parse_arguments(p, &entry.step) || !parse_duplicate(p, &entry.step) ||
		!parse_background(p, &entry.step))
		return false;
	if (parser_next_is(p, "=="))
		return parser_expected(p, p->at, "a single '=' and the result");
	if (parser_next_is(p, "=") ? !parse_expectation(p, &entry) : !parser_line_ends(p))
		return false;
	p->e->script[p->e->step_count++] = entry;
	return true;
}
