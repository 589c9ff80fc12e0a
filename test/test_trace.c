/*
 * Traces with outcomes made by hand: when expectation, prediction and observation deviate and how
 * each deviation is printed; that a trace without deviation is an experiment again; colour; and the
 * predictions without a run.
 */
#include "traces.h"

static void assert_trace_text(const struct trace *trace, bool colour, const char *expected)
{
	char *text = trace_text(trace, colour);

	assert_string_equal(text, expected);
	free(text);
}

#define OUTCOMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char classic[] = "# The classic.\n"
			      "use tcp4 tcp6\n"
			      "\n"
			      "client connect           = 0  # handshake\n"
			      "server accept            = 0\n"
			      "server close             = 0\n"
			      "client await CLOSE_WAIT\n"
			      "client write 6           = 6 @ since 6.11\n"
			      "                         = 0 @ before 6.11\n"
			      "client await CLOSE\n"
			      "client write 6\n";

static const char classic_trace[] = "# The classic.\n"
				    "use tcp4\n"
				    "# Linux\n"
				    "# and more\n"
				    "\n"
				    "client connect           = 0  # handshake\n"
				    "server accept            = 0\n"
				    "server close             = 0\n"
				    "client await CLOSE_WAIT\n"
				    "client write 6           = 6\n"
				    "client await CLOSE\n"
				    "client write 6           = -1 EPIPE\n"
				    "# Why client write 6 = -1 EPIPE: a RST came in CLOSE_WAIT, "
				    "where tcp_reset() stores EPIPE; the stored error is taken.\n";

static void test_as_expected(void **state)
{
	struct trace *trace = trace_of(classic, OUTCOMES("0", "0", "0", "", "6", "", "-1 EPIPE"));

	(void)state;
	assert_int_equal(trace->verdict, VERDICT_EXPECTED);
	trace->context = "# Linux\n# and more\n";
	assert_trace_text(trace, true, classic_trace); /* nothing to colour */
	trace_end(trace);
}

/* The trace is its own assertion. */
static void test_parses_again(void **state)
{
	struct trace *trace =
		trace_of(classic_trace, OUTCOMES("0", "0", "0", "", "6", "", "-1 EPIPE"));

	(void)state;
	assert_int_equal(trace->verdict, VERDICT_EXPECTED);
	trace->context = "# Linux, without a newline";
	char *text = trace_text(trace, false);
	struct experiment *again = parse_good(text);

	assert_int_equal(again->families, 1u << FAMILY_TCP4);
	assert_int_equal(again->step_count, trace->experiment->step_count);
	assert_int_equal(again->script[4].expectation[0].result.value, 6);
	experiment_free(again);
	free(text);
	trace_end(trace);
}

static void test_expectation_deviates(void **state)
{
	struct trace *trace = trace_of("# Title.\n"
				       "\n"
				       "client write 6           = 6  # why\n"
				       "client write 6           = -1 EPIPE\n",
		OUTCOMES("-1 EPIPE", "-1 EPIPE"));

	(void)state;
	assert_int_equal(trace->verdict, VERDICT_DEVIATES);
	assert_int_equal(trace->deviations, 1);
	assert_true(trace_deviates(trace, 0));
	assert_false(trace_deviates(trace, 1));
	assert_trace_text(trace, false,
		" # Title.\n"
		"\n"
		" use tcp4\n"
		"-client write 6           = 6            # expected\n"
		"+client write 6           = -1 EPIPE     # observed\n"
		"!client write 6           = -1 EPIPE     # model: the state is neither "
		"ESTABLISHED "
		"nor CLOSE_WAIT, and no error is stored: sk_stream_wait_connect(), "
		"sk_stream_error()\n"
		" client write 6           = -1 EPIPE\n");
	trace_end(trace);
}

/* What the kernel does and the experiment expects, but the model does not say. */
static void test_model_deviates(void **state)
{
	struct trace *trace = trace_of("client state             = LISTEN\n", OUTCOMES("LISTEN"));

	(void)state;
	assert_int_equal(trace->deviations, 1);
	assert_trace_text(trace, false,
		" use tcp4\n"
		"+client state             = LISTEN       # observed\n"
		"!client state             = CLOSE        # model: the state: tcp_get_info(), "
		"tcp4_seq_show()\n");
	trace_end(trace);
}

