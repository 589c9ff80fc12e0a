/*
 * explain_packets: explain.h's section about the packets.
 */
#include "explain/explain.h"
#include "explain/packet_role.h"

#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

enum {
	PACKET_COLUMN = 14,
	SENTENCE = 512, /* bytes that the text of one packet fits in */
};

/* What was run when something was seen, or -1. */
static int step_at(const struct trace *trace, int64_t time)
{
	int step = -1;

	for (int i = 0; i < trace->experiment->step_count; i++)
		if (trace->observation[i].reached && trace->observation[i].outcome.begin <= time)
			step = i;
	return step;
}

/* The state in which step found an end; 0: nobody looked. */
static int state_before(const struct trace *trace, int step, enum who who)
{
	while (--step >= 0)
		if (trace->observation[step].state[who])
			return trace->observation[step].state[who];
	return 0;
}

/* The step with which who aborts at time; -1: a timer did. A close that a waiting call puts off is
 * still to come. */
static int abort_at(const struct trace *trace, int64_t time, enum who who)
{
	int now = step_at(trace, time);

	for (int step = now; step >= 0; step--) {
		const struct step *s = &trace->experiment->script[step].step;
		bool late = trace->observation[step].prediction.rule == RULE_CLOSE_IN_USE;

		if (s->who == who && s->operation->flags & MAY_RESET && (step == now || late))
			return step;
	}
	return -1;
}

static const char *other_name(const struct packet *packet)
{
	return who_text(packet->from_client ? SERVER : CLIENT);
}

static const char *reset_function(const struct trace *trace)
{
	switch (family_network(trace->family)) {
	case NETWORK_IPV6:
		return "tcp_v6_send_reset()";
	case NETWORK_IPV4:
	case NETWORK_NONE: /* has no packets */
		break;
	}
	return "tcp_v4_send_reset()";
}

static void syn_text(const struct packet_role *role, const char *self, char *text, size_t size)
{
	if (role->again)
		snprintf(text, size, "the same again: nothing answered it in time");
	else if (role->kind == PACKET_SYN)
		snprintf(text, size, "SYN: the %s asks for a connection", self);
	else
		snprintf(text, size,
			"SYN and ACK: the %s's kernel agrees; accept(2) comes later and sends "
			"nothing",
			self);
}

static void ack_text(const struct packet_role *role, const char *other, char *text, size_t size)
{
	const char *more = role->full ? "; window 0: there is no room for more" : "";

	if (role->acks_syn)
		snprintf(text, size, "ACK of the SYN: the handshake is complete%s", more);
	else if (role->acks_data && role->acks_fin)
		snprintf(text, size, "ACK of the %s's data and FIN", other);
	else if (role->acks_data)
		snprintf(text, size,
			"ACK of the %s's data: it has arrived; whether anybody reads it, this does "
			"not tell%s",
			other, more);
	else if (role->acks_fin)
		snprintf(text, size, "ACK of the %s's FIN: it has arrived", other);
	else
		snprintf(text, size,
			"ACK of nothing new: it tells how much room there is, or answers a segment "
			"with an old number%s",
			more);
}

/* What a segment with data or FIN acknowledges by the way. */
static const char *rides_along(const struct packet_role *role)
{
	return role->acks_fin   ? "; and ACK of the other end's FIN"
	       : role->acks_syn ? "; and ACK of the SYN: the handshake is complete"
				: "";
}

static void numbers_text(const struct packet *packet, const struct packet_role *role,
	const char *self, char *text, size_t size)
{
	const char *urgent = packet->flags & TH_URG ? ", the last byte urgent" : "";

	if (role->again)
		snprintf(text, size, "the same again: it was not acknowledged in time");
	else if (role->kind == PACKET_DATA)
		snprintf(text, size, "data of the %s%s%s", self, urgent, rides_along(role));
	else
		snprintf(text, size,
			"FIN: the %s sends no more%s. Whether it still reads (shutdown) or never "
			"will (close, exit), a FIN does not tell%s",
			self, packet->length ? " than this data" : "", rides_along(role));
}

static const char *kind_name(enum packet_kind kind)
{
	static const char *const names[] = {[PACKET_SYN_ACK] = "the SYN and ACK",
		[PACKET_DATA] = "the data",
		[PACKET_FIN] = "the FIN",
		[PACKET_ACK] = "the ACK",
		[PACKET_PROBE] = "the probe",
		[PACKET_RST_ABORT] = "the RST"};

	return names[kind] ? names[kind] : "the segment";
}

/* tcp_v4_rcv(): no_tcp_socket, TCP_TW_RST; tcp_v4_do_rcv(): reset */
static void rst_text(
	const struct trace *trace, int i, const struct packet_role *roles, char *text, size_t size)
{
	const struct captured_packet *c = &trace->capture[i];
	enum who who = c->packet.from_client ? CLIENT : SERVER;
	int answers = roles[i].answers;
	int state = state_before(trace, step_at(trace, c->time), who);
	char was[64] = "";

	if (state)
		snprintf(was, sizeof was, " (the %s was in %s)", who_text(who),
			symbol_text(tcp_states, state));
	snprintf(text, size,
		"RST without ACK: the %s's kernel has nobody to give %s to: no socket, or only a "
		"time-wait entry, or one that receives no more%s. What it answers had an ACK, and "
		"the RST takes its number from there: %s; RFC 9293 3.5.2, 3.10.7",
		who_text(who), kind_name(answers < 0 ? PACKET_OTHER : roles[answers].kind), was,
		reset_function(trace));
}

