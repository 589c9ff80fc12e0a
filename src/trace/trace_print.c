/*
 * trace_print: trace.h's printing of traces as text.
 */
#include "trace/trace.h"
#include "trace/trace_facts.h"
#include "trace/trace_remarks.h"
#include "util/text.h"

#include <errno.h>
#include <string.h>

enum {
	COMMENT_COLUMN = 38, /* of comments behind steps */
};

struct printer {
	const struct trace *trace;
	FILE *out;
	bool diff; /* lines are marked as in a diff */
	bool colour;
	bool began; /* the context was printed */
	int first;  /* the line of the experiment to begin with */
	struct trace_remarks remarks;
};

/* Begins a line that is marked ' ', '-', '+' or '!'. */
static void begin_line(struct printer *p, char mark)
{
	static const char *const colours[] = {
		['-'] = "\033[31m", ['+'] = "\033[32m", ['!'] = "\033[33m"};

	if (p->colour && p->diff && mark != ' ')
		fputs(colours[(int)mark], p->out);
	if (p->diff)
		fputc(mark, p->out);
}

static void end_line(struct printer *p, char mark)
{
	if (p->colour && p->diff && mark != ' ')
		fputs("\033[0m", p->out);
	fputc('\n', p->out);
}

/* A comment about the run, in a column of its own where the step leaves room. */
static void print_comment(struct printer *p, int column, const char *comment)
{
	fprintf(p->out, "%*s  # %s", column < COMMENT_COLUMN ? COMMENT_COLUMN - column : 0, "",
		comment);
}

static void print_step_and(struct printer *p, char mark, const struct step *step, const char *right,
	const struct line *line, const char *comment)
{
	char left[LINE_LIMIT + 1];

	step_text(step, left, sizeof left);
	begin_line(p, mark);
	int column = experiment_print_line(p->out, left, right, NULL);

	if (comment && *comment)
		print_comment(p, column, comment);
	else if (line)
		experiment_print_comment(p->out, line);
	end_line(p, mark);
}

static void print_result(struct printer *p, char mark, const struct step *step,
	const struct result *result, const struct line *line, const char *comment)
{
	char right[RESULT_TEXT];

	result_text(result, right, sizeof right);
	print_step_and(p, mark, step, right, line, comment);
}

static void print_prediction(struct printer *p, char mark, int i, const struct line *line)
{
	const struct prediction *prediction = &p->trace->observation[i].prediction;
	const struct rule_text *rule = &rule_texts[prediction->rule];
	char remark[384];

	snprintf(remark, sizeof remark, "model: %s%s%s%s%s",
		prediction->cause ? prediction->cause : "", prediction->cause ? "; " : "",
		rule->says, *rule->kernel ? ": " : "", rule->kernel);
	/* An unknown result is left empty, as in an experiment where nothing is asserted. */
	bool known = prediction->result.kind != RESULT_UNKNOWN;

	print_result(p, mark, &p->trace->experiment->script[i].step,
		known ? &prediction->result : &(struct result){.kind = RESULT_NONE}, line, remark);
}

/* A captured packet as a wire line, or as a comment when it is nothing to assert. */
static void print_capture(
	struct printer *p, char mark, const struct captured_packet *c, bool comment)
{
	char packet[PACKET_TEXT], numbers[CAPTURE_TEXT], remark[CAPTURE_TEXT + 32];

	packet_text(&c->packet, packet, sizeof packet);
	captured_packet_text(c, numbers, sizeof numbers);
	snprintf(remark, sizeof remark, "%s%s%s", p->trace->wire == WIRE_FULL ? numbers : "",
		p->trace->wire == WIRE_FULL && c->fate ? ", " : "", packet_fate_text(c->fate));
	begin_line(p, mark);
	int column = fprintf(p->out, "  %swire %s", comment ? "# " : "", packet);

	if (*remark)
		print_comment(p, column, remark);
	else if (mark == '+' && p->diff)
		print_comment(p, column, "observed");
	end_line(p, mark);
}

static void print_remark(struct printer *p, const struct trace_remark *remark)
{
	const struct trace *t = p->trace;

	if (remark->event) {
		begin_line(p, ' ');
		fprintf(p->out, "  # %s %s", remark->event->client ? "client" : "server",
			remark->event->text);
		end_line(p, ' ');
	} else {
		bool unexpected = trace_unexpected(t, remark->capture);

		print_capture(p, unexpected ? '+' : ' ', &t->capture[remark->capture], !unexpected);
	}
}

static void print_remarks_before(struct printer *p, int64_t time)
{
	const struct trace_remark *remark;

	while ((remark = trace_remarks_next(&p->remarks, time)))
		print_remark(p, remark);
}

static void print_wire(struct printer *p, int i)
{
	const struct trace *t = p->trace;
	char packet[PACKET_TEXT];
	int c = t->expected_capture[i];

	if (!trace_expects_packet(t, i))
		return;
	if (c >= 0) {
		print_remarks_before(p, t->capture[c].time);
		print_capture(p, ' ', &t->capture[c], false);
		return;
	}
	if (!p->diff)
		return;
	packet_text(&t->experiment->wire[i].packet, packet, sizeof packet);
	begin_line(p, '-');
	print_comment(p, fprintf(p->out, "  wire %s", packet), "expected");
	end_line(p, '-');
}

/* "client ESTABLISHED, server CLOSE_WAIT": of the ends that were looked at. */
static void states_text(const int state[ENDS], char *text, size_t size)
{
	size_t used = 0;

	for (int i = 0; i < ENDS; i++)
		if (state[i] && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s %s",
				used ? ", " : "", who_text((enum who)i),
				symbol_text(tcp_states, state[i]));
}

