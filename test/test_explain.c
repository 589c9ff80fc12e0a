/*
 * The page that explains an experiment: its sections from traces made by hand, with the model's
 * answers as outcomes.
 */
#include "explain/explain.h"
#include "explain/packet_role.h"
#include "traces.h"
#include "util/text.h"

#include <netinet/tcp.h>

#define CONNECTED "client connect = 0\nserver accept = 0\n"

/* A trace in which step i was run at 10 * i, and gave what the model says. */
static struct trace *trace_as_predicted(const char *text, enum family family)
{
	struct trace *trace = trace_new(parse_good(text), family, kernel);

	assert_non_null(trace);
	for (int i = 0; i < trace->experiment->step_count; i++) {
		struct observation *observation = &trace->observation[i];

		observation->reached = true;
		observation->outcome.begin = 10L * i;
		if (observation->prediction.result.kind != RESULT_UNKNOWN)
			observation->outcome.result = observation->prediction.result;
		trace->reached++;
	}
	return trace;
}

typedef void section(const struct trace *trace, FILE *out);

static char *section_text(section *print_section, const struct trace *trace)
{
	struct print print;

	print_open(&print);
	print_section(trace, print.out);
	return print_take(&print);
}

static void assert_width(const char *text)
{
	for (; *text; text += strcspn(text, "\n") + 1)
		assert_true(strcspn(text, "\n") <= TEXT_WIDTH);
}

/* Lines that begin behind a label go on with the line above. */
static void unwrap(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++)
		if (*at == '\n' && strspn(at + 1, " ") > 10) {
			at += strspn(at + 1, " ");
			*to++ = ' ';
		} else
			*to++ = *at;
	*to = '\0';
}

static void assert_section(section *print_section, const struct trace *trace, const char *expected)
{
	char *text = section_text(print_section, trace);

	assert_width(text);
	unwrap(text);
	assert_string_equal(text, expected);
	free(text);
}

/* A packet as --wire=full shows it, and the step that caused it. */
struct seen {
	const char *way, *flags;
	uint32_t length, seq, ack;
	uint16_t window;
	int step;
};

static void add_packet(struct trace *trace, const struct seen *seen)
{
	struct captured_packet c = {
		.packet = {.from_client = *seen->way == '>', .length = seen->length},
		.time = 10L * seen->step + 5,
		.seq = seen->seq,
		.ack = seen->ack,
		.window = seen->window};

	assert_true(packet_flags_parse(seen->flags, &c.packet.flags));
	assert_int_equal(trace_add_capture(trace, &c), 0);
}

#define HANDSHAKE \
	{">", "S", 0, 1000, 0, 64, 0}, {"<", "S.", 0, 9000, 1001, 64, 0}, \
	{ \
		">", ".", 0, 1, 1, 64, 0 \
	}
#define HANDSHAKE_TEXT \
	"\nPackets: '>' from the client, '<' to it, in tcpdump's flags\n\n" \
	"  > S         SYN: the client asks for a connection\n" \
	"  < S.        SYN and ACK: the server's kernel agrees; accept(2) comes later and sends " \
	"nothing\n" \
	"  > .         ACK of the SYN: the handshake is complete\n"

/* Takes the packets as those of the trace, and drops it. */
static void assert_packets(
	struct trace *trace, const struct seen *seen, size_t count, const char *expected)
{
	for (size_t i = 0; i < count; i++)
		add_packet(trace, &seen[i]);
	assert_section(explain_packets, trace, expected);
	trace_end(trace);
}

static void test_no_packets(void **state)
{
	(void)state;
	assert_packets(trace_as_predicted(CONNECTED, FAMILY_TCP4), NULL, 0, "");
}

#define CLASSIC \
	CONNECTED "server close = 0\nclient await CLOSE_WAIT\nclient write 6 = 6\n" \
		  "client await CLOSE\nclient write 6 = -1 EPIPE\n"

