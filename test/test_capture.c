/*
 * The packets: the classic's, a thousand times without one out of place, each between the step that
 * caused it and the step that waited for it; a packet too many, too few or too early is a
 * deviation; the capture file holds what the trace shows.
 */
#include "observe/capture_device.h"
#include "observe/frame.h"
#include "session.h"

#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

static int setup(void **state)
{
	(void)state;
	open_session_with((struct session_options){
		.deadline = DEADLINE_DEFAULT, .sandbox = true, .wire = WIRE_BRIEF});
	if (session.capture)
		return 0;
	print_error("packets cannot be captured here: %s", session.notes);
	close_session(state);
	return -1;
}

/* The classic's packets, and the index of the step that caused each and of the one that waited for
 * it. */
static const struct {
	struct packet packet;
	int cause, waited;
} classic[] = {
	{{true, TH_SYN, 0, CLIENT}, 0, 0},
	{{false, TH_SYN | TH_ACK, 0, CLIENT}, 0, 0},
	{{true, TH_ACK, 0, CLIENT}, 0, 1},
	{{false, TH_FIN | TH_ACK, 0, CLIENT}, 2, 3},
	{{true, TH_ACK, 0, CLIENT}, 2, 4},
	{{true, TH_PUSH | TH_ACK, 6, CLIENT}, 5, 6},
	{{false, TH_RST, 0, CLIENT}, 5, 6},
};
enum { PACKETS = sizeof classic / sizeof *classic, RUNS = 1000 };

static void assert_classic(const struct trace *trace)
{
	assert_int_equal(trace->capture_count, PACKETS);
	for (int i = 0; i < PACKETS; i++) {
		const struct captured_packet *capture = &trace->capture[i];

		assert_true(packets_equal(&capture->packet, &classic[i].packet));
		assert_true(capture->time >= trace->observation[classic[i].cause].outcome.begin);
		assert_true(capture->time <= trace->observation[classic[i].waited].outcome.end);
		assert_true(!i || capture->time >= trace->capture[i - 1].time);
	}
}

static void a_thousand_classics(void **state)
{
	(void)state;
	for (int family = FAMILY_TCP4; family <= FAMILY_TCP6; family++) {
		struct trace *trace = new_trace("write-after-close", (enum family)family);

		for (int i = 0; i < RUNS; i++) {
			session_run(&session, trace);
			assert_verdict(trace, VERDICT_EXPECTED);
			assert_classic(trace);
		}
		drop_trace(trace);
	}
}

/* What a stack without a ring for packets is seen through: the same packets, a microsecond coarse.
 */
