#include "diagnose/diagram.h"

#include "diagnose/witness.h"
#include "model/answer.h"
#include "trace/trace.h"
#include "util/memstream.h"

#include <netinet/tcp.h>
#include <stdlib.h>

enum { STEP_TIME = 1000000 /* nanoseconds: that one stands behind the other is all they say */ };

/* A way while it is played: the steps that are drawn. What prepares is left out, and what is waited
 * for: the states tell it. */
struct drawing {
	FILE *out;
	bool has_states; /* the family is one of TCP */
	int count;
	int step[STEP_LIMIT]; /* by call: its step, where it begins */
	int call[STEP_LIMIT]; /* by step: its call, or -1 */
	struct prediction p[STEP_LIMIT];
	int state[STEP_LIMIT][SIDES];
};

static bool is_drawn(const struct step *step, int call)
{
	bool prepares = step->operation->id == OP_SETSOCKOPT && step->option->id == OPT_TCP_NODELAY;

	return call >= 0 || (step->operation->id != OP_AWAIT && !prepares);
}

/* Where FIN_WAIT1 and FIN_WAIT2 are both possible it was in the first of them at least. */
static void look_at_states(struct drawing *d, const struct model *m)
{
	if (!d->has_states)
		return;
	for (int who = CLIENT; d->count && d->count <= STEP_LIMIT && who < SIDES; who++) {
		int state = peer_shown_state(m, (enum who)who);

		d->state[d->count - 1][who] = state ? state : TCP_FIN_WAIT1;
	}
}

static void draw_step(const struct model *before, const struct model *after,
	const struct step *step, const struct prediction *p, int call, void *context)
{
	struct drawing *d = context;
	char left[LINE_LIMIT + 1], right[RESULT_TEXT];

	(void)before;
	if (is_drawn(step, call) && d->count < STEP_LIMIT) {
		step_text(step, left, sizeof left);
		result_text(&p->result, right, sizeof right);
		experiment_print_line(d->out, left, right, NULL);
		fputc('\n', d->out);
		if (call >= 0 && step->operation->id != OP_JOIN)
			d->step[call] = d->count;
		d->call[d->count] = call;
		d->p[d->count] = *p;
		d->count++;
	} else if (is_drawn(step, call))
		d->count = STEP_LIMIT + 1;
	look_at_states(d, after);
}

/* The experiment of what is drawn. */
static struct experiment *make_experiment(
	struct drawing *d, const struct seen *seen, const struct way *way)
{
	char *text = NULL;
	size_t size;
	struct experiment *e = NULL;

	d->out = open_memstream(&text, &size);
	if (!d->out)
		return NULL;
	d->has_states = family_is_tcp(seen->family);
	fprintf(d->out, "use %s\n", family_name(seen->family));
	way_play(seen, way, draw_step, d);
	if (memory_close(d->out, &text) && d->count && d->count <= STEP_LIMIT)
		e = experiment_parse("the explanation", text, size, stderr);
	free(text);
	return e;
}

static void fill_in(struct trace *trace, const struct drawing *d)
{
	for (int i = 0; i < d->count; i++) {
		struct observation *o = &trace->observation[i];

		o->prediction = d->p[i];
		o->outcome = (struct outcome){.result = d->p[i].result,
			.begin = (int64_t)(i + 1) * STEP_TIME,
			.end = (int64_t)(i + 1) * STEP_TIME + STEP_TIME / 2};
		o->reached = true;
		for (int who = CLIENT; who < SIDES; who++)
			o->state[who] = d->state[i][who];
	}
	trace->reached = d->count;
	trace->wire = WIRE_BRIEF;
}

/* Is it a step of who that may send such a packet? */
static bool may_send(
	const struct step *step, enum who who, const struct conversation_packet *packet)
{
	if (step->who != who)
		return false;
	if (packet->length)
		return step->operation->flags & SENDS;
	return packet->flags & (TH_FIN | TH_RST) &&
	       !(step->operation->flags & (SENDS | RECEIVES)) &&
	       !(step->operation->flags & LOOKS) && !step_connects(step) && !step_accepts(step);
}

/* The step that a packet stands behind, from the one of the packet before it on: of the call whose
 * data it has, or is behind; and of its end, where a step before that end's next data sends it. */
static int place(const struct drawing *d, const struct experiment *e, const struct witness *w,
	int i, int from)
{
	const struct conversation_packet *packet = conversation_packet(w->c, i);
	bool is_own = packet->from == w->own;
	enum who own = w->seen->who, who = is_own == (own == CLIENT) ? CLIENT : SERVER;
	int after = w->after[i];
	int at = after >= 0 && d->step[after] > from ? d->step[after] : from;

	for (int s = at; s < d->count; s++) {
		const struct step *step = &e->script[s].step;

		if (s > at && d->call[s] > after && step->operation->flags & SENDS)
			break;
		if (packet->flags & TH_SYN ? step_connects(step) : may_send(step, who, packet))
			return s;
	}
	return at;
}

