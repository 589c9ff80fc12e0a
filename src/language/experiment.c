#include "language/experiment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct experiment *experiment_new(const char *name, const char *text, size_t size)
{
	struct experiment *e = calloc(1, sizeof *e);
	size_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	if (!e)
		return NULL;
	snprintf(e->name, sizeof e->name, "%s", name);
	e->families = 1u << FAMILY_TCP4 | 1u << FAMILY_TCP6;
	e->text = malloc(size + 1);
	e->line = calloc(lines, sizeof *e->line);
	e->script = calloc(lines < STEP_LIMIT ? lines : STEP_LIMIT, sizeof *e->script);
	/* A line has one at most. */
	e->expectation = calloc(
		lines < EXPECTATIONS_LIMIT ? lines : EXPECTATIONS_LIMIT, sizeof *e->expectation);
	e->wire = calloc(lines < WIRE_LIMIT ? lines : WIRE_LIMIT, sizeof *e->wire);
	if (!e->text || !e->line || !e->script || !e->expectation || !e->wire) {
		experiment_free(e);
		errno = ENOMEM;
		return NULL;
	}
	memcpy(e->text, text, size);
	e->text[size] = '\0';
	return e;
}

void experiment_free(struct experiment *experiment)
{
	if (!experiment)
		return;
	free(experiment->text);
	free(experiment->script);
	free(experiment->expectation);
	free(experiment->wire);
	free(experiment->line);
	free(experiment);
}

int experiment_print_line(FILE *out, const char *left, const char *result, const char *guard)
{
	int column = result && result[0]
			     ? fprintf(out, "%-*s = %s", RESULT_COLUMN - 1, left, result)
			     : fprintf(out, "%s", left);

	if (guard && guard[0])
		column += fprintf(out, " @ %s", guard);
	return column;
}

void experiment_print_comment(FILE *out, const struct line *line)
{
	if (line->comment)
		fprintf(out, "  %.*s", line->comment_length, line->comment);
}

void expectation_text(
	const struct experiment *experiment, const struct expectation *e, char *text, size_t size)
{
	const struct step *before = e->as ? &experiment->script[e->as - 1].step : NULL;
	char elapsed[64]; /* of a result that stands elsewhere there is that alone */

	if (!before) {
		result_text(&e->result, text, size);
		return;
	}
	result_text(&e->result, elapsed, sizeof elapsed);
	snprintf(text, size, "as %s %s%s%s", who_text(before->who), before->operation->name,
		*elapsed ? " " : "", elapsed);
}

static void print_expectation(FILE *out, const struct experiment *experiment, const char *left,
	const struct expectation *e)
{
	char result[RESULT_TEXT], guard[256];

	expectation_text(experiment, e, result, sizeof result);
	guard_text(&e->guard, guard, sizeof guard);
	experiment_print_line(out, left, result, guard);
}

/* The step, and its first expectation when that stands on the same line. */
static void print_step(FILE *out, const struct experiment *experiment,
	const struct script_step *entry, bool with_expectation)
{
	char left[LINE_LIMIT + 1];

	step_text(&entry->step, left, sizeof left);
	if (with_expectation)
		print_expectation(out, experiment, left, &entry->expectation[0]);
	else
		fputs(left, out);
}

static void print_wire(FILE *out, const struct expected_packet *wire)
{
	char packet[PACKET_TEXT], left[PACKET_TEXT + 16], guard[256];

	packet_text(&wire->packet, packet, sizeof packet);
	guard_text(&wire->guard, guard, sizeof guard);
	snprintf(left, sizeof left, "  wire %s", packet);
	experiment_print_line(out, left, NULL, guard);
}

static void print_use(FILE *out, const struct experiment *experiment)
{
	fputs("use", out);
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (experiment->families & 1u << f)
			fprintf(out, " %s", family_name((enum family)f));
}

void experiment_print(const struct experiment *e, FILE *out)
{
	for (int i = 0; i < e->line_count; i++) {
		const struct line *line = &e->line[i];

		switch (line->kind) {
		case LINE_TEXT:
			fprintf(out, "%.*s", line->comment_length, line->comment);
			break;
		case LINE_USE:
			print_use(out, e);
			break;
		case LINE_STEP:
			print_step(out, e, &e->script[line->index], line->which);
			break;
		case LINE_EXPECTATION:
			print_expectation(
				out, e, "", &e->script[line->index].expectation[line->which]);
			break;
		case LINE_WIRE:
			print_wire(out, &e->wire[line->index]);
			break;
		}
		if (line->kind != LINE_TEXT)
			experiment_print_comment(out, line);
		fputc('\n', out);
	}
}

void experiment_title(const struct experiment *experiment, char *title, size_t size)
{
	const struct line *line = experiment->line;

	title[0] = '\0';
	if (!experiment->line_count || line->kind != LINE_TEXT || line->comment_length < 2)
		return;
	snprintf(title, size, "%.*s", line->comment_length - 2, line->comment + 2);
}

int experiment_introduction(const struct experiment *experiment)
{
	int count = 0;

	while (count < experiment->line_count && experiment->line[count].kind == LINE_TEXT &&
		experiment->line[count].comment_length)
		count++;
	return count;
}

const struct expectation *script_step_expectation(
	const struct script_step *entry, enum family family, struct version kernel)
{
	for (int i = 0; i < entry->expectation_count; i++)
		if (guard_holds(&entry->expectation[i].guard, family, kernel))
			return &entry->expectation[i];
	return NULL;
}

bool expected_packet_holds(
	const struct expected_packet *wire, enum family family, struct version kernel)
{
	return wire->families & 1u << family && guard_holds(&wire->guard, family, kernel);
}

bool experiment_names_packets(
	const struct experiment *experiment, enum family family, struct version kernel)
{
	for (int i = 0; i < experiment->wire_count; i++)
		if (expected_packet_holds(&experiment->wire[i], family, kernel))
			return true;
	return false;
}

bool experiment_uses_network(const struct experiment *e)
{
	for (int i = 0; i < e->step_count; i++)
		if (e->script[i].step.operation->flags & THROUGH_NETWORK)
			return true;
	return false;
}

bool experiment_has_further_ends(const struct experiment *e)
{
	for (int i = 0; i < e->step_count; i++) {
		const struct step *step = &e->script[i].step;

		if (who_is_further(step->who) || step_names_end(step))
			return true;
	}
	return false;
}
