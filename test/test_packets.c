/*
 * What stands in a packet's bytes, on every link and with every header between; what tcpdump's
 * lines say; and what becomes of a connection, packet by packet.
 */
#include "check.h"
#include "diagnose/verdict.h"
#include "language/catalog.h"
#include "packets.h"
#include "packets/dissect.h"
#include "packets/tcpdump_line.h"

#include <pcap/dlt.h>

static const unsigned char ethernet[14] = {[12] = 8, 0}, ethernet6[14] = {[12] = 0x86, 0xdd},
			   arp[14] = {[12] = 8, 6}, tagged[18] = {[12] = 0x81, 0, 0, 7, 8, 0},
			   tagged_twice[22] = {[12] = 0x88, 0xa8, 0, 7, 0x81, 0, 0, 8, 0x86, 0xdd},
			   cooked[16] = {[14] = 8, 0}, cooked_v2[20] = {0x86, 0xdd},
			   null_little[4] = {2}, null_big[4] = {0, 0, 0, 2},
			   loop[4] = {0, 0, 0, 30}, null_other[4] = {0, 0, 0, 7};

static const unsigned char options[8] = {IPPROTO_TCP, 0}, routing[16] = {IPPROTO_TCP, 1},
			   first[8] = {IPPROTO_TCP, 0, 0, 1}, later[8] = {IPPROTO_TCP, 0, 0, 8},
			   authentication[16] = {IPPROTO_TCP, 2}, too_long[8] = {IPPROTO_TCP, 255};

#define LINK(bytes) .link = (bytes), .link_size = sizeof(bytes)
#define BETWEEN(bytes) .between = (bytes), .between_size = sizeof(bytes)

static const struct {
	int link;
	struct wrapping w;
	enum dissected expected;
} wrapped[] = {
	{DLT_EN10MB, {LINK(ethernet)}, DISSECT_TCP},
	{DLT_EN10MB, {LINK(ethernet6), .v6 = true}, DISSECT_TCP},
	{DLT_EN10MB, {LINK(tagged)}, DISSECT_TCP},
	{DLT_EN10MB, {LINK(tagged_twice), .v6 = true}, DISSECT_TCP},
	{DLT_EN10MB, {LINK(arp)}, DISSECT_OTHER},
	{DLT_EN10MB, {LINK(ethernet), .v6 = true}, DISSECT_STRANGE},
	{DLT_LINUX_SLL, {LINK(cooked)}, DISSECT_TCP},
	{DLT_LINUX_SLL2, {LINK(cooked_v2), .v6 = true}, DISSECT_TCP},
	{DLT_RAW, {0}, DISSECT_TCP},
	{DLT_RAW, {.v6 = true}, DISSECT_TCP},
	{DLT_IPV4, {0}, DISSECT_TCP},
	{DLT_IPV6, {.v6 = true}, DISSECT_TCP},
	{DLT_NULL, {LINK(null_little)}, DISSECT_TCP},
	{DLT_NULL, {LINK(null_big)}, DISSECT_TCP},
	{DLT_NULL, {LINK(null_other)}, DISSECT_OTHER},
	{DLT_LOOP, {LINK(loop), .v6 = true}, DISSECT_TCP},
	{DLT_RAW, {.kind = IPPROTO_UDP}, DISSECT_OTHER},
	{DLT_RAW, {.v6 = true, .kind = IPPROTO_UDP}, DISSECT_OTHER},
	{DLT_RAW, {.fragment = 0x2000}, DISSECT_TCP},
	{DLT_RAW, {.fragment = 100}, DISSECT_FRAGMENT},
	{DLT_RAW, {.v6 = true, .kind = 0, BETWEEN(options)}, DISSECT_STRANGE},
	{DLT_RAW, {.v6 = true, .kind = IPPROTO_DSTOPTS, BETWEEN(options)}, DISSECT_TCP},
	{DLT_RAW, {.v6 = true, .kind = IPPROTO_ROUTING, BETWEEN(routing)}, DISSECT_TCP},
	{DLT_RAW, {.v6 = true, .kind = IPPROTO_FRAGMENT, BETWEEN(first)}, DISSECT_TCP},
	{DLT_RAW, {.v6 = true, .kind = IPPROTO_FRAGMENT, BETWEEN(later)}, DISSECT_FRAGMENT},
	{DLT_RAW, {.v6 = true, .kind = IPPROTO_AH, BETWEEN(authentication)}, DISSECT_TCP},
	{DLT_RAW, {.v6 = true, .kind = IPPROTO_DSTOPTS, BETWEEN(too_long)}, DISSECT_STRANGE},
};

