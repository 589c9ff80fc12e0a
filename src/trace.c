#include "trace.h"

#include "diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct trace *trace_new(
	const struct experiment *experiment, enum family family, struct version kernel)
{
	struct trace *trace = calloc(1, sizeof *trace);
	struct machine machine = machine_new();

	if (!trace)
		return NULL;
	*trace = (struct trace){.experiment = experiment, .family = family, .kernel = kernel};
	trace->record = calloc((size_t)experiment->plan_count, sizeof *trace->record);
	if (!trace->record) {
		free(trace);
		return NULL;
	}
	for (int i = 0; i < experiment->plan_count; i++)
		trace->record[i].prediction = machine_predict(&machine, &experiment->plan[i].step);
	return trace;
}

void trace_free(struct trace *trace)
{
	if (!trace)
		return;
	free(trace->record);
	free(trace);
}

void trace_restart(struct trace *trace)
{
	for (int i = 0; i < trace->reached; i++)
		trace->record[i].reached = false;
	trace->reached = trace->deviations = 0;
	trace->verdict = VERDICT_EXPECTED;
	trace->reason[0] = '\0';
}

struct result trace_expected(const struct trace *trace, int i)
{
	const struct plan *plan = &trace->experiment->plan[i];
	const struct expectation *e = plan_expectation(plan, trace->family, trace->kernel);

	if (e)
		return e->result;
	return (struct result){
		.kind = step_form(&plan->step) == FORM_AWAIT ? RESULT_DONE : RESULT_NONE};
}

/* The three answers of a step. */
struct answers {
	struct result expected, predicted, observed;
	bool expected_holds, predicted_holds;
};

static struct answers answers_of(const struct trace *trace, int i)
{
	const struct record *record = &trace->record[i];
	struct answers a = {.expected = trace_expected(trace, i),
		.predicted = record->prediction.result,
		.observed = record->outcome.result};

	if (!record->reached)
		a.observed = (struct result){0};
	a.expected_holds = results_agree(&a.expected, &a.observed);
	/* A step that does not end is never what someone who says nothing expects. */
	if (a.observed.kind == RESULT_TIMEOUT && a.expected.kind != RESULT_TIMEOUT)
		a.expected_holds = false;
	a.predicted_holds = results_agree(&a.predicted, &a.observed) &&
			    results_agree(&a.predicted, &a.expected);
	return a;
}

bool trace_deviates(const struct trace *trace, int i)
{
	struct answers a = answers_of(trace, i);

	return !trace->record[i].reached || !a.expected_holds || !a.predicted_holds;
}

void trace_judge(struct trace *trace)
{
	if (trace->verdict == VERDICT_SKIPPED || trace->verdict == VERDICT_ERROR)
		return;
	trace->deviations = 0;
	for (int i = 0; i < trace->experiment->plan_count; i++)
		trace->deviations += trace_deviates(trace, i);
	trace->verdict = trace->deviations ? VERDICT_DEVIATES : VERDICT_EXPECTED;
}

/* How a printed line is marked: as a line of a diff when anything in the trace deviates. */
struct printer {
	const struct trace *trace;
	FILE *out;
	bool diff, colour;
	bool began; /* the context was printed */
};

static void print_result(struct printer *p, char mark, const struct step *step,
	const struct result *result, const struct line *line, const char *remark)
{
	static const char *const colours[] = {
		['-'] = "\033[31m", ['+'] = "\033[32m", ['!'] = "\033[33m"};
	char left[LINE_LIMIT + 1], right[RESULT_TEXT];
	bool colour = p->colour && mark != ' ';

	step_text(step, left, sizeof left);
	result_text(result, right, sizeof right);
	if (colour)
		fputs(colours[(int)mark], p->out);
	if (p->diff)
		fputc(mark, p->out);
	line_layout(p->out, left, right, NULL);
	if (remark)
		fprintf(p->out, "  # %s", remark);
	else if (line)
		line_comment(p->out, line);
	if (colour)
		fputs("\033[0m", p->out);
	fputc('\n', p->out);
}

static void print_prediction(struct printer *p, char mark, int i, const struct line *line)
{
	const struct prediction *prediction = &p->trace->record[i].prediction;
	const struct rule_text *rule = &rule_texts[prediction->rule];
	char remark[256];

	snprintf(remark, sizeof remark, "machine: %s%s%s", rule->says, *rule->kernel ? ": " : "",
		rule->kernel);
	print_result(
		p, mark, &p->trace->experiment->plan[i].step, &prediction->result, line, remark);
}

