/*
 * Any bytes are packets, of any link, or lines that tcpdump printed: what is understood of them
 * makes connections, whose page can be printed. The first byte is the link, or 0 for lines; each
 * packet has a byte in front that is its length, and bit 7 of which makes the number of its bytes
 * that were captured less.
 */
#include "diagnose/verdict.h"
#include "fuzz.h"
#include "packets/conversations.h"
#include "packets/dissect.h"
#include "packets/tcpdump_line.h"

#include <pcap/dlt.h>

static void take_lines(struct conversations *all, char *text)
{
	struct tcp_packet packet;
	char *line;
	long number = 0;

	while ((line = strsep(&text, "\n"))) {
		enum tcpdump_kind kind = tcpdump_line_read(&packet, line);

		packet.number = ++number;
		if (kind == TCPDUMP_TCP)
			must(conversations_take(all, &packet), "no memory");
	}
}

static void take_packets(struct conversations *all, int link, const uint8_t *data, size_t size)
{
	struct tcp_packet packet;
	long number = 0;

	while (size > 1) {
		size_t length = data[0] & 127, captured = data[0] & 128 ? length / 2 : length;

		data++;
		size--;
		captured = captured > size ? size : captured;
		uint8_t *copy = calloc(1, captured + 1); /* so that reading behind it is seen */

		must(copy, "no memory");
		memcpy(copy, data, captured);
		if (dissect(link, copy, captured, length, &packet) == DISSECT_TCP) {
			must(packet.from.kind == packet.to.kind, "ends of two kinds");
			packet.number = ++number;
			packet.time = number * 1000000;
			must(conversations_take(all, &packet), "no memory");
		}
		free(copy);
		data += captured;
		size -= captured;
	}
}

static void print_pages(struct conversations *all)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const struct conversation *c;
	char heading[VERDICT_HEADING];
	long there = 0;

	must(out, "no memory");
	conversations_sort(all);
	for (int i = 0; (c = conversations_at(all, i)); i++, there++) {
		must(c->packets > 0 && c->packets >= c->copies, "packets that are none");
		for (int html = 0; html < 2; html++) {
			struct sheet sheet = {.out = out, .html = html};

			verdict_heading(c, "packet", heading, sizeof heading);
			sheet_part_begin(&sheet, there, true, "%s", heading);
			verdict_print_gaps(c, &sheet);
			verdict_print(c, "packet", &sheet);
			sheet_part_end(&sheet);
		}
	}
	must(memory_close(out, &text), "no memory");
	const struct conversations_totals *t = conversations_totals(all);

	must(t->begun == there + t->closed + t->forgotten + t->dropped, "a connection is missing");
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int links[] = {DLT_EN10MB, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_RAW, DLT_NULL,
		DLT_LOOP, DLT_IPV4, DLT_IPV6};
	struct conversations *all = conversations_new(NULL, NULL);

	must(all, "no memory");
	if (size && data[0] % 9) {
		take_packets(all, links[data[0] % 9 - 1], data + 1, size - 1);
	} else if (size) {
		char *text = string_of(data + 1, size - 1);

		take_lines(all, text);
		free(text);
	}
	print_pages(all);
	conversations_free(all);
	return 0;
}