/* The RST names the state of who sends it, if that was looked at, and the family's function. */
static void test_packets_of_the_classic(void **state)
{
	static const struct seen seen[] = {HANDSHAKE, {"<", "F.", 0, 1, 1, 64, 2},
		{">", ".", 0, 1, 2, 64, 2}, {">", "P.", 6, 1, 2, 64, 4},
		{"<", "R", 0, 9002, 0, 0, 4}};
	struct trace *trace = trace_as_predicted(CLASSIC, FAMILY_TCP4);

	(void)state;
	trace->observation[3].state[SERVER] = TCP_FIN_WAIT2;
	trace->observation[4].state[SERVER] = TCP_CLOSE; /* only after the RST */
	assert_packets(trace, seen, COUNT(seen),
		HANDSHAKE_TEXT
		"  < F.        FIN: the server sends no more. Whether it still reads (shutdown) or "
		"never will (close, exit), a FIN does not tell\n"
		"  > .         ACK of the server's FIN: it has arrived\n"
		"  > P. 6      data of the client\n"
		"  < R         RST without ACK: the server's kernel has nobody to give the data "
		"to: no socket, or only a time-wait entry, or one that receives no more (the "
		"server was in FIN_WAIT2). What it answers had an ACK, and the RST takes its "
		"number from there: tcp_v4_send_reset(); RFC 9293 3.5.2, 3.10.7\n");
}

static void test_packets_of_a_refusal(void **state)
{
	static const struct seen seen[] = {{">", "S", 0, 1000, 0, 64, 1},
		{"<", "R.", 0, 0, 1001, 0, 1}, {">", "S", 0, 2000, 0, 64, 2},
		{"<", "R.", 0, 0, 2001, 0, 2}};

	(void)state;
	assert_packets(
		trace_as_predicted("server close\nclient connect\nclient connect\n", FAMILY_TCP6),
		seen, COUNT(seen),
		"\nPackets: '>' from the client, '<' to it, in tcpdump's flags\n\n"
		"  > S         SYN: the client asks for a connection\n"
		"  < R.        RST with ACK, the answer to the SYN: nobody listens. A SYN has no "
		"ACK to take a number from, so the RST's is 0, and it acknowledges the SYN: "
		"tcp_v6_send_reset(); RFC 9293 3.10.7.1\n");
}

#define ABORTED(by) \
	HANDSHAKE_TEXT \
	"  < R.        RST with ACK: the server's socket aborts the connection, here " by

#define BY_A_TIMER \
	"by a timer of its kernel (nobody answered in time): tcp_send_active_reset(); RFC 9293 " \
	"3.10.5\n"

/* The call that sends it is named with its rule; where no call does, a timer. */
static void test_packets_of_an_abort(void **state)
{
	static const struct seen seen[] = {HANDSHAKE, {"<", "R.", 0, 1, 1, 0, 3}};
	static const struct seen late[] = {HANDSHAKE, {"<", "R.", 0, 1, 1, 0, 4}};

	(void)state;
	assert_packets(
		trace_as_predicted(
			CONNECTED "server setsockopt SO_LINGER 1,0\nserver close\n", FAMILY_TCP4),
		seen, COUNT(seen),
		ABORTED("by server close (SO_LINGER 1,0: RST instead of FIN): "
			"tcp_send_active_reset(); RFC 9293 3.10.5\n"));
	assert_packets(trace_as_predicted(CONNECTED "client dup\nserver destroy\n", FAMILY_TCP4),
		seen, COUNT(seen),
		ABORTED("by server destroy (SOCK_DESTROY: RST, and ECONNABORTED stored): "
			"tcp_send_active_reset(); RFC 9293 3.10.5\n"));
	assert_packets(
		trace_as_predicted(CONNECTED "client dup\nserver await CLOSE\n", FAMILY_TCP4), seen,
		COUNT(seen),
		ABORTED("by a timer of its kernel (nobody answered in time): "
			"tcp_send_active_reset(); RFC 9293 3.10.5\n"));
	/* A call that waits puts the close off. */
	assert_packets(
		trace_as_predicted(CONNECTED "server poll POLLIN &\nserver close\nclient write 6\n"
					     "server join\n",
			FAMILY_TCP4),
		late, COUNT(late),
		ABORTED("by server close (a call that waits holds the file: the socket lives until "
			"it returns): tcp_send_active_reset(); RFC 9293 3.10.5\n"));
	assert_packets(
		trace_as_predicted(
			CONNECTED "client dup\nserver shutdown SHUT_RD\nclient dup\n", FAMILY_TCP4),
		late, COUNT(late), ABORTED(BY_A_TIMER));
	/* The other end's call does not send it. */
	assert_packets(trace_as_predicted(CONNECTED "client dup\nclient close\n", FAMILY_TCP4),
		seen, COUNT(seen),
		ABORTED("by a timer of its kernel (nobody answered in time): "
			"tcp_send_active_reset(); RFC 9293 3.10.5\n"));
}

