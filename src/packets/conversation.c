#include "packets/conversation.h"

#include <netinet/tcp.h>
#include <string.h>

/* Whose packet begins it? Without a SYN the end with the lower port is taken for the one that
 * listened. */
static int first_sender(const struct tcp_packet *packet, bool *guessed)
{
	*guessed = !(packet->flags & TH_SYN);
	if (packet->flags & TH_SYN)
		return packet->flags & TH_ACK ? ACCEPTOR : CONNECTOR;
	return packet->from.port < packet->to.port ? ACCEPTOR : CONNECTOR;
}

void conversation_begin(struct conversation *c, long number, const struct tcp_packet *packet)
{
	bool guessed;
	int sender = first_sender(packet, &guessed);

	*c = (struct conversation){.number = number,
		.guessed = guessed,
		.first = packet->number,
		.begin = packet->time};
	c->way[sender].address = packet->from;
	c->way[!sender].address = packet->to;
}

bool conversation_closed(const struct conversation *c)
{
	for (int i = 0; i < 2; i++)
		if (!c->way[i].fin || c->way[i].acked <= c->way[i].fin_at)
			return false;
	return true;
}

bool conversation_is_over(const struct conversation *c, const struct tcp_packet *packet)
{
	if ((packet->flags & (TH_SYN | TH_ACK)) != TH_SYN || !packet->numbered)
		return false;
	int sender = tcp_addresses_equal(&c->way[CONNECTOR].address, &packet->from) ? CONNECTOR
										    : ACCEPTOR;

	return !c->way[sender].known || c->way[sender].base != packet->seq || !c->way[sender].syn;
}

/* The number nearest to what comes next that has these 32 bits. */
static uint64_t unwrap(const struct conversation_way *way, uint32_t number)
{
	int32_t ahead = (int32_t)(number - (uint32_t)way->next);

	int64_t counted = (int64_t)way->next + ahead;

	return counted < 0 ? 0 : (uint64_t)counted; /* 0: before the first that was seen */
}

enum { NEAR = 1 << 24 }; /* no window is that far from what comes next, as a rule */

/* A number as it stands in the packet, counted from the initial one. tcpdump prints it counted, but
 * for the first packet's, and with -S never: then what is near to what comes next is meant. */
static uint64_t count_from(
	const struct conversation_way *way, uint32_t number, const struct tcp_packet *packet)
{
	int32_t ahead = (int32_t)(number - (uint32_t)way->next);

	if (packet->relative && !(packet->flags & TH_SYN) && ahead < NEAR && ahead > -NEAR)
		return unwrap(way, number);
	return unwrap(way, number - way->base);
}

/* The initial numbers, from the first packet that tells them. Of a connection whose SYN was not
 * captured the numbers begin where the capture does, as tcpdump's do. */
static void learn_base(struct conversation *c, int sender, const struct tcp_packet *packet)
{
	struct conversation_way *own = &c->way[sender], *other = &c->way[!sender];

	if (packet->numbered && (!own->known || (packet->flags & TH_SYN && !own->syn))) {
		own->known = true;
		own->base = packet->seq;
		own->next = 0;
	}
	if (packet->flags & TH_ACK && !other->known && packet->ack) {
		other->known = true;
		other->base = packet->ack - 1;
		other->next = other->acked = 1;
	}
}

/* What an acknowledgement says of the other end: it acknowledges what the capture should have. */
static void take_ack(struct conversation *c, int sender, const struct tcp_packet *packet,
	struct conversation_packet *kept)
{
	struct conversation_way *other = &c->way[!sender];

	if (!(packet->flags & TH_ACK) || !other->known)
		return;
	kept->ack = count_from(other, packet->ack, packet);
	if (packet->flags & TH_RST)
		return; /* of some segment, which need not have arrived */
	if (kept->ack > other->next) {
		other->missing += kept->ack - other->next;
		other->next = kept->ack;
	}
	if (kept->ack > other->acked)
		other->acked = kept->ack;
	other->unanswered = 0;
}

/* Is it a keep-alive, or a probe of a closed window: a number that was acknowledged already, and no
 * more than a byte (tcp_xmit_probe_skb())? */
static bool is_probe(const struct conversation_way *own, const struct conversation_packet *p)
{
	return !(p->flags & (TH_SYN | TH_FIN | TH_RST)) && p->length <= 1 && own->next &&
	       p->begin + 1 == own->next && own->acked == own->next;
}

