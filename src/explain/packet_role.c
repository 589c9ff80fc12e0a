#include "explain/packet_role.h"

#include <netinet/tcp.h>

/* What one end has sent; numbers are relative to its initial one, as in struct captured_packet. */
struct sent {
	uint32_t next;         /* behind the last byte, or the FIN */
	uint32_t acknowledged; /* the highest acknowledgement number that came back */
	uint32_t fin;          /* the FIN's number; 0: none was sent */
	bool syn;              /* SYN was sent and not acknowledged yet */
	int last;              /* index of its last packet; -1: none */
};

/* The client's, the server's. */
struct connection {
	struct sent sent[2];
};

static struct connection begin(void)
{
	struct sent none = {.next = 1, .acknowledged = 1, .last = -1};

	return (struct connection){{none, none}};
}

/* What packet acknowledges that was not acknowledged before. */
static void acknowledge(
	struct sent *other, const struct captured_packet *c, struct packet_role *role)
{
	if ((c->packet.flags & (TH_ACK | TH_RST)) != TH_ACK)
		return;
	if (other->syn) {
		other->syn = false;
		role->acks_syn = !(c->packet.flags & TH_SYN);
	}
	if (c->packet.flags & TH_SYN || c->ack <= other->acknowledged)
		return;
	role->acks_fin = other->fin && c->ack > other->fin;
	role->acks_data = c->ack - role->acks_fin > other->acknowledged;
	other->acknowledged = c->ack;
}

static enum packet_kind rst_kind(const struct sent *self, const struct captured_packet *c)
{
	if (!(c->packet.flags & TH_ACK))
		return PACKET_RST;
	/* An end that has sent nothing yet has no socket. */
	return self->last < 0 ? PACKET_RST_SYN : PACKET_RST_ABORT;
}

/* A segment that carries numbers of its own: data or a FIN. */
static void send_numbers(
	struct sent *self, const struct captured_packet *c, struct packet_role *role)
{
	bool fin = c->packet.flags & TH_FIN;
	uint32_t end = c->seq + c->packet.length + fin;

	role->kind = fin ? PACKET_FIN : PACKET_DATA;
	role->again = end <= self->next;
	if (fin)
		self->fin = end - 1;
	if (end > self->next)
		self->next = end;
}

static void bare(const struct sent *self, const struct captured_packet *c, struct packet_role *role)
{
	if (!(c->packet.flags & TH_ACK))
		return;
	/* tcp_xmit_probe_skb(): SND.UNA - 1 */
	role->kind = c->seq + 1 == self->acknowledged ? PACKET_PROBE : PACKET_ACK;
	role->full = !c->window;
}

static struct packet_role take(struct connection *connection, const struct captured_packet *c)
{
	int way = !c->packet.from_client;
	struct sent *self = &connection->sent[way], *other = &connection->sent[!way];
	struct packet_role role = {.answers = -1};

	acknowledge(other, c, &role);
	if (c->packet.flags & TH_RST) {
		role.kind = rst_kind(self, c);
		role.answers = other->last;
	} else if (c->packet.flags & TH_SYN) {
		role.kind = c->packet.flags & TH_ACK ? PACKET_SYN_ACK : PACKET_SYN;
		role.again = self->last >= 0;
		self->syn = true;
	} else if (c->packet.flags & TH_FIN || c->packet.length)
		send_numbers(self, c, &role);
	else
		bare(self, c, &role);
	return role;
}

static bool is_syn(const struct captured_packet *c)
{
	return (c->packet.flags & (TH_SYN | TH_ACK)) == TH_SYN;
}

/* A SYN with another number than the one before it begins another connection. */
static bool repeats(
	const struct captured_packet *syn, const struct captured_packet *capture, int last)
{
	return last >= 0 && is_syn(&capture[last]) && capture[last].seq == syn->seq;
}

void packet_roles(const struct captured_packet *capture, int count, struct packet_role *role)
{
	struct connection connection = begin();

	for (int i = 0; i < count; i++) {
		if (is_syn(&capture[i]) && !repeats(&capture[i], capture, connection.sent[0].last))
			connection = begin();
		role[i] = take(&connection, &capture[i]);
		connection.sent[!capture[i].packet.from_client].last = i;
	}
}