/* The comment behind a step: why it has no result, the number where a relation is expected, the
 * bytes that were received, or the ends' states. */
static void step_remark(const struct observation *observation, const struct result *expected,
	bool varies, char *text, size_t size)
{
	const struct result *observed = &observation->outcome.result;
	const struct payload *data = &observed->data;
	bool bytes = data->there && !expected->data.there && !payload_is_zeroes(data);

	text[0] = '\0';
	if (observation->note)
		snprintf(text, size, "%s", observation->note);
	else if (varies) {
		struct result told = *observed;

		told.data.there = bytes;
		result_text(&told, text, size);
	} else if (bytes)
		payload_text(data, text, size);
	else
		states_text(observation->state, text, size);
}

/* ", 20.134 ms" */
static void add_elapsed(const struct outcome *outcome, char *text, size_t size)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%.3f ms", used ? ", " : "",
		(double)(outcome->end - outcome->begin) / 1e6);
}

static void print_deviating_step(struct printer *p, int i, const struct line *line)
{
	const struct step *step = &p->trace->experiment->script[i].step;
	struct answers a = trace_answers(p->trace, i);
	char remark[64];

	if (!p->trace->observation[i].reached) {
		print_result(p, '-', step, &a.expected, line, "not reached");
		return;
	}
	if (!a.expected_holds)
		print_result(p, '-', step, &a.expected, line, "expected");
	snprintf(remark, sizeof remark, "observed");
	if (a.expected.timed)
		add_elapsed(&p->trace->observation[i].outcome, remark, sizeof remark);
	print_result(p, '+', step, &a.observed, line, remark);
	if (!a.predicted_holds)
		print_prediction(p, '!', i, line);
}

static void print_step(struct printer *p, int i, const struct line *line)
{
	const struct observation *observation = &p->trace->observation[i];
	const struct trace *trace = p->trace;
	const struct script_step *entry = &trace->experiment->script[i];
	const struct expectation *e = script_step_expectation(entry, trace->family, trace->kernel);
	struct answers a = trace_answers(trace, i);
	/* A value that may vary while the behaviour is the same is printed as a comment, not as
	 * part of the trace. */
	bool varies = e && (e->as || result_varies(&e->result)),
	     repeats = varies || a.expected.timed;
	char text[RESULT_TEXT], remark[RESULT_TEXT];

	if (observation->reached)
		print_remarks_before(p, observation->outcome.begin);
	step_remark(observation, &a.expected, varies, remark, sizeof remark);
	if (observation->reached &&
		(a.expected.timed || (trace->wire == WIRE_FULL && entry->step.who != NAMESPACE)))
		add_elapsed(&observation->outcome, remark, sizeof remark);
	if (repeats && !trace_deviates(trace, i))
		expectation_text(trace->experiment, e, text, sizeof text);
	else
		result_text(&a.observed, text, sizeof text);
	if (p->diff && trace_deviates(trace, i))
		print_deviating_step(p, i, line);
	else
		print_step_and(p, ' ', &entry->step, text, line, remark);
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
static void print_lines(struct printer *p, bool wires,
	void (*step)(struct printer *p, int i, const struct line *line))
{
	const struct experiment *e = p->trace->experiment;

	for (int i = p->first; i < e->line_count; i++) {
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
		case LINE_WIRE:
			if (wires)
				print_wire(p, line->index);
			break;
		case LINE_EXPECTATION:
			break;
		}
	}
}

static void print_run(struct printer *p)
{
	trace_remarks_collect(&p->remarks, p->trace);
	print_lines(p, true, print_step);
	print_remarks_before(p, INT64_MAX);
	trace_remarks_free(&p->remarks);
}

void trace_print_observed(const struct trace *trace, FILE *out)
{
	struct printer p = {.trace = trace, .out = out};

	print_run(&p);
}

static void print_whole(const struct trace *trace, bool colour, bool with_introduction,
	bool with_reasons, FILE *out)
{
	struct printer p = {.trace = trace,
		.out = out,
		.colour = colour,
		.diff = trace->verdict == VERDICT_DEVIATES,
		.first = with_introduction ? 0 : experiment_introduction(trace->experiment)};

	print_run(&p);
	if (trace->counters)
		trace_facts_counters(trace, out);
	if (trace->verdict == VERDICT_EXPECTED && with_reasons)
		trace_facts_why(trace, out);
	if (trace->reason[0])
		fprintf(out, "# %s: %s\n", trace->verdict == VERDICT_SKIPPED ? "skipped" : "error",
			trace->reason);
}

void trace_print(const struct trace *trace, bool colour, FILE *out)
{
	print_whole(trace, colour, true, true, out);
}

void trace_print_again(const struct trace *trace, bool colour, FILE *out)
{
	print_whole(trace, colour, false, true, out);
}

void trace_print_steps(const struct trace *trace, bool colour, FILE *out)
{
	print_whole(trace, colour, false, false, out);
}

static void print_predicted_step(struct printer *p, int i, const struct line *line)
{
	struct result expected = trace_expected(p->trace, i);

	if (!results_agree(&expected, &p->trace->observation[i].prediction.result)) {
		print_result(
			p, '-', &p->trace->experiment->script[i].step, &expected, line, "expected");
		print_prediction(p, '!', i, line);
	} else
		print_prediction(p, ' ', i, line);
}

void trace_print_predictions(const struct trace *trace, bool colour, FILE *out)
{
	struct printer p = {
		.trace = trace, .out = out, .colour = colour, .diff = trace->deviations > 0};

	print_lines(&p, false, print_predicted_step);
}