/* Packets, and what each one is: the numbers decide. */
static const struct {
	struct seen seen;
	struct packet_role meaning;
} meant[] = {
	{{">", "S", 0, 1000, 0, 64, 0}, {PACKET_SYN, .answers = -1}},
	{{">", "S", 0, 1000, 0, 64, 0}, {PACKET_SYN, .again = true, .answers = -1}},
	{{"<", "S.", 0, 9000, 1001, 64, 0}, {PACKET_SYN_ACK, .answers = -1}},
	{{"<", "S.", 0, 9000, 1001, 64, 0}, {PACKET_SYN_ACK, .again = true, .answers = -1}},
	{{">", ".", 0, 1, 1, 64, 0}, {PACKET_ACK, .acks_syn = true, .answers = -1}},
	{{">", "P.", 6, 1, 1, 64, 0}, {PACKET_DATA, .answers = -1}},
	{{">", "P.", 6, 1, 1, 64, 0}, {PACKET_DATA, .again = true, .answers = -1}},
	{{">", "P.", 9, 1, 1, 64, 0}, {PACKET_DATA, .answers = -1}}, /* three are new */
	{{"<", ".", 0, 1, 7, 64, 0}, {PACKET_ACK, .acks_data = true, .answers = -1}},
	{{"<", ".", 0, 1, 7, 64, 0}, {PACKET_ACK, .answers = -1}},
	{{"<", ".", 0, 1, 10, 0, 0}, {PACKET_ACK, .acks_data = true, .full = true, .answers = -1}},
	{{">", ".", 0, 9, 1, 64, 0}, {PACKET_PROBE, .answers = -1}},
	{{"<", ".", 0, 1, 10, 64, 0}, {PACKET_ACK, .answers = -1}},
	{{"<", "FP.", 4, 1, 10, 64, 0}, {PACKET_FIN, .answers = -1}},
	{{"<", "FP.", 4, 1, 10, 64, 0}, {PACKET_FIN, .again = true, .answers = -1}},
	{{">", ".", 0, 10, 5, 64, 0}, {PACKET_ACK, .acks_data = true, .answers = -1}},
	{{">", ".", 0, 10, 6, 64, 0}, {PACKET_ACK, .acks_fin = true, .answers = -1}},
	{{">", "F.", 0, 10, 6, 64, 0}, {PACKET_FIN, .answers = -1}},
	{{"<", ".", 0, 6, 11, 64, 0}, {PACKET_ACK, .acks_fin = true, .answers = -1}},
	{{"<", "R", 0, 9006, 0, 0, 0}, {PACKET_RST, .answers = 17}},
	{{">", "none", 0, 0, 0, 0, 0}, {PACKET_OTHER, .answers = -1}},
	/* another connection */
	{{">", "S", 0, 5000, 0, 64, 0}, {PACKET_SYN, .answers = -1}},
	{{"<", "S.", 0, 6000, 5001, 64, 0}, {PACKET_SYN_ACK, .answers = -1}},
	{{">", "P.", 2, 1, 1, 64, 0}, {PACKET_DATA, .acks_syn = true, .answers = -1}},
	{{"<", "F.", 0, 1, 3, 64, 0}, {PACKET_FIN, .acks_data = true, .answers = -1}},
	{{">", "F.", 0, 3, 2, 64, 0}, {PACKET_FIN, .acks_fin = true, .answers = -1}},
	{{"<", ".", 0, 2, 4, 64, 0}, {PACKET_ACK, .acks_fin = true, .answers = -1}},
	{{"<", "R.", 0, 2, 4, 64, 0}, {PACKET_RST_ABORT, .answers = 25}},
	{{">", "SEW", 0, 7000, 0, 64, 0}, {PACKET_SYN, .answers = -1}},
	{{"<", "R.", 0, 0, 7001, 0, 0}, {PACKET_RST_SYN, .answers = 28}},
	/* a client that aborts before its ACK */
	{{">", "S", 0, 8000, 0, 64, 0}, {PACKET_SYN, .answers = -1}},
	{{"<", "S.", 0, 8500, 8001, 64, 0}, {PACKET_SYN_ACK, .answers = -1}},
	{{">", "R.", 0, 1, 1, 0, 0}, {PACKET_RST_ABORT, .answers = 31}},
};