/* Cut off anywhere, it is not understood; nothing is read behind its end. */
static void cut_off(int link, const unsigned char *bytes, size_t size, size_t length)
{
	struct tcp_packet packet;

	for (size_t cut = 0; cut < size; cut++) {
		unsigned char *copy = malloc(cut + 1);

		memcpy(copy, bytes, cut);
		assert_int_not_equal(dissect(link, copy, cut, length, &packet), DISSECT_TCP);
		free(copy);
	}
}

static void test_dissect(void **state)
{
	struct sketch s = {false, TH_PUSH | TH_ACK, 17, 65000, 18};
	unsigned char bytes[PACKET_ROOM];
	struct tcp_packet packet;
	size_t length;

	(void)state;
	for (size_t i = 0; i < COUNT(wrapped); i++) {
		size_t size = sketch_write(&s, &wrapped[i].w, bytes, &length);
		enum dissected got = dissect(wrapped[i].link, bytes, size, length, &packet);

		if (got != wrapped[i].expected)
			fail_msg("row %zu: expected %d, got %d", i, wrapped[i].expected, got);
		assert_true(dissect_knows(wrapped[i].link));
		if (got != DISSECT_TCP)
			continue;
		assert_int_equal(packet.from.port, 80);
		assert_int_equal(packet.to.port, 5000);
		assert_int_equal(packet.from.kind, wrapped[i].w.v6 ? 6 : 4);
		assert_int_equal(packet.seq, 17);
		assert_int_equal(packet.ack, 18);
		assert_int_equal(packet.length, 65000);
		assert_int_equal(packet.window, 512);
		cut_off(wrapped[i].link, bytes, size, length);
	}
	assert_false(dissect_knows(DLT_IEEE802_11));
}

/* A segment longer than the IP header has room to say: captured before the device cut it up. */
static void test_offloaded(void **state)
{
	unsigned char bytes[PACKET_ROOM];
	struct tcp_packet packet;
	size_t length;

	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		struct wrapping w = {.v6 = v6, .no_total = true};
		size_t size = sketch_write(
			&(struct sketch){true, TH_ACK, 1, 150000, 1}, &w, bytes, &length);

		assert_int_equal(dissect(DLT_RAW, bytes, size, length, &packet), DISSECT_TCP);
		assert_int_equal(packet.length, 150000);
	}
}

static void test_line(void **state)
{
	static const struct {
		const char *text, *from, *to;
		uint8_t flags;
		uint32_t seq, ack, length;
	} lines[] = {
		{"00:54:09.789199 IP 127.0.0.1.52344 > 127.0.0.1.80: Flags [S], seq 2515993057, "
		 "win "
		 "65495, options [mss 65495,sackOK,TS val 1 ecr 0,nop,wscale 10], length 0",
			"127.0.0.1:52344", "127.0.0.1:80", TH_SYN, 2515993057, 0, 0},
		{"    3  2026-11-28 00:54:09.789236 lo    In  IP6 ::1.80 > ::1.52344: Flags [P.], "
		 "seq 1:6, ack 1, win 64, options [nop,nop,TS val 1 ecr 2], length 5: HTTP",
			"[::1]:80", "[::1]:52344", TH_PUSH | TH_ACK, 1, 1, 5},
		{"    127.0.0.1.52344 > 127.0.0.1.48957: Flags [R.], cksum 0xfe30 (incorrect -> "
		 "0xf046), seq 7, ack 8, win 64, length 0",
			"127.0.0.1:52344", "127.0.0.1:48957", TH_RST | TH_ACK, 7, 8, 0},
		{"1732.5 00:00:00:00:00:00 > 00:00:00:00:00:00, ethertype IPv4 (0x0800), length "
		 "66: "
		 "192.0.2.1.1 > 192.0.2.2.2: Flags [F.], seq 9, ack 3, win 64, length 0",
			"192.0.2.1:1", "192.0.2.2:2", TH_FIN | TH_ACK, 9, 3, 0},
		{"IP web.example.http > localhost.48957: Flags [.], ack 6, win 64, length 0",
			"web.example.http", "localhost:48957", TH_ACK, 0, 6, 0},
		{"12:00:00.1 IP 192.0.2.1.1 > 192.0.2.2.80: S 5:5(0) win 5840 <mss 1460>",
			"192.0.2.1:1", "192.0.2.2:80", TH_SYN, 5, 0, 0},
		{"12:00:00.1 IP 192.0.2.1.1 > 192.0.2.2.80: P 1:7(6) ack 1 win 92", "192.0.2.1:1",
			"192.0.2.2:80", TH_PUSH | TH_ACK, 1, 1, 6},
		{"12:00:00.1 192.0.2.1.1 > 192.0.2.2.80: . ack 7 win 92", "192.0.2.1:1",
			"192.0.2.2:80", TH_ACK, 0, 7, 0},
	};
	struct tcp_packet packet;
	char from[TCP_ADDRESS_TEXT], to[TCP_ADDRESS_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		if (tcpdump_line_read(&packet, lines[i].text) != TCPDUMP_TCP)
			fail_msg("not understood: %s", lines[i].text);
		tcp_address_text(&packet.from, from, sizeof from);
		tcp_address_text(&packet.to, to, sizeof to);
		assert_string_equal(from, lines[i].from);
		assert_string_equal(to, lines[i].to);
		assert_int_equal(packet.flags, lines[i].flags);
		assert_int_equal(packet.seq, lines[i].seq);
		assert_int_equal(packet.ack, lines[i].ack);
		assert_int_equal(packet.length, lines[i].length);
	}
}

