/*
 * witness_way: what a way says was sent, and whether the packets allow it.
 */
#include "diagnose/diagnosis.h"
#include "diagnose/witness.h"

#include <string.h>

/* The events of a way, as they are gathered. */
struct gathering {
	enum who who;
	int calls; /* that were made */
	struct witnessed_events *own, *peer;
	bool vanishes; /* the link goes down */
};

static bool has_word(const char *signature, const char *word)
{
	size_t length = strlen(word);
	const char *at = signature;

	while ((at = strstr(at, word))) {
		if ((at == signature || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
		at += length;
	}
	return false;
}

/* Does a signature have what a RST makes of a socket? */
static bool has_rst(const char *signature)
{
	return has_word(signature, "EPIPE") || has_word(signature, "ECONNRESET") ||
	       has_word(signature, "ECONNREFUSED");
}

/* A RST that comes of a step by its receiver answers what that sent; of one by its sender it is
 * sent of its own accord. */
static enum witnessed rst_of(const struct step *step, enum who receiver)
{
	if (step->who == receiver && step_connects(step) && !(step->operation->flags & SENDS))
		return WITNESSED_REFUSAL;
	if (step->who == NAMESPACE || step->operation->id == OP_AWAIT)
		return WITNESSED_RST;
	return step->who == receiver ? WITNESSED_ANSWER : WITNESSED_ABORT;
}

/* Is what a step of the socket's own does to it no RST that comes? tcp_disconnect() and tcp_abort()
 * store an error, too. */
static bool aborts(const struct step *step, enum who receiver)
{
	return step->who == receiver &&
	       (step_closes(step) || step_disconnects(step) ||
		       step->operation->flags & ENDS_PROCESS || step->operation->id == OP_DESTROY);
}

/* What arrived at an end in a step is what the other one sent. */
static void add_arrivals(struct witnessed_events *events, const char *signature,
	const struct step *step, enum who receiver, int after)
{
	if (has_word(signature, "FIN") && events->count < WITNESS_EVENTS)
		events->event[events->count++] =
			(struct witnessed_event){.kind = WITNESSED_FIN, .after = after};
	if (has_rst(signature) && !aborts(step, receiver) && events->count < WITNESS_EVENTS)
		events->event[events->count++] =
			(struct witnessed_event){.kind = rst_of(step, receiver), .after = after};
}

/* At the socket at the other end, which may be one that nobody has accepted. */
static bool fin_arrives_there(const struct model *before, const struct model *after, enum who who)
{
	int other = before->peer[before->at[who]].other;

	return other != NOBODY && before->at[who] == after->at[who] && !before->peer[other].done &&
	       after->peer[other].done;
}

static void gather(const struct model *before, const struct model *after, const struct step *step,
	const struct prediction *p, int call, void *context)
{
	struct gathering *g = context;
	enum who other = g->who == CLIENT ? SERVER : CLIENT;
	char here[SIGNATURE_SIZE] = "", there[SIGNATURE_SIZE] = "";

	if (call >= 0)
		g->calls = call + 1;
	signature_add(here, before, after, p, g->who);
	signature_add(there, before, after, p, other);
	if (fin_arrives_there(before, after, g->who))
		snprintf(there, sizeof there, "FIN");
	g->vanishes |= has_word(here, "LINK_DOWN");
	add_arrivals(g->peer, here, step, g->who, g->calls - 1);
	add_arrivals(g->own, there, step, other, g->calls - 1);
}

static bool gather_all(const struct seen *seen, const struct way *way, struct witnessed_events *own,
	struct witnessed_events *peer)
{
	struct gathering g = {.who = seen->who, .own = own, .peer = peer};

	*own = *peer = (struct witnessed_events){0};
	way_play(seen, way, gather, &g);
	return g.vanishes;
}

static const char *kind_text(enum witnessed kind)
{
	static const char *const texts[] = {[WITNESSED_FIN] = "FIN",
		[WITNESSED_ABORT] = "RST of its own accord (R.)",
		[WITNESSED_ANSWER] = "RST that answers a segment (R)",
		[WITNESSED_STRAY] = "RST without FIN or ACK (R), from no connection's socket",
		[WITNESSED_REFUSAL] = "RST that answers the SYN",
		[WITNESSED_RST] = "RST"};

	return texts[kind];
}

static bool has_act(const struct way *way, enum act_id act)
{
	for (int i = 0; i < way->count; i++)
		if (way->deed[i].act == act)
			return true;
	return false;
}

/* May the packet be what the way says? */
static bool is_like(enum witnessed said, enum witnessed seen, const struct way *way)
{
	if (seen == WITNESSED_STRAY)
		return said != WITNESSED_FIN && said != WITNESSED_REFUSAL &&
		       (said == WITNESSED_RST || has_act(way, ACT_RST_ON_PATH));
	return said == seen || (said == WITNESSED_RST && seen != WITNESSED_FIN);
}

/* Does one end's packets allow what the way says that it sent? The packets may go on behind what
 * the calls show; but the answer to data of a call is as old as that call. */
static bool allow(const struct witness *w, const struct way *way,
	const struct witnessed_events *said, const struct witnessed_events *seen, const char *whose,
	struct fallen *f)
{
	char *why = f->why;

	for (int i = 0; i < said->count; i++) {
		const struct witnessed_event *s = &said->event[i], *p = &seen->event[i];

		if (i >= seen->count) {
			f->packet = 0;
			snprintf(why, WITNESS_TEXT, "no %s of %s is in the capture",
				kind_text(s->kind), whose);
			return !w->whole;
		}
		f->packet = p->packet;
		if (!is_like(s->kind, p->kind, way)) {
			snprintf(why, WITNESS_TEXT, "%s %ld of %s is a %s, not a %s", w->noun,
				p->packet, whose, kind_text(p->kind), kind_text(s->kind));
			return false;
		}
		if (p->after > s->after) {
			snprintf(why, WITNESS_TEXT, "%s %ld of %s, a %s, came after call %d",
				w->noun, p->packet, whose, kind_text(p->kind), p->after + 1);
			return false;
		}
	}
	const struct witnessed_event *left =
		said->count < seen->count ? &seen->event[said->count] : NULL;

	f->packet = left ? left->packet : 0;
	if (left && left->kind == WITNESSED_ANSWER && left->after >= 0)
		snprintf(why, WITNESS_TEXT, "%s %ld of %s answers call %d with RST", w->noun,
			left->packet, whose, left->after + 1);
	else if (left && left->followed)
		snprintf(why, WITNESS_TEXT, "%s %ld of %s, a %s, stands before a call's data",
			w->noun, left->packet, whose, kind_text(left->kind));
	else
		return true;
	return false;
}

/* What shows that the peer was not there any more: something was sent to it in vain. */
static bool was_silent(const struct witness *w)
{
	const struct conversation_way *own = &w->c->way[w->own];

	return w->unseen || own->again || own->probes || own->unanswered ||
	       (own->syn && !w->c->way[!w->own].packets);
}

static bool allow_way(const struct witness *w, const struct way *way, struct fallen *f)
{
	struct witnessed_events own, peer;
	bool vanishes = gather_all(w->seen, way, &own, &peer);

	if (way->unconnected && w->c->way[0].packets && w->c->way[1].packets &&
		!w->c->way[ACCEPTOR].rst) {
		snprintf(f->why, WITNESS_TEXT, "both ends' packets are in the capture");
		return false;
	}
	if (vanishes && w->whole && !was_silent(w)) {
		snprintf(f->why, WITNESS_TEXT,
			"all that this end sent was answered, and nothing was sent again");
		return false;
	}
	return allow(w, way, &peer, &w->peer_events, "the peer's", f) &&
	       allow(w, way, &own, &w->own_events, "this end's", f);
}

/* Keeps what fell out, unless the same did for the same reason. */
static void note_fallen(struct witness *w, const struct fallen *f)
{
	for (int i = 0; i < w->fallen_count && i < WITNESS_FALLEN; i++)
		if (!strcmp(w->fallen[i].title, f->title) && !strcmp(w->fallen[i].why, f->why))
			return;
	if (w->fallen_count < WITNESS_FALLEN)
		w->fallen[w->fallen_count] = *f;
	w->fallen_count++;
}

bool witness_judge(const struct way *way, void *context)
{
	struct witness *w = context;
	struct fallen fallen = {0};

	if (allow_way(w, way, &fallen))
		return true;
	diagnosis_title(w->seen, way, fallen.title, sizeof fallen.title);
	note_fallen(w, &fallen);
	return false;
}