static void print_step(struct printer *p, int i, const struct line *line)
{
	const struct step *step = &p->trace->experiment->plan[i].step;
	const struct record *record = &p->trace->record[i];
	struct answers a = answers_of(p->trace, i);

	if (!p->diff || !trace_deviates(p->trace, i)) {
		print_result(p, ' ', step, &a.observed, line, NULL);
		return;
	}
	if (!record->reached) {
		print_result(p, '-', step, &a.expected, line, "not reached");
		return;
	}
	if (!a.expected_holds)
		print_result(p, '-', step, &a.expected, line, "expected");
	print_result(p, '+', step, &a.observed, line, "observed");
	if (!a.predicted_holds)
		print_prediction(p, '!', i, line);
}

static void print_line(struct printer *p, const struct line *line)
{
	fprintf(p->out, "%s%.*s\n", p->diff && line->comment_length ? " " : "",
		line->comment_length, line->comment);
}

/* Before the first step: the family of this run and what there is to know about it. */
static void print_context(struct printer *p)
{
	const char *mark = p->diff ? " " : "", *at = p->trace->context;

	p->began = true;
	fprintf(p->out, "%suse %s\n", mark, family_name(p->trace->family));
	while (at && *at) {
		int length = (int)strcspn(at, "\n");

		fprintf(p->out, "%s%.*s\n", mark, length, at);
		at += length + (at[length] != '\0');
	}
}

/* Walks the experiment's lines; step prints a step. */
static void print_lines(
	struct printer *p, void (*step)(struct printer *p, int i, const struct line *line))
{
	const struct experiment *e = p->trace->experiment;

	for (int i = 0; i < e->line_count; i++) {
		const struct line *line = &e->line[i];

		switch (line->kind) {
		case LINE_TEXT:
			print_line(p, line);
			break;
		case LINE_USE:
			print_context(p);
			break;
		case LINE_STEP:
			if (!p->began)
				print_context(p);
			step(p, line->index, line);
			break;
		case LINE_EXPECTATION:
		case LINE_WIRE:
			break;
		}
	}
}

void trace_print(const struct trace *trace, bool colour, FILE *out)
{
	struct printer p = {.trace = trace,
		.out = out,
		.colour = colour,
		.diff = trace->verdict == VERDICT_DEVIATES};

	print_lines(&p, print_step);
	if (trace->reason[0])
		fprintf(out, "# %s: %s\n", trace->verdict == VERDICT_SKIPPED ? "skipped" : "error",
			trace->reason);
}

static void print_predicted_step(struct printer *p, int i, const struct line *line)
{
	struct result expected = trace_expected(p->trace, i);

	if (!results_agree(&expected, &p->trace->record[i].prediction.result)) {
		print_result(
			p, '-', &p->trace->experiment->plan[i].step, &expected, line, "expected");
		print_prediction(p, '!', i, line);
	} else
		print_prediction(p, ' ', i, line);
}

void trace_print_predictions(const struct trace *trace, bool colour, FILE *out)
{
	struct printer p = {
		.trace = trace, .out = out, .colour = colour, .diff = trace->deviations > 0};

	print_lines(&p, print_predicted_step);
}

/* The steps and packets of text, a line each with single blanks: what is left to compare. */
static void print_essence(const char *text, FILE *out)
{
	struct words words;
	const char *what;
	int column;

	for (size_t length; *text; text += length + (text[length] != '\0')) {
		length = strcspn(text, "\n");
		if (!words_cut(&words, text, length, &column, &what) || !words.count ||
			!strcmp(words.word[0].text, "use"))
			continue;
		for (int i = 0; i < words.count; i++)
			fprintf(out, "%s%s", i ? " " : "", words.word[i].text);
		fputc('\n', out);
	}
}

static char *essence(const char *text)
{
	char *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	if (!out)
		return NULL;
	print_essence(text, out);
	return fclose(out) ? NULL : lines;
}

static char *observed_essence(const struct trace *trace)
{
	char *text = NULL, *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct printer p = {.trace = trace, .out = out};

	if (!out)
		return NULL;
	print_lines(&p, print_step);
	if (!fclose(out))
		lines = essence(text);
	free(text);
	return lines;
}

char *trace_diff(const struct trace *trace, const char *text)
{
	char *wanted = essence(text), *observed = observed_essence(trace), *diff = NULL;

	errno = ENOMEM;
	if (wanted && observed)
		diff = diff_lines(wanted, observed);
	free(wanted);
	free(observed);
	return diff;
}

void trace_judge_predictions(struct trace *trace)
{
	trace->deviations = 0;
	for (int i = 0; i < trace->experiment->plan_count; i++) {
		struct result expected = trace_expected(trace, i);

		trace->deviations += !results_agree(&expected, &trace->record[i].prediction.result);
	}
	trace->verdict = trace->deviations ? VERDICT_DEVIATES : VERDICT_EXPECTED;
}