static void test_other_line(void **state)
{
	static const struct {
		const char *text;
		enum tcpdump_kind kind;
	} lines[] = {
		{"", TCPDUMP_MESSAGE},
		{"tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 262144",
			TCPDUMP_MESSAGE},
		{"reading from file x, link-type EN10MB (Ethernet)", TCPDUMP_MESSAGE},
		{"7 packets captured", TCPDUMP_MESSAGE},
		{"1 packet received by filter", TCPDUMP_MESSAGE},
		{"00:54:09.789199 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), "
		 "length 60)",
			TCPDUMP_MESSAGE},
		{"\t0x0000:  4500 003c 4419 4000 4006 f8a0 7f00 0001  E..<D.@.@.......",
			TCPDUMP_MESSAGE},
		{"12:00:00.1 IP 192.0.2.1.53 > 192.0.2.2.9: 1+ A? x. (20)", TCPDUMP_OTHER},
		{"12:00:00.1 ARP, Request who-has 192.0.2.1 tell 192.0.2.2, length 28",
			TCPDUMP_OTHER},
		{"12:00:00.1 IP 192.0.2.1.1 > 192.0.2.2.80: tcp 5", TCPDUMP_UNKNOWN},
		{"12:00:00.1 IP 192.0.2.1.1 > 192.0.2.2.80: Flags [x], length 0", TCPDUMP_UNKNOWN},
		{"12:00:00.1 IP 192.0.2.1.1 > 192.0.2.2.80: Flags [P.], seq 1:6", TCPDUMP_UNKNOWN},
		{"12:00:00.1 IP 192.0.2.1.1 > : Flags [.], ack 1, length 0", TCPDUMP_UNKNOWN},
		{"write(3, \"x\", 1) = 1", TCPDUMP_UNKNOWN},
		{"hello", TCPDUMP_UNKNOWN},
	};
	struct tcp_packet packet;

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++)
		if (tcpdump_line_read(&packet, lines[i].text) != lines[i].kind)
			fail_msg("'%s': expected %d", lines[i].text, lines[i].kind);
}

static void test_address(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{"192.0.2.7", "192.0.2.7:80"},
		{"::ffff:192.0.2.7", "192.0.2.7:80"},
		{"[2001:db8::1]", "[2001:db8::1]:80"},
		{"fe80::1%eth0", "[fe80::1]:80"},
		{"web.example", "web.example:80"},
		{"a%b", "a%b:80"},
	};
	struct tcp_address a, b;
	char text[TCP_ADDRESS_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(tcp_address_read(&a, rows[i].text, strlen(rows[i].text), 80));
		tcp_address_text(&a, text, sizeof text);
		assert_string_equal(text, rows[i].expected);
	}
	assert_false(tcp_address_read(&b, "", 0, 80));
	b = (struct tcp_address){.port = 80};
	assert_true(tcp_addresses_agree(&a, &b));
	assert_false(tcp_addresses_equal(&a, &b));
	tcp_address_text(&b, text, sizeof text);
	assert_string_equal(text, "any address:80");
	tcp_address_read(&b, "0.0.0.0", 7, 0);
	assert_true(tcp_address_is_any(&b) && tcp_addresses_agree(&a, &b));
	tcp_address_read(&b, "192.0.2.8", 9, 0);
	assert_false(tcp_addresses_agree(&a, &b));
	tcp_address_read(&b, "a%b", 3, 81);
	assert_false(tcp_addresses_agree(&a, &b));
}