/* What it carries: new, a hole that is filled, or the same again. */
static void take_content(struct conversation_way *own, struct conversation_packet *p)
{
	uint64_t carries = p->length + !!(p->flags & TH_SYN) + !!(p->flags & TH_FIN);
	uint64_t end = p->begin + carries;

	p->probe = is_probe(own, p);
	own->probes += p->probe;
	own->unanswered += p->probe;
	if (p->probe || !carries || p->flags & TH_RST)
		return;
	own->unanswered++;
	if (p->begin > own->next)
		own->missing += p->begin - own->next;
	if (end > own->next) {
		uint64_t seen = p->begin < own->next ? own->next - p->begin : 0;

		own->bytes += p->length > seen ? p->length - seen : 0;
		own->next = end;
	} else if (own->missing) {
		uint64_t fills = p->length < own->missing ? p->length : own->missing;

		own->missing -= fills;
		own->bytes += fills;
	} else
		p->again = true;
	own->again += p->again;
}

static void take_flags(struct conversation_way *own, const struct conversation_packet *p)
{
	if (p->flags & TH_SYN && !own->syn)
		own->syn = p->number;
	if (p->flags & TH_FIN && !own->fin) {
		own->fin = p->number;
		own->fin_at = p->begin + p->length + !!(p->flags & TH_SYN);
	}
	if (p->flags & TH_RST && !own->rst) {
		own->rst = p->number;
		own->rst_flags = p->flags;
	}
}

static bool is_copy(const struct conversation *c, const struct conversation_packet *p)
{
	const struct conversation_packet *last = conversation_packet(
		c, (c->kept < CONVERSATION_PACKETS ? (int)c->kept : CONVERSATION_PACKETS) - 1);

	return last && p->time != PACKET_NO_TIME && last->from == p->from &&
	       last->flags == p->flags && last->begin == p->begin && last->ack == p->ack &&
	       last->length == p->length && last->window == p->window &&
	       p->time - last->time < COPY_TIME;
}

static void note_packet(struct conversation *c, const struct tcp_packet *packet)
{
	if (packet->flags & TH_SYN && !(packet->flags & TH_ACK))
		c->whole = true;
	c->packets++;
	c->last = packet->number;
	c->end = packet->time;
	c->fragments += packet->fragmented;
}

void conversation_take(struct conversation *c, const struct tcp_packet *packet)
{
	int sender = tcp_addresses_equal(&c->way[CONNECTOR].address, &packet->from) ? CONNECTOR
										    : ACCEPTOR;
	struct conversation_way *own = &c->way[sender];
	struct conversation_packet kept = {.number = packet->number,
		.time = packet->time,
		.from = sender,
		.flags = packet->flags,
		.length = packet->length,
		.window = packet->window};

	learn_base(c, sender, packet);
	kept.begin = packet->numbered ? count_from(own, packet->seq, packet) : own->next;
	if (packet->flags & TH_ACK && c->way[!sender].known)
		kept.ack = count_from(&c->way[!sender], packet->ack, packet);
	note_packet(c, packet);
	if (is_copy(c, &kept)) {
		c->copies++;
		return;
	}
	take_ack(c, sender, packet, &kept);
	take_content(own, &kept);
	take_flags(own, &kept);
	own->packets++;
	own->closed_windows += packet->windowed && !packet->window && !(packet->flags & TH_RST);
	if (kept.flags != TH_ACK || kept.length || kept.probe)
		c->packet[c->kept++ % CONVERSATION_PACKETS] = kept;
}

/* A SYN that a RST answers, or nothing. */
static enum conversation_trouble trouble_of_attempt(const struct conversation *c)
{
	if (c->way[ACCEPTOR].rst)
		return TROUBLE_REFUSED;
	if (c->way[CONNECTOR].rst)
		return TROUBLE_RESET;
	return TROUBLE_UNANSWERED;
}

/* Is an end waiting in vain? Twice or more was sent what should have been acknowledged. */
static bool is_silent(const struct conversation *c)
{
	for (int i = 0; i < 2; i++)
		if (c->way[i].unanswered > 1 && (c->way[i].again || c->way[i].probes > 1) &&
			!c->way[!i].fin)
			return true;
	return false;
}

enum conversation_trouble conversation_trouble(const struct conversation *c)
{
	const struct conversation_way *connector = &c->way[CONNECTOR],
				      *acceptor = &c->way[ACCEPTOR];

	if (connector->syn && !acceptor->syn && acceptor->packets == (acceptor->rst != 0))
		return trouble_of_attempt(c);
	if (connector->rst || acceptor->rst)
		return TROUBLE_RESET;
	if (is_silent(c))
		return TROUBLE_SILENT;
	bool first = acceptor->fin && (!connector->fin || acceptor->fin < connector->fin);

	if (first && !acceptor->bytes && !acceptor->missing && c->whole)
		return TROUBLE_EARLY;
	return TROUBLE_NONE;
}

const struct conversation_packet *conversation_packet(const struct conversation *c, int i)
{
	long first = c->kept > CONVERSATION_PACKETS ? c->kept - CONVERSATION_PACKETS : 0;

	if (i < 0 || first + i >= c->kept)
		return NULL;
	return &c->packet[(first + i) % CONVERSATION_PACKETS];
}
