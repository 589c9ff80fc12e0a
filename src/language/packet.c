#include "language/packet.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

/* tcpdump's tcp_flag_values (print-tcp.c): letters and their order. */
static const struct {
	char letter;
	uint8_t bit;
} letters[] = {
	{'F', TH_FIN},
	{'S', TH_SYN},
	{'R', TH_RST},
	{'P', TH_PUSH},
	{'.', TH_ACK},
	{'U', TH_URG},
	{'E', 0x40},
	{'W', 0x80},
};
enum { LETTERS = sizeof letters / sizeof *letters };

bool packet_flags_parse(const char *text, uint8_t *flags)
{
	*flags = 0;
	if (!strcmp(text, "none"))
		return true;
	for (int i = 0; i < LETTERS; i++)
		if (*text == letters[i].letter) {
			*flags |= letters[i].bit;
			text++;
		}
	return !*text && *flags;
}

void packet_text(const struct packet *packet, char *text, size_t size)
{
	char flags[LETTERS + 1], length[16] = "";
	bool further = packet->end != CLIENT;
	int n = 0;

	for (int i = 0; i < LETTERS; i++)
		if (packet->flags & letters[i].bit)
			flags[n++] = letters[i].letter;
	flags[n] = '\0';
	if (packet->length)
		snprintf(length, sizeof length, " %u", packet->length);
	snprintf(text, size, "%s%s%c %s%s", further ? who_text(packet->end) : "",
		further ? " " : "", packet->from_client ? '>' : '<', n ? flags : "none", length);
}

void captured_packet_text(const struct captured_packet *c, char *text, size_t size)
{
	bool numbered = c->packet.length || c->packet.flags & ~TH_ACK;
	char seq[32] = "", ack[32] = "";

	if (numbered && c->packet.length)
		snprintf(seq, sizeof seq, "seq %u:%u ", c->seq, c->seq + c->packet.length);
	else if (numbered)
		snprintf(seq, sizeof seq, "seq %u ", c->seq);
	if (c->packet.flags & TH_ACK)
		snprintf(ack, sizeof ack, "ack %u ", c->ack);
	snprintf(text, size, "%s%swin %u", seq, ack, c->window);
}

bool packet_is_bare_ack(const struct packet *packet)
{
	return packet->flags == TH_ACK && !packet->length;
}

bool packets_equal(const struct packet *a, const struct packet *b)
{
	return a->end == b->end && a->from_client == b->from_client && a->flags == b->flags &&
	       a->length == b->length;
}

const char *packet_fate_text(enum packet_fate fate)
{
	static const char *const texts[] = {
		[PACKET_PASSED] = "", [PACKET_INJECTED] = "injected", [PACKET_LOST] = "lost"};

	return texts[fate];
}