static void test_meanings(void **state)
{
	struct trace *trace = trace_as_predicted(CONNECTED, FAMILY_TCP4);
	struct packet_role got[COUNT(meant)];

	(void)state;
	for (size_t i = 0; i < COUNT(meant); i++)
		add_packet(trace, &meant[i].seen);
	packet_roles(trace->capture, trace->capture_count, got);
	for (size_t i = 0; i < COUNT(meant); i++) {
		const struct packet_role *wanted = &meant[i].meaning;

		if (got[i].kind != wanted->kind || got[i].again != wanted->again ||
			got[i].acks_syn != wanted->acks_syn ||
			got[i].acks_data != wanted->acks_data ||
			got[i].acks_fin != wanted->acks_fin || got[i].full != wanted->full ||
			got[i].answers != wanted->answers)
			fail_msg(
				"packet %zu: kind %d, again %d, acks %d %d %d, full %d, answers %d",
				i, got[i].kind, got[i].again, got[i].acks_syn, got[i].acks_data,
				got[i].acks_fin, got[i].full, got[i].answers);
	}
	trace_end(trace);
}

/* Each kind once, of whatever length; but what means something else is another kind. */
static void test_kinds(void **state)
{
	static const struct seen seen[] = {HANDSHAKE, {">", "P.", 6, 1, 1, 64, 1},
		{">", "P.", 7, 7, 1, 64, 1}, {"<", ".", 0, 1, 7, 64, 1}, {"<", ".", 0, 1, 14, 0, 1},
		{">", ".", 0, 13, 1, 64, 1}, {">", "P.", 7, 7, 1, 64, 1},
		{">", "P.U", 1, 14, 1, 64, 1}, {"<", "P.", 7, 1, 14, 64, 1},
		{"<", "P.", 7, 1, 14, 64, 1}, {">", ".", 9, 15, 8, 64, 1},
		{"<", "FP.", 3, 8, 14, 0, 1}, {"<", "R.", 0, 5, 14, 0, 1}};

	(void)state;
	assert_packets(trace_as_predicted(CONNECTED, FAMILY_MPTCP4), seen, COUNT(seen),
		"\nPackets: '>' from the client, '<' to it, in tcpdump's flags\n"
		"(MPTCP's own signals, DATA_FIN and others, are in options, which are not shown: "
		"RFC 8684 3.)\n\n"
		"  > S         SYN: the client asks for a connection\n"
		"  < S.        SYN and ACK: the server's kernel agrees; accept(2) comes later and "
		"sends nothing\n"
		"  > .         ACK of the SYN: the handshake is complete\n"
		"  > P. N      data of the client\n"
		"  < .         ACK of the client's data: it has arrived; whether anybody reads it, "
		"this does not tell\n"
		"  < .         ACK of the client's data: it has arrived; whether anybody reads it, "
		"this does not tell; window 0: there is no room for more\n"
		"  > .         a probe: its number is an old one, which whoever is there answers "
		"with ACK (keepalive, zero window)\n"
		"  > P. 7      the same again: it was not acknowledged in time\n"
		"  > P.U 1     data of the client, the last byte urgent\n"
		"  < P. 7      data of the server\n"
		"  < P. 7      the same again: it was not acknowledged in time\n"
		"  > . 9       data of the client\n"
		"  < FP. 3     FIN: the server sends no more than this data. Whether it still "
		"reads (shutdown) or never will (close, exit), a FIN does not tell\n"
		"  < R.        RST with ACK: the server's socket aborts the connection, here by a "
		"timer of its kernel (nobody answered in time): tcp_send_active_reset(); RFC 9293 "
		"3.10.5\n");
}

