#include "trial/section_text.h"

#include "language/replay.h"
#include "util/memstream.h"

#include <stdlib.h>
#include <string.h>

enum { WIRE_LINES = 200 }; /* of a section; more packets than that are comments */

/* Is the packet one that a wire line stands for? A bare acknowledgement's timing is the kernel's
 * own affair. */
static bool is_line(const struct section *s, const struct captured_packet *packet)
{
	return s->known && packet->client_port == s->connection.client_port &&
	       !packet_is_bare_ack(&packet->packet);
}

static int count_lines(const struct trial *t, const struct section *s)
{
	int count = 0;

	for (int i = 0; i < t->packet_count; i++)
		count += is_line(s, &t->packet[i]);
	return count;
}

/* The packets that were seen before a time, from the first that was not printed. */
static void print_packets(
	FILE *out, const struct trial *t, const struct section *s, int *next, int64_t before)
{
	for (; *next < t->packet_count && t->packet[*next].time < before; ++*next) {
		char text[PACKET_TEXT];

		if (!is_line(s, &t->packet[*next]))
			continue;
		packet_text(&t->packet[*next].packet, text, sizeof text);
		fprintf(out, "  wire %s\n", text);
	}
}

/* A step without a result is recorded, not asserted: what the kernel gave stands in the trace. That
 * one did not end is no deviation here. */
static void print_record(FILE *out, const struct record *r)
{
	char left[LINE_LIMIT + 1], result[RESULT_TEXT];

	if (r->kind == RECORD_COMMENT) {
		if (r->remark[0])
			fprintf(out, "  # %s%s\n", r->lost ? REPLAY_CANNOT : "", r->remark);
		return;
	}
	step_text(&r->step, left, sizeof left);
	result_text(&r->outcome.result, result, sizeof result);
	experiment_print_line(
		out, left, r->outcome.result.kind == RESULT_TIMEOUT ? result : NULL, NULL);
	fprintf(out, "%s%s\n", r->remark[0] ? "  # " : "", r->remark);
}

/* What the program may have done to the connection without a call that is seen. */
static void print_unseen(FILE *out, const struct trial *t)
{
	if (t->fate.uring)
		fputs("# " REPLAY_CANNOT "what the program did through io_uring, which makes no "
		      "calls\n",
			out);
	if (t->fate.foreign)
		fputs("# " REPLAY_CANNOT "the program's calls of another ABI (i386, x32), which "
		      "are not seen\n",
			out);
}

/* The peer reads until a text that was among bytes which a replay sends zeroes for. */
static void print_until(FILE *out, const struct record *r, bool *opaque)
{
	*opaque |= r->opaque;
	if (*opaque && r->kind == RECORD_STEP && step_reads_until(&r->step))
		fputs("  # " REPLAY_CANNOT "the text that the next step waits for was sent in a "
		      "line above, whose bytes have no room there\n",
			out);
}

static void print_text(FILE *out, const struct trial *t, const struct section *s)
{
	bool wires = t->packet && count_lines(t, s) <= WIRE_LINES, opaque = false;
	int next = 0;

	fprintf(out, "use %s\n\n", family_name(t->options->family));
	print_unseen(out, t);
	for (int i = 0; i < s->count; i++) {
		const struct record *r = &s->record[i];

		print_until(out, r, &opaque);
		if (wires && r->kind != RECORD_COMMENT)
			print_packets(out, t, s, &next, r->outcome.begin);
		print_record(out, r);
	}
	if (wires)
		print_packets(out, t, s, &next, INT64_MAX);
	if (t->packets_left_out)
		fprintf(out, "# %d further packets are not recorded\n", t->packets_left_out);
	if (s->left_out)
		fprintf(out, "# " REPLAY_CANNOT "%ld further steps, which are not recorded\n",
			s->left_out);
}

static struct experiment *make_experiment(
	const struct trial *t, const struct section *s, const char *introduction)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		fputs(introduction, out);
		print_text(out, t, s);
	}
	if (!memory_close(out, &text))
		return NULL;
	struct experiment *e = experiment_parse("the recorded trace", text, size, stderr);

	free(text);
	return e;
}

/* The bytes of an opaque step were zeroes to the model: what it says of those that were received is
 * worth nothing, nor what follows from a text that was, or was not, found among them. */
static void doubt_bytes(const struct record *r, struct observation *o, bool *lost)
{
	o->outcome.result.data.there = false;
	*lost |= step_reads_until(&r->step);
}

/* Once something has happened that the model was not told, nothing that it says is worth anything.
 */
static void fill_in(struct trace *trace, const struct trial *t, const struct section *s)
{
	bool opaque = false;
	bool lost = t->fate.uring || t->fate.foreign;
	int step = 0;

	for (int i = 0; i < s->count; i++) {
		const struct record *r = &s->record[i];

		lost |= r->lost || r->beside;
		if (r->kind == RECORD_COMMENT)
			continue;
		struct observation *o = &trace->observation[step++];

		o->outcome = r->outcome;
		o->reached = true;
		opaque |= r->opaque;
		if (opaque)
			doubt_bytes(r, o, &lost);
		/* The model knows no deadline: what it says may come later. */
		if (lost || r->outcome.result.kind == RESULT_TIMEOUT)
			o->prediction.result = (struct result){.kind = RESULT_UNKNOWN};
		o->state[CLIENT] = r->state[CLIENT];
		o->state[SERVER] = r->state[SERVER];
	}
	trace->reached = step;
}

static bool add_packets(struct trace *trace, const struct trial *t, const struct section *s)
{
	trace->wire = WIRE_NONE;
	if (!t->packet)
		return true;
	trace->wire = t->session->options.wire;
	for (int i = 0; i < t->packet_count; i++)
		if (s->known && t->packet[i].client_port == s->connection.client_port &&
			trace_add_capture(trace, &t->packet[i]))
			return false;
	return true;
}

bool section_trace_make(struct section_trace *made, const struct trial *t, const struct section *s,
	const char *introduction)
{
	struct experiment *e = make_experiment(t, s, introduction);
	struct trace *trace = e ? trace_new(e, t->options->family, t->session->kernel) : NULL;

	*made = (struct section_trace){.experiment = e, .trace = trace};
	if (!trace || !add_packets(trace, t, s)) {
		section_trace_free(made);
		return false;
	}
	fill_in(trace, t, s);
	trace->context = t->session->context;
	trace->counters = t->counters ? strdup(t->counters) : NULL;
	trace->begin = s->count ? s->record[0].outcome.begin : 0;
	trace->end = section_last_end(s);
	if (t->packets_lost)
		trace_fail(trace, "the capture lost packets");
	trace_judge(trace);
	return true;
}

void section_trace_free(struct section_trace *made)
{
	trace_free(made->trace);
	experiment_free(made->experiment);
	*made = (struct section_trace){0};
}
