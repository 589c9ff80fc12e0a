/*
 * Traces with outcomes made by hand: when expectation, prediction and observation deviate and how
 * each deviation is printed; that a trace without deviation is an experiment again; colour; and the
 * predictions without a run.
 */
#include "check.h"
#include "language/catalog.h"
#include "trace/trace.h"

#include <netinet/tcp.h>

static const struct version kernel = {6, 12, 0};

/* Gives step i of trace the result that text has. */
static void observe(struct trace *trace, int i, const char *text)
{
	const struct step *step = &trace->experiment->plan[i].step;
	struct result result = {.kind = RESULT_DONE};
	struct words words;
	const char *what;
	int at;

	assert_true(words_cut(&words, text, strlen(text), &at, &what));
	if (words.count)
		assert_int_equal(
			result_parse(&result, step_form(step), words.word, words.count, &at, &what),
			words.count);
	trace->record[i].outcome.result = result;
	trace->record[i].reached = true;
	trace->reached = i + 1;
}

/* The trace of text with the outcomes up to a NULL. Free both with trace_end. */
static struct trace *trace_of(const char *text, const char *const *outcomes)
{
	struct trace *trace = trace_new(parse_good(text), FAMILY_TCP4, kernel);

	assert_non_null(trace);
	for (int i = 0; outcomes[i]; i++)
		observe(trace, i, outcomes[i]);
	trace_judge(trace);
	return trace;
}

static void trace_end(struct trace *trace)
{
	experiment_free((struct experiment *)(uintptr_t)trace->experiment);
	trace_free(trace);
}

static char *trace_text(const struct trace *trace, bool colour)
{
	struct print print;

	print_open(&print);
	trace_print(trace, colour, print.out);
	return print_take(&print);
}

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
	assert_int_equal(again->plan_count, trace->experiment->plan_count);
	assert_int_equal(again->plan[4].expectation[0].result.value, 6);
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
	assert_false(trace->record[0].reached);
	assert_int_equal(trace->reached, 0);
	assert_int_equal(trace->verdict, VERDICT_EXPECTED);
	assert_string_equal(trace->reason, "");
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

/* Whatever stands in its fields, a trace is an experiment again, and printed from that the same. */
static void assert_parses_again(const char *text)
{
	struct experiment *e = experiment_parse("again", text, strlen(text), stderr);

	assert_non_null(e);
	assert_int_equal(e->families, 1u << FAMILY_TCP4);
	experiment_free(e);
}

static char *repeat(const char *piece, size_t count, const char *between)
{
	struct print print;

	print_open(&print);
	for (size_t i = 0; i < count; i++)
		fprintf(print.out, "%s%s", i ? between : "", piece);
	return print_take(&print);
}

static void test_hostile_lengths(void **state)
{
	static const char text[] = "# Title\nclient connect = 0\ncount TcpExtTW = >0\n"
				   "client write 6 = 6 # why\n";
	static const char *const outcomes[] = {"0", "5", "6", NULL};
	char *release = repeat("release", 1000, "-"), *counters = repeat("TcpName 1", 5000, " ");
	struct event event[EVENT_LIMIT] = {0};
	struct print context;

	(void)state;
	for (int i = 0; i < EVENT_LIMIT; i++)
		memset(event[i].text, 'e', sizeof event[i].text - 1);
	print_open(&context);
	fprintf(context.out, "# Linux %s\n# sysctl %s\n", release, release);
	char *lines = print_take(&context);
	struct trace *trace = trace_of(text, outcomes);

	trace->context = lines;
	trace->record[1].note = release;
	trace->record[2].state[CLIENT] = trace->record[2].state[SERVER] = TCP_ESTABLISHED;
	trace->counters = repeat(counters, 1, "");
	trace->event = calloc(EVENT_LIMIT, sizeof *trace->event);
	assert_non_null(trace->event);
	memcpy(trace->event, event, sizeof event);
	trace->event_count = EVENT_LIMIT;
	trace->wire = WIRE_FULL;
	for (unsigned i = 0; i < CAPTURE_LIMIT; i++)
		assert_int_equal(
			trace_add_capture(trace, &(struct capture){.seq = ~i,
							 .ack = ~i,
							 .packet = {.flags = 0xff, .length = ~0U}}),
			0);
	trace_match(trace);
	char *printed = trace_text(trace, false);

	assert_parses_again(printed);
	memset(trace->reason, 'r', sizeof trace->reason - 1);
	trace->verdict = VERDICT_ERROR;
	free(printed);
	printed = trace_text(trace, false);
	assert_parses_again(printed);
	free(printed);
	trace_end(trace);
	free(release);
	free(counters);
	free(lines);
}