static void a_packet_socket_sees_the_same(void **state)
{
	char why[REASON_LIMIT];
	struct capture_device *device = capture_device_open_plain("lo", why, sizeof why);
	struct trace *trace = new_trace("write-after-close", FAMILY_TCP4);
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int seen = 0;

	(void)state;
	assert_non_null(device);
	session_run(&session, trace);
	assert_verdict(trace, VERDICT_EXPECTED);
	while (capture_device_next(device, &header, &bytes) == 1) {
		int64_t time = (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec;
		struct frame frame;

		assert_true(frame_read(bytes, header->caplen, &frame));
		if (seen == PACKETS) /* the end's resets */
			continue;
		assert_int_equal(frame.header.th_flags, classic[seen].packet.flags);
		assert_int_equal(frame.payload, classic[seen].packet.length);
		assert_true(time >= trace->observation[classic[seen].cause].outcome.begin);
		assert_true(time <= trace->observation[classic[seen].waited].outcome.end + 999);
		seen++;
	}
	assert_int_equal(seen, PACKETS);
	assert_int_equal(capture_device_lost(device), 0);
	capture_device_close(device);
	drop_trace(trace);
}

static void no_such_device(void **state)
{
	char why[REASON_LIMIT];

	(void)state;
	assert_null(capture_device_open("none", why, sizeof why));
	assert_non_null(strstr(why, "cannot capture on none: activate: "));
	assert_null(capture_device_open_plain("x", why, sizeof why));
	assert_string_equal(why, "cannot capture on x: no such device");
}

#define HANDSHAKE "  wire > S\n  wire < S.\n  wire > .\n"
#define CONNECT "client connect = 0\n" HANDSHAKE "server accept = 0\n"
#define WRITE "client write 6 = 6\n"
#define RECEIVED "server await POLLIN\n"

static void wrong_packets_turn_red(void **state)
{
	static const char *const wrong[] = {
		CONNECT WRITE RECEIVED,                                  /* one too many */
		CONNECT WRITE "  wire > P. 5\n" RECEIVED,                /* length */
		CONNECT WRITE "  wire > . 6\n" RECEIVED,                 /* flags */
		CONNECT WRITE "  wire < P. 6\n" RECEIVED,                /* direction */
		CONNECT WRITE "  wire > P. 6\n  wire > P. 6\n" RECEIVED, /* one too few */
		"client connect = 0\n  wire > S\n  wire > .\n  wire < S.\nserver accept = "
		"0\n",                                                 /* order */
		CONNECT WRITE RECEIVED "client poll\n  wire > P. 6\n", /* before its step */
		CONNECT WRITE "  wire > P. 6\n  wire > .\n" RECEIVED,  /* an acknowledgement */
	};

	(void)state;
	session.options.deadline = 100; /* a packet that is missing is waited for */
	run_once(CONNECT WRITE "  wire > P. 6\n" RECEIVED, FAMILY_TCP4, VERDICT_EXPECTED);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		run_once(wrong[i], FAMILY_TCP4, VERDICT_DEVIATES);
}

static void guards_of_packets(void **state)
{
	(void)state;
	run_once(CONNECT WRITE "  wire > P. 6 @ tcp4\n" RECEIVED, FAMILY_TCP4, VERDICT_EXPECTED);
	run_once(CONNECT WRITE "  wire > P. 6 @ tcp4\n" RECEIVED, FAMILY_TCP6, VERDICT_DEVIATES);
	run_once("client connect = 0\n  wire > F @ tcp6\n", FAMILY_TCP4, VERDICT_EXPECTED);
}

/* The trace is its own assertion with packets, too. */
static void a_trace_parses_again(void **state)
{
	struct trace *trace = new_trace("write-after-close", FAMILY_TCP6), *again;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	session_run(&session, trace);
	trace->wire = WIRE_FULL;
	trace_print(trace, false, out);
	fclose(out);
	assert_non_null(strstr(text, "  # seq 1:7 ack 2 win "));
	again = new_trace(text, FAMILY_TCP6);
	assert_int_equal(again->experiment->wire_count, PACKETS);
	session_run(&session, again);
	assert_verdict(again, VERDICT_EXPECTED);
	drop_trace(again);
	drop_trace(trace);
	free(text);
}

/* Connects to a port of our own until the ring has no room: each connection is at least seven
 * packets. */
static void flood(uint16_t *port)
{
	struct address address = family_loopback(FAMILY_TCP4);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr *raw = (struct sockaddr *)&address.storage;

	assert_int_equal(bind(listener, raw, address.length), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, raw, &address.length), 0);
	*port = address_port(&address);
	capture_begin(session.capture, *port, false);
	for (int i = 0; i < 3000 && !capture_lost(session.capture); i++) {
		int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		assert_int_equal(connect(client, raw, address.length), 0);
		close(accept(listener, NULL, NULL));
		close(client);
	}
	close(listener);
}

/* A full ring is reported for the experiment that it happened in, and for no other. */
static void lost_packets_are_an_error(void **state)
{
	uint16_t port;

	(void)state;
	flood(&port);
	assert_true(capture_lost(session.capture));
	run_once("write-after-close", FAMILY_TCP4, VERDICT_EXPECTED);
	assert_false(capture_lost(session.capture));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_thousand_classics, setup, close_session),
		cmocka_unit_test_setup_teardown(
			a_packet_socket_sees_the_same, setup, close_session),
		cmocka_unit_test_setup_teardown(no_such_device, setup, close_session),
		cmocka_unit_test_setup_teardown(wrong_packets_turn_red, setup, close_session),
		cmocka_unit_test_setup_teardown(guards_of_packets, setup, close_session),
		cmocka_unit_test_setup_teardown(a_trace_parses_again, setup, close_session),
		cmocka_unit_test_setup_teardown(lost_packets_are_an_error, setup, close_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