static void abort_text(const struct trace *trace, int i, char *text, size_t size)
{
	const struct captured_packet *c = &trace->capture[i];
	enum who who = c->packet.from_client ? CLIENT : SERVER;
	int step = abort_at(trace, c->time, who);
	char call[LINE_LIMIT + 1] = "a timer of its kernel";
	const char *says = "nobody answered in time";

	if (step >= 0) {
		step_text(&trace->experiment->script[step].step, call, sizeof call);
		says = rule_texts[trace->observation[step].prediction.rule].says;
	}
	snprintf(text, size,
		"RST with ACK: the %s's socket aborts the connection, here by %s (%s): "
		"tcp_send_active_reset(); RFC 9293 3.10.5",
		who_text(who), call, says);
}

static void packet_meaning_text(
	const struct trace *trace, int i, const struct packet_role *roles, char *text, size_t size)
{
	const struct packet *packet = &trace->capture[i].packet;
	const char *self = who_text(packet->from_client ? CLIENT : SERVER);

	switch (roles[i].kind) {
	case PACKET_SYN:
	case PACKET_SYN_ACK:
		syn_text(&roles[i], self, text, size);
		break;
	case PACKET_DATA:
	case PACKET_FIN:
		numbers_text(packet, &roles[i], self, text, size);
		break;
	case PACKET_ACK:
		ack_text(&roles[i], other_name(packet), text, size);
		break;
	case PACKET_PROBE:
		snprintf(text, size,
			"a probe: its number is an old one, which whoever is there answers with "
			"ACK (keepalive, zero window)");
		break;
	case PACKET_RST:
		rst_text(trace, i, roles, text, size);
		break;
	case PACKET_RST_SYN:
		snprintf(text, size,
			"RST with ACK, the answer to the SYN: nobody listens. A SYN has no ACK to "
			"take a number from, so the RST's is 0, and it acknowledges the SYN: %s; "
			"RFC 9293 3.10.7.1",
			reset_function(trace));
		break;
	case PACKET_RST_ABORT:
		abort_text(trace, i, text, size);
		break;
	case PACKET_OTHER:
		snprintf(text, size, "no segment that TCP should send");
		break;
	}
}

/* A kind of packet that appeared: its text, and whether all of them are as long. */
struct kind {
	struct packet packet;
	bool lengths_differ;
	char text[SENTENCE];
};

static bool same_kind(const struct kind *kind, const struct packet *packet, const char *text)
{
	return kind->packet.from_client == packet->from_client &&
	       kind->packet.flags == packet->flags && !kind->packet.length == !packet->length &&
	       !strcmp(kind->text, text);
}

/* Adds packet i's kind unless it is there; returns how many there are. */
static int add_kind(const struct trace *trace, int i, const struct packet_role *roles,
	struct kind *kinds, int count)
{
	const struct packet *packet = &trace->capture[i].packet;
	struct kind *new = &kinds[count];

	*new = (struct kind){.packet = *packet};
	packet_meaning_text(trace, i, roles, new->text, sizeof new->text);
	for (int k = 0; k < count; k++)
		if (same_kind(&kinds[k], packet, new->text)) {
			kinds[k].lengths_differ |= kinds[k].packet.length != packet->length;
			return count;
		}
	return count + 1;
}

static void print_kind(const struct kind *kind, FILE *out)
{
	struct packet packet = kind->packet;
	char flags[PACKET_TEXT], label[PACKET_TEXT + 2];

	packet.length = kind->lengths_differ ? 0 : packet.length;
	packet_text(&packet, flags, sizeof flags);
	snprintf(label, sizeof label, "%s%s", flags, kind->lengths_differ ? " N" : "");
	fprintf(out, "  %-*s", PACKET_COLUMN - 2, label);
	text_wrap(out, PACKET_COLUMN, kind->text);
}

/* What tcpdump's flags do not show of the packets. */
static const char *hidden_in_options(const struct trace *trace)
{
	switch (family_protocol(trace->family)) {
	case PROTOCOL_MPTCP:
		return "(MPTCP's own signals, DATA_FIN and others, are in options, which are not "
		       "shown: RFC 8684 3.)\n";
	case PROTOCOL_TCP:
	case PROTOCOL_UNIX:
		break;
	}
	return "";
}

void explain_packets(const struct trace *trace, FILE *out)
{
	size_t room = (size_t)trace->capture_count + 1;
	struct packet_role *roles = calloc(room, sizeof *roles);
	struct kind *kinds = calloc(room, sizeof *kinds);
	int count = 0;

	if (roles && kinds && trace->capture_count) {
		packet_roles(trace->capture, trace->capture_count, roles);
		for (int i = 0; i < trace->capture_count; i++)
			count = add_kind(trace, i, roles, kinds, count);
		fputs("\nPackets: '>' from the client, '<' to it, in tcpdump's flags\n", out);
		fputs(hidden_in_options(trace), out);
		fputc('\n', out);
	}
	for (int k = 0; k < count; k++)
		print_kind(&kinds[k], out);
	free(roles);
	free(kinds);
}