/* The same without an expectation; and where the model does not know, nothing deviates. */
static void test_unasserted(void **state)
{
	static const char text[] = "client getsockopt SO_SNDBUF\nclient write 6\n";
	struct trace *trace = trace_of(text, OUTCOMES("16384", "6"));

	(void)state;
	assert_false(trace_deviates(trace, 0));
	assert_true(trace_deviates(trace, 1));
	assert_int_equal(trace_expected(trace, 0).kind, RESULT_NONE);
	trace_end(trace);
	trace = trace_of(text, OUTCOMES("16384", "-1 EPIPE"));
	assert_int_equal(trace->verdict, VERDICT_EXPECTED);
	trace_end(trace);
}

static void test_not_reached(void **state)
{
	struct trace *trace = trace_of("client await ESTABLISHED\n"
				       "client write 6           = -1 EPIPE\n"
				       "client poll\n",
		OUTCOMES("timeout in CLOSE"));

	(void)state;
	assert_int_equal(trace->verdict, VERDICT_DEVIATES);
	assert_int_equal(trace->deviations, 3);
	assert_trace_text(trace, false,
		" use tcp4\n"
		"-client await ESTABLISHED                # expected\n"
		"+client await ESTABLISHED = timeout in CLOSE  # observed\n"
		"!client await ESTABLISHED = timeout in CLOSE  # model: what it waits for is not "
		"there: blocks: "
		"sk_wait_data(), sk_stream_wait_memory(), inet_csk_wait_for_connect()\n"
		"-client write 6           = -1 EPIPE     # not reached\n"
		"-client poll                             # not reached\n");
	trace_end(trace);
}

/* Who says nothing expects at least that the step ends, even where the model knows nothing. */
static void test_unexpected_timeout(void **state)
{
	struct trace *trace = trace_of("client getsockopt SO_SNDBUF\n", OUTCOMES("timeout"));

	(void)state;
	assert_true(trace_deviates(trace, 0));
	assert_trace_text(trace, false,
		" use tcp4\n"
		"-client getsockopt SO_SNDBUF             # expected\n"
		"+client getsockopt SO_SNDBUF = timeout   # observed\n");
	trace_end(trace);
	trace = trace_of("server accept = timeout\n", OUTCOMES("timeout in LISTEN"));
	assert_int_equal(trace->verdict, VERDICT_EXPECTED);
	trace_end(trace);
}

static void test_guarded_expectations(void **state)
{
	static const char text[] = "client write 6           = 6 @ tcp6\n"
				   "                         = -1 EPIPE @ tcp4 since 6.11\n"
				   "                         = 5 @ tcp4 before 6.11\n";
	struct trace *trace = trace_of(text, OUTCOMES("-1 EPIPE"));

	(void)state;
	assert_int_equal(trace->verdict, VERDICT_EXPECTED);
	assert_int_equal(trace_expected(trace, 0).value, EPIPE);
	assert_trace_text(trace, false,
		"use tcp4\nclient write 6           = -1 EPIPE\n"
		"# Why client write 6 = -1 EPIPE: the state is neither ESTABLISHED nor CLOSE_WAIT, "
		"and no error is stored.\n");
	trace_end(trace);
}

/* What alternatives and a range allow, and bytes that nobody asked for, are comments; what was
 * asked for is part of the trace. */
static void test_alternatives(void **state)
{
	static const char text[] = "client connect           = 0 | -1 EPIPE\n"
				   "server accept            = -1 EPIPE|EBADF | 0\n"
				   "server write 3           = 1..6\n"
				   "client read 9            = 3 \"ab\"...\n"
				   "client read 0            = 0 | 1\n"
				   "server write 3\n"
				   "client read 9            = 3\n";
	struct trace *trace =
		trace_of(text, OUTCOMES("0", "0", "3", "3 \"abc\"", "0", "3", "3 \"abc\""));

	(void)state;
	assert_int_equal(trace->verdict, VERDICT_EXPECTED);
	assert_trace_text(trace, false,
		"use tcp4\n"
		"client connect           = 0 | -1 EPIPE  # 0\n"
		"server accept            = -1 EPIPE|EBADF | 0  # 0\n"
		"server write 3           = 1..6         # 3\n"
		"client read 9            = 3 \"ab\"...\n"
		"client read 0            = 0 | 1        # 0\n"
		"server write 3           = 3\n"
		"client read 9            = 3            # \"abc\"\n");
	trace_end(trace);
	trace = trace_of("client connect           = 1 | 2\n", OUTCOMES("0"));
	assert_int_equal(trace->verdict, VERDICT_DEVIATES);
	assert_trace_text(trace, false,
		" use tcp4\n"
		"-client connect           = 1 | 2        # expected\n"
		"+client connect           = 0            # observed\n"
		"!client connect           = 0            # model: three-way handshake: "
		"inet_stream_connect(); RFC 9293 3.5\n");
	trace_end(trace);
}