/* A packet of a capture, as from the end that is the client here. */
static struct captured_packet captured(
	const struct conversation_packet *p, bool from_client, int64_t time)
{
	return (struct captured_packet){.packet = {.from_client = from_client,
						.flags = p->flags & (uint8_t) ~(TH_PUSH | 0xc0),
						.length = p->length},
		.time = time,
		.seq = (uint32_t)p->begin,
		.ack = (uint32_t)p->ack,
		.window = p->window};
}

static bool add_packets(struct trace *trace, const struct drawing *d, const struct witness *w)
{
	const struct conversation_packet *p;
	int at = 0;

	for (int i = 0; (p = conversation_packet(w->c, i)); i++) {
		bool from_client = (p->from == w->own) == (w->seen->who == CLIENT);

		at = place(d, trace->experiment, w, i, at);
		const struct captured_packet c =
			captured(p, from_client, (int64_t)(at + 1) * STEP_TIME + STEP_TIME / 4 + i);

		if (trace_add_capture(trace, &c))
			return false;
	}
	return !trace->capture_count || trace_match(trace) >= 0;
}

bool diagram_of_way(struct diagram *diagram, const struct seen *seen, const struct way *way,
	const struct witness *w, bool *too_long)
{
	struct drawing *d = calloc(1, sizeof *d);
	struct experiment *e = d ? make_experiment(d, seen, way) : NULL;
	struct trace *trace = e ? trace_new(e, seen->family, seen->kernel) : NULL;

	*diagram = (struct diagram){e, trace};
	*too_long = d && d->count > STEP_LIMIT;
	if (trace)
		fill_in(trace, d);
	bool good = trace && (!w || add_packets(trace, d, w));

	free(d);
	if (!good)
		diagram_free(diagram);
	return good;
}

bool diagram_of_packets(struct diagram *diagram, const struct conversation *c)
{
	enum family family =
		c->way[CONNECTOR].address.kind == TCP_ADDRESS_IPV6 ? FAMILY_TCP6 : FAMILY_TCP4;
	struct experiment *e = experiment_new("packets", "", 0);
	struct trace *trace = e ? trace_new(e, family, (struct version){0}) : NULL;
	const struct conversation_packet *p;
	bool good = trace, timed = c->begin != PACKET_NO_TIME;

	*diagram = (struct diagram){e, trace};
	for (int i = 0; good && (p = conversation_packet(c, i)); i++) {
		const struct captured_packet packet = captured(
			p, p->from == CONNECTOR, timed ? p->time : (int64_t)(i + 1) * STEP_TIME);

		if (!i && timed)
			trace->begin = p->time;
		good = !trace_add_capture(trace, &packet);
	}
	if (good && (!trace->capture_count || trace_match(trace) >= 0)) {
		trace->wire = WIRE_BRIEF;
		return true;
	}
	diagram_free(diagram);
	return false;
}

void diagram_free(struct diagram *diagram)
{
	trace_free(diagram->trace);
	experiment_free(diagram->e);
	*diagram = (struct diagram){0};
}

void diagram_print_cause(const struct causes *causes, struct sheet *sheet)
{
	struct diagram diagram;
	bool too_long;

	if (!sheet->html)
		return;
	if (!diagram_of_way(
		    &diagram, causes->seen, &causes->cause[0].way[0], causes->witness, &too_long)) {
		sheet->lacks_memory |= !too_long;
		if (too_long)
			sheet_paragraph(sheet, "There are too many calls for a diagram.");
		return;
	}
	sheet_diagram(sheet, diagram.trace, "the calls and the first cause", true,
		causes->witness ? "The calls, what the first cause puts between them, and the "
				  "packets: calls and packets have clocks of their own, and the "
				  "bytes put them side by side."
				: "The calls, and what the first cause puts between them, with "
				  "the states that it means.");
	diagram_free(&diagram);
}

void diagram_print_packets(const struct conversation *c, struct sheet *sheet)
{
	struct diagram diagram;

	if (!sheet->html)
		return;
	if (!diagram_of_packets(&diagram, c)) {
		sheet->lacks_memory = true;
		return;
	}
	sheet_diagram(sheet, diagram.trace, "the last packets", false,
		"The last packets of the connection, bare acknowledgements left out.");
	diagram_free(&diagram);
}
