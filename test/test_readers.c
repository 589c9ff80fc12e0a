/*
 * The small readers: packets with their flags in tcpdump's order, a line cut into words, the word
 * nearest to an unknown one, and the lines of /proc/net/tcp and /proc/net/tcp6.
 */
#include "check.h"
#include "endpoint/proc_net_tcp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

static void test_packets(void **state)
{
	static const struct {
		const char *flags;
		struct packet packet;
		const char *text;
		bool bare_ack;
	} cases[] = {
		{"S", {true, TH_SYN, 0, CLIENT}, "> S", false},
		{"S.", {false, TH_SYN | TH_ACK, 0, CLIENT}, "< S.", false},
		{".", {true, TH_ACK, 0, CLIENT}, "> .", true},
		{".", {true, TH_ACK, 1, CLIENT}, "> . 1", false},
		{"P.", {true, TH_PUSH | TH_ACK, 6, CLIENT}, "> P. 6", false},
		{"F.", {false, TH_FIN | TH_ACK, 0, CLIENT}, "< F.", false},
		{"R", {false, TH_RST, 0, CLIENT}, "< R", false},
		{"R.", {false, TH_RST | TH_ACK, 0, CLIENT}, "< R.", false},
		{"SEW", {true, TH_SYN | 0xc0, 0, CLIENT}, "> SEW", false},
		{"FSRP.UEW", {true, 0xff, 4294967295, CLIENT}, "> FSRP.UEW 4294967295", false},
		{"none", {false, 0, 0, CLIENT}, "< none", false},
		{"P.", {true, TH_PUSH | TH_ACK, 6, CLIENT2}, "client2 > P. 6", false},
		{".", {false, TH_ACK, 0, SERVER3}, "server3 < .", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[PACKET_TEXT];
		uint8_t flags = 0x5a;

		assert_true(packet_flags_parse(cases[i].flags, &flags));
		assert_int_equal(flags, cases[i].packet.flags);
		packet_text(&cases[i].packet, text, sizeof text);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(packet_is_bare_ack(&cases[i].packet), cases[i].bare_ack);
	}
}

static void test_bad_flags(void **state)
{
	static const char *const bad[] = {
		"", ".S", ".P", "PF", "SS", "s", "S .", "X", "None", "noneS", "S-"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		uint8_t flags;

		if (packet_flags_parse(bad[i], &flags))
			fail_msg("'%s' are no flags", bad[i]);
	}
}

static void test_packets_equal(void **state)
{
	const struct packet a = {true, TH_ACK, 6, CLIENT};
	const struct packet others[] = {{false, TH_ACK, 6, CLIENT},
		{true, TH_ACK | TH_PUSH, 6, CLIENT}, {true, TH_ACK, 7, CLIENT},
		{true, TH_ACK, 6, CLIENT2}};

	(void)state;
	assert_true(packets_equal(&a, &(struct packet){true, TH_ACK, 6, CLIENT}));
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(packets_equal(&a, &others[i]));
}

static void test_words_cut(void **state)
{
	static const char line[] = "  one\ttwo#2 # three # four";
	struct words words;
	const char *what;
	int column;

	(void)state;
	assert_true(text_cut(&words, line, strlen(line), &column, &what));
	assert_int_equal(words.count, 2);
	assert_string_equal(words.word[0].text, "one");
	assert_int_equal(words.word[0].column, 3);
	assert_string_equal(words.word[1].text, "two#2");
	assert_int_equal(words.word[1].column, 7);
	assert_int_equal(words.end_column, 12);
	assert_string_equal(words.comment, "# three # four");
	assert_true(text_cut(&words, line, 0, &column, &what));
	assert_int_equal(words.count, 0);
	assert_null(words.comment);
}

static void test_nearest(void **state)
{
	static const char *const candidates[] = {
		"connect", "accept", "write", "read", "recv", "shutdown", "close"};
	static const struct {
		const char *word, *best;
	} cases[] = {
		{"wriet", "write"},    /* a swap is one edit */
		{"conect", "connect"}, /* one missing */
		{"shutdwonn", "shutdown"},
		{"closed", "close"},
		{"rea", "read"},
		{"rexd", "read"}, /* one edit from read, two from recv */
		{"zzzz", NULL},
		{"listen", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nearest nearest = {cases[i].word, NULL, 0};

		for (size_t c = 0; c < COUNT(candidates); c++)
			text_offer_nearest(&nearest, candidates[c]);
		if (!cases[i].best)
			assert_null(nearest.best);
		else {
			assert_non_null(nearest.best);
			assert_string_equal(nearest.best, cases[i].best);
		}
	}
}

/* Words at the limit and candidates beyond it. */
static void test_nearest_long(void **state)
{
	char word[WORD_LIMIT + 1], longer[WORD_LIMIT + 41];
	struct nearest nearest = {word, NULL, 0};

	(void)state;
	memset(word, 'a', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	memset(longer, 'a', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	text_offer_nearest(&nearest, "write");
	assert_null(nearest.best);
	text_offer_nearest(&nearest, longer);
	assert_ptr_equal(nearest.best, longer);
}

#define TAIL " 00000000:00000000 00:00000000 00000000  1000        0 12345 1 0 20 4 30 10 -1\n"
#define TCP6 "00000000000000000000000001000000"

/* The connection from port 0x1F90 to port 0xD431 of the loopback address, in either table. */
/* sin_port and sin6_port stand at the same place. */
static struct address loopback_at(enum family family, uint16_t port)
{
	struct address a = family_loopback(family);

	((struct sockaddr_in *)&a.storage)->sin_port = htons(port);
	return a;
}

static void test_socket_lines(void **state)
{
	static const struct {
		enum family family;
		const char *line;
		int state;
	} cases[] = {
		{FAMILY_TCP4, "   3: 0100007F:1F90 0100007F:D431 01" TAIL, TCP_ESTABLISHED},
		{FAMILY_TCP4, "1003: 0100007F:1F90 0100007F:D431 0A" TAIL, TCP_LISTEN},
		{FAMILY_TCP4,
			"   3: 0100007F:1F90 0100007F:D431 05 00000000:00000000 03:00001770 "
			"00000000     0        0 0 3 0000000000000000\n",
			TCP_FIN_WAIT2},
		/* orphans in FIN_WAIT2: before the hand-over to a time-wait entry, and one that
		   stays */
		{FAMILY_TCP4,
			"   3: 0100007F:1F90 0100007F:D431 05 00000000:00000000 00:00000000 "
			"00000000     0        0 0 2 0000000000000000\n",
			TCP_FIN_WAIT1},
		{FAMILY_TCP4,
			"   3: 0100007F:1F90 0100007F:D431 05 00000000:00000000 02:00001770 "
			"00000000     0        0 0 2 0000000000000000\n",
			TCP_FIN_WAIT2},
		{FAMILY_TCP4, "   3: 0100007F:1F90 0100007F:D431 05" TAIL, TCP_FIN_WAIT2},
		{FAMILY_TCP4, "   3: 0100007F:D431 0100007F:1F90 01" TAIL, 0},
		{FAMILY_TCP4, "   3: 0100007F:1F90 0200007F:D431 01" TAIL, 0},
		{FAMILY_TCP4, "   3: 0100007F:1F90 00000000:0000 0A" TAIL, 0},
		{FAMILY_TCP4, "   3: 0100007F:1F90 0100007F:D431 00" TAIL, 0},
		{FAMILY_TCP4, "   3: 0100007F:1F90 0100007F:D431", 0},
		{FAMILY_TCP4, "  sl  local_address rem_address   st tx_queue rx_queue\n", 0},
		{FAMILY_TCP4, "", 0},
		{FAMILY_TCP6, "   0: " TCP6 ":1F90 " TCP6 ":D431 08" TAIL, TCP_CLOSE_WAIT},
		{FAMILY_TCP6, "   0: " TCP6 ":1F90 " TCP6 ":D432 08" TAIL, 0},
		{FAMILY_TCP6, "   3: 0100007F:1F90 0100007F:D431 01" TAIL, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct address local = loopback_at(cases[i].family, 0x1f90);
		struct address remote = loopback_at(cases[i].family, 0xd431);

		assert_int_equal(
			proc_net_tcp_line_state(cases[i].line, &local, &remote), cases[i].state);
	}
}

/* A state that the next segment ends is not one to be waited for. */
static void test_sockets_at_rest(void **state)
{
	static const struct {
		int state;
		unsigned timer;
		bool rests;
	} cases[] = {
		{0x01, 0, true},  /* ESTABLISHED */
		{0x01, 1, false}, /* with data that waits for an acknowledgement */
		{0x01, 2, true},  /* with SO_KEEPALIVE */
		{0x04, 1, false}, /* FIN_WAIT1 */
		{0x04, 0, false}, /* its FIN was acknowledged this moment */
		{0x04, 4, true},  /* its FIN waits behind a window that is closed */
		{0x05, 0, false}, /* FIN_WAIT2, before a time-wait entry takes over */
		{0x05, 3, true},  /* as that entry shows it */
		{0x06, 3, true},  /* TIME_WAIT */
		{0x08, 0, true},  /* CLOSE_WAIT */
		{0x09, 0, false}, {0x09, 1, false}, /* LAST_ACK */
		{0x0b, 0, false}, {0x0b, 1, false}, /* CLOSING */
		{0x02, 1, false}, {0x03, 1, false}, /* SYN_SENT, SYN_RECV */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char line[256];
		struct tcp_socket socket;

		snprintf(line, sizeof line,
			"   3: 0100007F:1F90 0100007F:D431 %02X 00000000:00000000 %02X:00001770 "
			"00000000     0        0 0 3 0000000000000000\n",
			(unsigned)cases[i].state, cases[i].timer);
		assert_true(proc_net_tcp_parse(line, &socket));
		assert_int_equal(proc_net_tcp_rests(&socket), cases[i].rests);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_bad_flags),
		cmocka_unit_test(test_packets_equal),
		cmocka_unit_test(test_words_cut),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_nearest_long),
		cmocka_unit_test(test_socket_lines),
		cmocka_unit_test(test_sockets_at_rest),
	};

	return cmocka_run_group_tests_name("readers", tests, NULL, NULL);
}