/* What an earlier step gave is expected, whatever that was; the trace says so, not what it was. */
static void test_as(void **state)
{
	static const char text[] = "client connect           = 0\n"
				   "server accept            = 0\n"
				   "client write 3           = 1..3\n"
				   "server read 9            = as client write\n"
				   "client write 3           = as client write\n";
	struct trace *trace = trace_of(text, OUTCOMES("0", "0", "3", "3 \"abc\"", "3"));

	(void)state;
	assert_int_equal(trace->verdict, VERDICT_EXPECTED);
	assert_trace_text(trace, false,
		"use tcp4\n"
		"client connect           = 0\n"
		"server accept            = 0\n"
		"client write 3           = 1..3         # 3\n"
		"server read 9            = as client write  # 3 \"abc\"\n"
		"client write 3           = as client write  # 3\n");
	trace_end(trace);
	trace = trace_of(text, OUTCOMES("0", "0", "3", "3", "-1 EPIPE"));
	assert_int_equal(trace->verdict, VERDICT_DEVIATES);
	assert_false(trace_deviates(trace, 3));
	assert_true(trace_deviates(trace, 4));
	assert_int_equal(trace_expected(trace, 4).value, 3);
	trace_end(trace);
}

static struct trace *trace_that_took(const char *text, int64_t nanoseconds)
{
	struct trace *trace = trace_of(text, OUTCOMES("0"));

	trace->observation[0].outcome.end = trace->observation[0].outcome.begin + nanoseconds;
	trace_judge(trace);
	return trace;
}

/* Both bounds belong to what is expected. The time itself is a comment. */
static void test_elapsed(void **state)
{
	static const char text[] = "client connect           = 0 in 20ms..60ms\n";
	static const struct {
		int64_t took;
		enum verdict verdict;
	} cases[] = {{19999999, VERDICT_DEVIATES}, {20000000, VERDICT_EXPECTED},
		{60000000, VERDICT_EXPECTED}, {60000001, VERDICT_DEVIATES}};
	struct trace *trace;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		trace = trace_that_took(text, cases[i].took);
		assert_int_equal(trace->verdict, cases[i].verdict);
		trace_end(trace);
	}
	trace = trace_that_took(text, 20134000);
	assert_trace_text(trace, false,
		"use tcp4\nclient connect           = 0 in 20ms..60ms  # 20.134 ms\n");
	trace_end(trace);
	trace = trace_that_took(text, 1);
	assert_trace_text(trace, false,
		" use tcp4\n"
		"-client connect           = 0 in 20ms..60ms  # expected\n"
		"+client connect           = 0            # observed, 0.000 ms\n");
	trace_end(trace);
}

static void test_reasons(void **state)
{
	static const char *const expected[VERDICT_ERROR + 1] = {
		[VERDICT_SKIPPED] = "use tcp4\nclient write 6\n# skipped: no family\n",
		[VERDICT_ERROR] = "use tcp4\nclient write 6\n# error: no family\n",
	};

	(void)state;
	for (enum verdict v = VERDICT_SKIPPED; v <= VERDICT_ERROR; v++) {
		struct trace *trace =
			trace_new(parse_good("client write 6 = 6\n"), FAMILY_TCP4, kernel);

		trace->verdict = v;
		snprintf(trace->reason, sizeof trace->reason, "no family");
		trace_judge(trace);
		assert_int_equal(trace->verdict, v);
		assert_int_equal(trace->deviations, 0);
		assert_trace_text(trace, false, expected[v]);
		trace_end(trace);
	}
}