static void test_states(void **state)
{
	struct trace *trace =
		trace_as_predicted(CONNECTED "client shutdown SHUT_WR\nclient state = FIN_WAIT2\n"
					     "server await POLLPRI = timeout in CLOSE_WAIT\n",
			FAMILY_TCP4);

	(void)state;
	trace->observation[0].state[CLIENT] = trace->observation[0].state[SERVER] = TCP_ESTABLISHED;
	trace->observation[2].state[CLIENT] = TCP_FIN_WAIT1;
	trace->observation[2].state[SERVER] = TCP_ESTABLISHED;
	trace->observation[3].outcome.result =
		(struct result){.kind = RESULT_STATE, .value = TCP_FIN_WAIT2};
	trace->observation[4].outcome.result =
		(struct result){.kind = RESULT_TIMEOUT, .value = TCP_CLOSE_WAIT};
	assert_section(explain_states, trace,
		"\nStates, and what they mean for who is in them\n\n"
		"  ESTABLISHED  both     connected, both ways open: write queues and sends, read "
		"waits for data\n"
		"  FIN_WAIT1    client   it sent FIN (shutdown, close or exit), which is not "
		"acknowledged yet: write fails with EPIPE; after shutdown(SHUT_WR) read goes on\n"
		"  FIN_WAIT2    client   its FIN is acknowledged, the peer's has not come: write "
		"fails with EPIPE; after shutdown(SHUT_WR) read goes on; after close a time-wait "
		"entry stands here for the socket, and answers data with RST\n"
		"  CLOSE_WAIT   server   the peer's FIN came, its own is not sent: read gives what "
		"is queued, then 0; write still succeeds, for the peer may still read; if it does "
		"not, its kernel answers RST, and a RST stores EPIPE in this state\n");
	trace_end(trace);
}

/* Every state that the kernel has is explained; nothing was seen of what was not reached. */
static void test_every_state(void **state)
{
	(void)state;
	for (const struct symbol *n = tcp_states; n->text; n++) {
		struct trace *trace = trace_as_predicted("client state\n", FAMILY_TCP4);

		trace->observation[0].outcome.result =
			(struct result){.kind = RESULT_STATE, .value = n->value};
		char *text = section_text(explain_states, trace);

		assert_non_null(strstr(text, n->text));
		assert_width(text);
		free(text);
		trace->observation[0].reached = false;
		assert_section(explain_states, trace, "");
		trace_end(trace);
	}
}

static void assert_calls(const char *experiment, enum family family, const char *expected)
{
	struct trace *trace = trace_as_predicted(experiment, family);

	assert_section(explain_calls, trace, expected);
	trace_end(trace);
}

static void test_calls(void **state)
{
	(void)state;
	assert_calls(CONNECTED "client write 6\nserver read 6\n", FAMILY_TCP4, "");
	assert_calls(CLASSIC, FAMILY_TCP6,
		"\nCalls: why they returned this\n"
		"\n  client write 6 = 6\n"
		"    the state may send; nobody reads at the other end, whose kernel answers RST:\n"
		"    tcp_rcv_state_process(), tcp_timewait_state_process(), tcp_v4_send_reset()\n"
		"\n  client write 6 = -1 EPIPE\n"
		"    a RST came in CLOSE_WAIT, where tcp_reset() stores EPIPE; the stored error is "
		"taken:\n"
		"    sk_stream_error(): sock_error()\n");
	/* An error, end of file, SO_ERROR with one in it; and each once. */
	assert_calls("client sigpipe default\nclient write 6\nclient write 6\n" CONNECTED
		     "server close\nclient read 6\nclient write 6\n"
		     "client getsockopt SO_ERROR\nclient getsockopt SO_ERROR\n"
		     "sysctl net.ipv4.tcp_retries2 3\n",
		FAMILY_TCP4,
		"\nCalls: why they returned this\n"
		"\n  client write 6 = -1 EPIPE SIGPIPE\n"
		"    the state is neither ESTABLISHED nor CLOSE_WAIT, and no error is stored; "
		"EPIPE raises SIGPIPE,\n"
		"    which was not ignored here: sk_stream_wait_connect(), sk_stream_error()\n"
		"\n  client read 6 = 0\n"
		"    a FIN was processed: end of file, whatever error is stored: "
		"tcp_recvmsg_locked(): SOCK_DONE\n"
		"\n  client write 6 = 6\n"
		"    the state may send; nobody reads at the other end, whose kernel answers RST:\n"
		"    tcp_rcv_state_process(), tcp_timewait_state_process(), tcp_v4_send_reset()\n"
		"\n  client getsockopt SO_ERROR = EPIPE\n"
		"    a RST came in CLOSE_WAIT, where tcp_reset() stores EPIPE; takes the stored "
		"error:\n"
		"    sk_getsockopt(): sock_error()\n");
	assert_calls("client connect\nserver close\nclient write 6\n", FAMILY_UNIX,
		"\nCalls: why they returned this\n"
		"\n  client write 6 = -1 EPIPE\n"
		"    SEND_SHUTDOWN is set: by one's own shutdown, by the other end's SHUT_RD, or "
		"by its "
		"close:\n"
		"    unix_stream_sendmsg(); unix_shutdown(), unix_release_sock()\n");
}

