#include "diagnose/witness.h"

#include <netinet/tcp.h>

/* How many bytes a call sent, as far as its result says. */
static long sent_by(const struct seen *seen, int i)
{
	struct result result = seen_result(seen, i);

	return seen_step(seen, i)->operation->flags & SENDS && result.kind == RESULT_NUMBER &&
			       result.value > 0
		       ? result.value
		       : 0;
}

/* How far the calls are along the bytes that their end sent. */
struct alignment {
	const struct seen *seen;
	const long *bytes;
	int call;     /* the first whose bytes have not all been seen */
	uint64_t end; /* behind what it and those before it sent */
};

static long bytes_of(const struct alignment *a, int i)
{
	return a->bytes ? a->bytes[i] : sent_by(a->seen, i);
}

/* The call that sent the byte before offset; -1: one before the first. */
static int call_at(struct alignment *a, uint64_t offset)
{
	if (offset <= a->end && !a->call)
		return -1;
	while (a->call < a->seen->count && a->end < offset)
		a->end += (uint64_t)bytes_of(a, a->call++);
	return a->call - 1;
}

static uint64_t sum_of(const struct alignment *a)
{
	uint64_t sum = 0;

	for (int i = 0; i < a->seen->count; i++)
		sum += (uint64_t)bytes_of(a, i);
	return sum;
}

/* Where the first call's bytes begin: known, or else the last call sent the last byte. */
static struct alignment align(
	const struct seen *seen, const struct conversation_way *own, const long *bytes, long before)
{
	struct alignment a = {.seen = seen, .bytes = bytes};
	uint64_t sum = sum_of(&a), all = own->bytes + own->missing;

	a.end = before >= 0 ? (uint64_t)before : all > sum ? all - sum : 0;
	return a;
}

static enum witnessed kind_of_rst(const struct conversation *c, const struct conversation_packet *p)
{
	const struct conversation_way *own = &c->way[p->from];

	if (p->from == ACCEPTOR && c->way[CONNECTOR].syn && !own->syn)
		return WITNESSED_REFUSAL;
	if (p->flags & TH_ACK)
		return WITNESSED_ABORT;
	return own->fin && own->fin < p->number ? WITNESSED_ANSWER : WITNESSED_STRAY;
}

static void add_event(struct witnessed_events *events, enum witnessed kind, long packet, int after)
{
	if (events->count < WITNESS_EVENTS)
		events->event[events->count++] =
			(struct witnessed_event){.kind = kind, .packet = packet, .after = after};
}

/* The first FIN and the first RST of an end: what comes after it is the same again. */
static void take_packet(struct witness *w, const struct conversation_packet *p, int after)
{
	const struct conversation_way *way = &w->c->way[p->from];
	struct witnessed_events *events = p->from == w->own ? &w->own_events : &w->peer_events;

	if (p->number == way->fin)
		add_event(events, WITNESSED_FIN, p->number, after);
	if (p->number == way->rst)
		add_event(events, kind_of_rst(w->c, p), p->number, after);
}

static void note_followed(struct witnessed_events *events)
{
	for (int i = 0; i < events->count; i++)
		events->event[i].followed = true;
}

void witness_begin(struct witness *w, const struct seen *seen, const struct conversation *c,
	int own, const long *bytes, long before, bool cut)
{
	struct alignment a = align(seen, &c->way[own], bytes, before);
	const struct conversation_packet *p;
	/* Without its SYN the bytes are counted from where the capture begins. */
	uint64_t first = c->way[own].syn ? 1 : 0;
	int after = -1;

	*w = (struct witness){.seen = seen, .c = c, .own = own, .noun = "packet"};
	w->unseen = before >= 0 && c->way[own].syn &&
		    sum_of(&a) + (uint64_t)before > c->way[own].bytes + c->way[own].missing;
	w->whole = !cut && !c->way[0].missing && !c->way[1].missing;
	for (int i = 0; (p = conversation_packet(c, i)); i++) {
		if (p->from == own && p->length && !p->again && !p->probe) {
			after = call_at(&a, p->begin + p->length - first);
			note_followed(&w->peer_events);
		}
		w->after[i] = after;
		take_packet(w, p, after);
	}
}