static void test_restart(void **state)
{
	struct trace *trace = trace_of("client write 6 = 6\n", OUTCOMES("-1 EPIPE"));

	(void)state;
	snprintf(trace->reason, sizeof trace->reason, "broken");
	trace_restart(trace);
	assert_false(trace->observation[0].reached);
	assert_int_equal(trace->reached, 0);
	assert_int_equal(trace->verdict, VERDICT_EXPECTED);
	assert_string_equal(trace->reason, "");
	trace_end(trace);
}

static void add_packet(struct trace *trace, const char *flags, int64_t time)
{
	struct captured_packet c = {.packet.from_client = true, .time = time};

	assert_true(packet_flags_parse(flags, &c.packet.flags));
	assert_int_equal(trace_add_capture(trace, &c), 0);
}

/* Of two processors the one may give its packet an earlier time than one that arrived before it. */
static void test_packets_stay_in_order(void **state)
{
	struct trace *trace = trace_of("client connect           = 0\n"
				       "server accept            = 0\n",
		OUTCOMES("0", "0"));

	(void)state;
	trace->observation[0].outcome.begin = 100;
	trace->observation[0].outcome.end = 110;
	trace->observation[1].outcome.begin = 200;
	trace->observation[1].outcome.end = 210;
	add_packet(trace, "P.", 120);
	add_packet(trace, "F.", 150);
	add_packet(trace, "R", 140);
	trace_judge(trace);
	assert_trace_text(trace, false,
		"use tcp4\n"
		"client connect           = 0\n"
		"  # wire > P.\n"
		"  # wire > F.\n"
		"  # wire > R\n"
		"server accept            = 0\n");
	trace_end(trace);
}

static void test_colour(void **state)
{
	struct trace *trace = trace_of(
		"client connect           = 1\nclient state\n", OUTCOMES("2", "ESTABLISHED"));

	(void)state;
	assert_trace_text(trace, true,
		" use tcp4\n"
		"\033[31m-client connect           = 1            # expected\033[0m\n"
		"\033[32m+client connect           = 2            # observed\033[0m\n"
		"\033[33m!client connect           = 0            # model: three-way handshake: "
		"inet_stream_connect(); RFC 9293 3.5\033[0m\n"
		" client state             = ESTABLISHED\n");
	char *plain = trace_text(trace, false);

	assert_null(strchr(plain, '\033'));
	free(plain);
	trace_end(trace);
}

static void assert_predictions(const char *text, int deviations, const char *expected)
{
	struct trace *trace = trace_new(parse_good(text), FAMILY_TCP4, kernel);
	struct print print;

	trace_judge_predictions(trace);
	assert_int_equal(trace->deviations, deviations);
	assert_int_equal(trace->verdict, deviations ? VERDICT_DEVIATES : VERDICT_EXPECTED);
	print_open(&print);
	trace_print_predictions(trace, false, print.out);
	char *got = print_take(&print);

	assert_string_equal(got, expected);
	free(got);
	trace_end(trace);
}

static void test_predictions(void **state)
{
	(void)state;
	assert_predictions("# Title.\n"
			   "client connect           = 0\n"
			   "client getsockopt SO_SNDBUF = 5\n",
		0,
		"# Title.\n"
		"use tcp4\n"
		"client connect           = 0            # model: three-way handshake: "
		"inet_stream_connect(); RFC 9293 3.5\n"
		"client getsockopt SO_SNDBUF             # model: not modelled\n");
	assert_predictions("client connect           = 1\n"
			   "client await ESTABLISHED\n",
		1,
		" use tcp4\n"
		"-client connect           = 1            # expected\n"
		"!client connect           = 0            # model: three-way handshake: "
		"inet_stream_connect(); RFC 9293 3.5\n"
		" client await ESTABLISHED                # model: it is so, or comes with the "
		"delayed "
		"acknowledgement: tcp_rcv_state_process()\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_expected),
		cmocka_unit_test(test_parses_again),
		cmocka_unit_test(test_expectation_deviates),
		cmocka_unit_test(test_model_deviates),
		cmocka_unit_test(test_unasserted),
		cmocka_unit_test(test_not_reached),
		cmocka_unit_test(test_unexpected_timeout),
		cmocka_unit_test(test_guarded_expectations),
		cmocka_unit_test(test_alternatives),
		cmocka_unit_test(test_as),
		cmocka_unit_test(test_elapsed),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_packets_stay_in_order),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_predictions),
	};

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