/* A call in the background gives its answer to the join, which names it. */
static void test_calls_in_the_background(void **state)
{
	(void)state;
	assert_calls(CONNECTED "client read 6 &\nserver setsockopt SO_LINGER 1,0\nserver read 1 &\n"
			       "server join\nclient write 6\nserver close\nclient join\n",
		FAMILY_TCP4,
		"\nCalls: why they returned this\n"
		"\n  client join = -1 ECONNRESET  (client read 6 &)\n"
		"    a RST came, and not in CLOSE_WAIT, so tcp_reset() stored ECONNRESET; the "
		"stored error is taken:\n"
		"    tcp_recvmsg_locked(): sock_error()\n");
}

/* Nothing is told of the step that began it, even when it is over at once. */
static void test_calls_that_end_at_once(void **state)
{
	(void)state;
	assert_calls(CONNECTED "server close\nclient read 6 &\nclient join\n", FAMILY_TCP4,
		"\nCalls: why they returned this\n"
		"\n  client join = 0  (client read 6 &)\n"
		"    a FIN was processed: end of file, whatever error is stored: "
		"tcp_recvmsg_locked(): SOCK_DONE\n");
}

/* The rule is told only of what it predicted, and of calls of the two ends. */
static void test_calls_that_the_model_does_not_know(void **state)
{
	struct trace *trace = trace_as_predicted("client write 6\nclient getsockopt SO_SNDBUF\n"
						 "sysctl net.ipv4.tcp_retries2 1000\n",
		FAMILY_TCP4);

	(void)state;
	trace->observation[0].outcome.result =
		(struct result){.kind = RESULT_ERROR, .value = ECONNRESET};
	trace->observation[1].outcome.result =
		(struct result){.kind = RESULT_ERROR, .value = EBADF};
	trace->observation[2].outcome.result =
		(struct result){.kind = RESULT_ERROR, .value = EINVAL};
	assert_section(explain_calls, trace,
		"\nCalls: why they returned this\n"
		"\n  client write 6 = -1 ECONNRESET\n"
		"    the model does not know why: it predicted otherwise\n"
		"\n  client getsockopt SO_SNDBUF = -1 EBADF\n"
		"    the model has no rule for it here\n");
	trace_end(trace);
	trace = trace_as_predicted("client write 6\n", FAMILY_UNIX_SEQPACKET);
	trace->observation[0].outcome.result =
		(struct result){.kind = RESULT_ERROR, .value = EPIPE};
	assert_section(explain_calls, trace, "");
	trace_end(trace);
}

static void test_wrap(void **state)
{
	struct print print;
	char expected[512];

	(void)state;
	print_open(&print);
	text_wrap(print.out, 92, "1 23 567 9 23456789 12345678901");
	text_wrap(print.out, 0, "");
	char *text = print_take(&print);

	snprintf(expected, sizeof expected, "1 23 567\n%92s9\n%92s23456789\n%92s12345678901\n\n",
		"", "", "");
	assert_string_equal(text, expected);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_packets),
		cmocka_unit_test(test_packets_of_the_classic),
		cmocka_unit_test(test_packets_of_a_refusal),
		cmocka_unit_test(test_packets_of_an_abort),
		cmocka_unit_test(test_meanings),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_every_state),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_calls_in_the_background),
		cmocka_unit_test(test_calls_that_end_at_once),
		cmocka_unit_test(test_calls_that_the_model_does_not_know),
		cmocka_unit_test(test_wrap),
	};

	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