/* Steps as long as they can be, with the longest results. */
static void test_hostile_steps(void **state)
{
	char word[WORD_LIMIT + 1], text[LINE_LIMIT * 2];

	(void)state;
	memset(word, 'v', WORD_LIMIT);
	word[WORD_LIMIT] = '\0';
	snprintf(text, sizeof text, "# Title\nsysctl net.ipv4.%.71s %s\n", word, word);
	struct trace *trace = trace_of(text, (const char *const[]){"-1 EPROTONOSUPPORT", NULL});
	char *printed = trace_text(trace, false);

	assert_parses_again(printed);
	free(printed);
	trace_end(trace);
}

/* Lines of LINE_LIMIT bytes, their comments counted: of what stands behind a step, the first keeps
 * its own, the second has the states, the third a note, the fourth a number. */
static void test_hostile_comments(void **state)
{
	static const char title[] = "# Title\nclient connect = 0\n";
	static const char *const step[] = {"client write 6 = 6 # ", "client write 6 = 6 # ",
		"client write 6 = 6 # ", "count TcpExtTW = >0 # "};
	char text[sizeof title + COUNT(step) * (LINE_LIMIT + 1)], kept[LINE_LIMIT + 1] = "";
	char *note = repeat("observed", 50, " ");
	size_t used = (size_t)snprintf(text, sizeof text, "%s", title);

	(void)state;
	for (size_t i = 0; i < COUNT(step); i++) {
		memset(kept, 'c', LINE_LIMIT - strlen(step[0]));
		kept[LINE_LIMIT - strlen(step[i])] = '\0';
		used += (size_t)snprintf(text + used, sizeof text - used, "%s%s\n", step[i], kept);
	}
	assert_int_equal(used, sizeof title - 1 + COUNT(step) * (LINE_LIMIT + 1));
	struct trace *trace = trace_of(text, (const char *const[]){"0", "6", "6", "6", "5", NULL});

	trace->record[2].state[CLIENT] = trace->record[2].state[SERVER] = TCP_ESTABLISHED;
	trace->record[3].note = note;
	assert_int_equal(trace->verdict, VERDICT_EXPECTED);
	char *printed = trace_text(trace, false);

	assert_non_null(strstr(printed, kept));
	assert_non_null(strstr(printed, "# client ESTABLISHED, server ESTABLISHED\n"));
	assert_non_null(strstr(printed, "# observed observed"));
	assert_non_null(strstr(printed, "# 5\n"));
	assert_parses_again(printed);
	free(printed);
	trace_end(trace);
	free(note);
}

/* What the model answers to each experiment of the catalogue is an experiment. */
static void test_predictions_parse_again(void **state)
{
	int count = 0;

	(void)state;
	for (const struct text *t = texts; t->name; t++) {
		if (strcmp(t->kind, "trace") != 0)
			continue;
		struct experiment *e = parse_good(t->text);

		for (int f = 0; f < FAMILY_COUNT; f++) {
			if (!(e->families & 1u << f))
				continue;
			struct trace *trace = trace_new(e, (enum family)f, kernel);
			struct print print;

			assert_non_null(trace);
			print_open(&print);
			trace_print_predictions(trace, false, print.out);
			char *printed = print_take(&print);

			experiment_free(parse_good(printed));
			free(printed);
			trace_free(trace);
			count++;
		}
		experiment_free(e);
	}
	assert_true(count > 0);
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
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_predictions),
		cmocka_unit_test(test_hostile_lengths),
		cmocka_unit_test(test_hostile_steps),
		cmocka_unit_test(test_hostile_comments),
		cmocka_unit_test(test_predictions_parse_again),
	};

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