#define OPEN "> S 100+0 0; < S. 500+0 101; > . 101+0 501; "

/* What becomes of a connection: its packets, what is wrong with it, and the first act it is put
 * down to. */
static void test_conversation(void **state)
{
	static const struct {
		const char *packets;
		enum conversation_trouble trouble;
		const char *says; /* a part of the page; NULL: there is none */
	} rows[] = {
		{OPEN "> P. 101+6 501; < . 501+0 107; < P. 501+3 107; > F. 107+0 504; < F. 504+0 "
		      "108; > . 108+0 505",
			TROUBLE_NONE, NULL},
		{OPEN "> P. 101+6 501; < R. 501+0 107", TROUBLE_RESET,
			"packet 5: the server aborted: a RST with ACK"},
		{OPEN "< R. 501+0 101", TROUBLE_RESET, "   how        the peer aborts: SO_LINGER"},
		{OPEN "< F. 501+0 101; > P. 101+6 502; < R 502+0 0", TROUBLE_RESET,
			"packet 6: the server had closed: what came after its FIN found no socket"},
		{OPEN "> P. 101+6 501; < P. 501+9 107; < F. 510+0 107; > P. 107+6 511; < R. 511+0 "
		      "113",
			TROUBLE_RESET, "the server sent FIN, and aborted then"},
		{OPEN "> P. 101+6 501; < R 501+0 0", TROUBLE_RESET,
			"the server has no socket for the connection, and never sent FIN"},
		{OPEN "> R. 101+0 501", TROUBLE_RESET, "packet 4: the client aborted"},
		{OPEN "> F. 101+0 501; < P. 501+6 102; > R 102+0 0", TROUBLE_RESET,
			"packet 6: the client had closed"},
		{"> S 100+0 0; < R. 0+0 101", TROUBLE_REFUSED,
			"packet 2: the server answered the SYN with RST"},
		{"> S 100+0 0; > S 100+0 0", TROUBLE_UNANSWERED, "does not answer the SYN"},
		{OPEN "> P. 101+6 501; > P. 101+6 501; > P. 101+6 501", TROUBLE_SILENT,
			"   packet 6   > . 6  again\n"},
		{OPEN "> P. 101+6 501; < . 501+0 107; > . 106+0 501; > . 106+0 501", TROUBLE_SILENT,
			"  probe\n"},
		{OPEN "> P. 101+6 501; < . 501+0 107; > . 106+0 501; < . 501+0 107", TROUBLE_NONE,
			NULL},
		{OPEN "> P. 101+6 501; < F. 501+0 107", TROUBLE_EARLY,
			"packet 5: the server closed, or shut its send side, without having sent"},
		{"< P. 501+3 107; < F. 504+0 107; > . 107+0 505", TROUBLE_NONE, NULL},
		{"> P. 101+6 501; < R 501+0 0", TROUBLE_RESET, "has no socket for the connection"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct conversations *all = conversations_new(NULL, NULL);
		struct print page;

		sketch_feed(all, rows[i].packets, 5000);
		conversations_sort(all);
		const struct conversation *c = conversations_at(all, 0);

		if (conversation_trouble(c) != rows[i].trouble)
			fail_msg("row %zu: expected %d, got %d", i, rows[i].trouble,
				conversation_trouble(c));
		assert_null(conversations_at(all, 1));
		print_open(&page);
		verdict_print(c, "packet", &(struct sheet){.out = page.out});
		char *text = print_take(&page);

		if (rows[i].says ? !strstr(text, rows[i].says) : *text)
			fail_msg("row %zu: expected %s in:\n%s", i, rows[i].says, text);
		free(text);
		conversations_free(all);
	}
}

/* What verdicts name is in the catalogue. */
static void test_shown_by(void **state)
{
	static const char *const packets[] = {OPEN "< R. 501+0 101", OPEN "< R 501+0 0",
		OPEN "< F. 501+0 101; < R 502+0 0", "> S 1+0 0; < R. 0+0 2", "> S 1+0 0",
		OPEN "> P. 101+6 501; > P. 101+6 501; > P. 101+6 501", OPEN "< F. 501+0 101"};

	(void)state;
	for (size_t i = 0; i < COUNT(packets); i++) {
		struct conversations *all = conversations_new(NULL, NULL);
		struct verdict v;

		sketch_feed(all, packets[i], 5000);
		conversations_sort(all);
		assert_true(verdict_find(&v, conversations_at(all, 0)));
		assert_non_null(catalog_text("trace", v.shown_by));
		conversations_free(all);
	}
}

static const struct conversation *only(struct conversations *all, const char *packets)
{
	sketch_feed(all, packets, 5000);
	conversations_sort(all);
	return conversations_at(all, 0);
}

/* Gaps, overlaps and copies; numbers that wrap; windows that close. */
static void test_counts(void **state)
{
	struct conversations *all = conversations_new(NULL, NULL);
	const struct conversation *c = only(all,
		"> S 4294967290+0 0; < S. 500+0 4294967291; > . 4294967291+0 501; > . "
		"4294967291+1000 501; > . 1000+1000 501; > . 995+5 501; < . 501+0 2500; > . "
		"2000+600 501");

	(void)state;
	assert_int_equal(c->way[CONNECTOR].bytes, 1000 + 1000 + 5 + 100);
	assert_int_equal(c->way[CONNECTOR].missing, 500);
	assert_int_equal(c->way[CONNECTOR].again, 0);
	assert_true(c->whole && !c->guessed);
	conversations_free(all);

	all = conversations_new(NULL, NULL);
	c = only(all, "< P. 1000+10 2000; > . 2000+0 1010; < P. 1000+10 2000; < P. 1010+10 2000");
	assert_false(c->whole);
	assert_true(c->guessed);
	assert_int_equal(c->way[ACCEPTOR].address.port, 80);
	assert_int_equal(c->way[ACCEPTOR].bytes, 20);
	assert_int_equal(c->way[ACCEPTOR].again, 1);
	conversations_free(all);
}

/* A port that is used again is another connection; a SYN that is sent again is not. */
static void test_port_again(void **state)
{
	struct conversations *all = conversations_new(NULL, NULL);

	(void)state;
	sketch_feed(all,
		OPEN "< R. 501+0 101; > S 900+0 0; > S 900+0 0; < S. 77+0 901; > . 901+0 78", 5000);
	conversations_sort(all);
	assert_int_equal(conversations_totals(all)->begun, 2);
	assert_int_equal(conversation_trouble(conversations_at(all, 0)), TROUBLE_RESET);
	assert_int_equal(conversations_at(all, 1)->way[CONNECTOR].again, 1);
	conversations_free(all);
}

static bool wants_5001(const struct conversation *c, void *context)
{
	(void)context;
	return c->way[CONNECTOR].address.port == 5001;
}

/* More connections than there is room for: those that both ends closed go first, those with a
 * trouble or that are wanted stay; all are counted. */
static void test_limits(void **state)
{
	struct conversations *all = conversations_new(wants_5001, NULL);
	const struct conversations_totals *t = conversations_totals(all);
	const struct conversation *c;
	bool wanted = false;
	int troubled = 0, there;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		uint16_t port = (uint16_t)(5000 + i);

		sketch_feed(all,
			i % 100 == 7 ? OPEN "< R. 501+0 101"
			: i % 2      ? OPEN "> F. 101+0 501; < F. 501+0 102; > . 102+0 502"
				     : OPEN,
			port);
	}
	conversations_sort(all);
	for (there = 0; (c = conversations_at(all, there)); there++) {
		troubled += conversation_trouble(c) != TROUBLE_NONE;
		wanted |= c->way[CONNECTOR].address.port == 5001;
	}
	assert_int_equal(there, CONVERSATIONS_LIMIT);
	assert_int_equal(t->begun, 10000);
	assert_int_equal(t->closed + t->forgotten + t->dropped, 10000 - CONVERSATIONS_LIMIT);
	assert_true(troubled >= CONVERSATIONS_KEPT && t->dropped > 0 && t->closed > 4000);
	assert_true(wanted);
	conversations_free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dissect),
		cmocka_unit_test(test_offloaded),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_other_line),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_conversation),
		cmocka_unit_test(test_shown_by),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_port_again),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
