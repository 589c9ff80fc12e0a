/*
 * The formats of traces made by hand: each verdict, each part of a trace, and texts that a format
 * cannot take as they are.
 */
#include "format/format.h"
#include "occurrences.h"
#include "reads.h"
#include "traces.h"
#include "util/clean.h"

#include <netinet/tcp.h>

#define OUTCOMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static char *printed(const char *format, const struct format_trace *t)
{
	struct print print;

	print_open(&print);
	assert_true(format_find(format)->print(t, print.out));
	return print_take(&print);
}

static void assert_printed(const char *format, const struct format_trace *t, const char *expected)
{
	char *text = printed(format, t);

	assert_string_equal(text, expected);
	free(text);
}

static const struct format_trace one = {
	.number = 3, .count = 4, .runs = 1, .repeat = 1, .spent = 1500000};

static struct format_trace of(const struct trace *trace)
{
	struct format_trace t = one;

	t.trace = trace;
	return t;
}

static struct trace *verdict_trace(enum verdict verdict)
{
	struct trace *trace = trace_of("client write 6 = -1 EPIPE\n",
		OUTCOMES(verdict == VERDICT_DEVIATES ? "6" : "-1 EPIPE"));

	if (verdict == VERDICT_EXPECTED || verdict == VERDICT_DEVIATES)
		return trace;
	trace_restart(trace);
	trace->verdict = verdict;
	snprintf(trace->reason, sizeof trace->reason, "no\nnet & \"no\" work");
	return trace;
}

static void formats_by_name(void **state)
{
	static const char *const names[] = {
		"text", "json", "tap", "junit", "html", "github", "svg"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_ptr_equal(format_find(names[i]), &formats[i]);
	assert_null(formats[COUNT(names)].name);
	assert_null(format_find("xml"));
	assert_null(format_find(""));
}

static void points(void **state)
{
	static const char *const expected[] = {
		"ok 3 - good tcp4\n",
		("#  use tcp4\n"
		 "# -client write 6           = -1 EPIPE     # expected\n"
		 "# +client write 6           = 6            # observed\n"
		 "# !client write 6           = -1 EPIPE     # model: the state is neither "
		 "ESTABLISHED nor CLOSE_WAIT, and no error is stored: sk_stream_wait_connect(), "
		 "sk_stream_error()\n"
		 "not ok 3 - good tcp4\n"),
		"ok 3 - good tcp4 # SKIP no net & \"no\" work\n",
		("# use tcp4\n# client write 6\n# # error: no\n# net & \"no\" work\n"
		 "not ok 3 - good tcp4 # ERROR no net & \"no\" work\n"),
	};

	(void)state;
	for (enum verdict v = VERDICT_EXPECTED; v <= VERDICT_ERROR; v++) {
		struct trace *trace = verdict_trace(v);
		struct format_trace t = of(trace);

		assert_printed("tap", &t, expected[v]);
		t.runs = 0; /* not run: nothing to show */
		if (v == VERDICT_ERROR)
			assert_printed(
				"tap", &t, "not ok 3 - good tcp4 # ERROR no net & \"no\" work\n");
		trace_end(trace);
	}
}

static void cases(void **state)
{
	static const char *const expected[] = {
		"  <testcase classname=\"closewait\" name=\"good tcp4\" time=\"0.001500\"/>\n",
		"  <testcase classname=\"closewait\" name=\"good tcp4\" time=\"0.001500\">\n"
		"    <failure message=\"1 deviation\"> use tcp4\n"
		"-client write 6           = -1 EPIPE     # expected\n"
		"+client write 6           = 6            # observed\n"
		"!client write 6           = -1 EPIPE     # model: the state is neither "
		"ESTABLISHED nor CLOSE_WAIT, and no error is stored: sk_stream_wait_connect(), "
		"sk_stream_error()\n"
		"</failure>\n  </testcase>\n",
		"  <testcase classname=\"closewait\" name=\"good tcp4\" time=\"0.001500\">\n"
		"    <skipped message=\"no net &amp; &quot;no&quot; work\">use tcp4\n"
		"client write 6\n# skipped: no\nnet &amp; &quot;no&quot; work\n"
		"</skipped>\n  </testcase>\n",
		"  <testcase classname=\"closewait\" name=\"good tcp4\" time=\"0.001500\">\n"
		"    <error message=\"no net &amp; &quot;no&quot; work\">use tcp4\n"
		"client write 6\n# error: no\nnet &amp; &quot;no&quot; work\n"
		"</error>\n  </testcase>\n",
	};

	(void)state;
	for (enum verdict v = VERDICT_EXPECTED; v <= VERDICT_ERROR; v++) {
		struct trace *trace = verdict_trace(v);
		struct format_trace t = of(trace);

		assert_printed("junit", &t, expected[v]);
		trace_end(trace);
	}
}

static void around(void **state)
{
	const struct format_totals totals = {
		.count = 5, .given = 5, .missing = 2, .verdict = {1, 1, 0, 3}, .spent = 2500000};
	struct print print;

	(void)state;
	print_open(&print);
	format_tap_begin(&totals, print.out);
	format_tap_end(&totals, print.out);
	format_junit_begin(&totals, print.out);
	format_junit_end(&totals, print.out);
	format_github_end(&totals, print.out);
	char *text = print_take(&print);

	assert_string_equal(text,
		"KTAP version 1\n1..5\nBail out! 2 of 5 were not run\n"
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"closewait\" tests=\"5\" failures=\"1\" errors=\"3\" "
		"skipped=\"0\" time=\"0.002500\">\n"
		"</testsuite>\n5 traces: 1 as expected, 1 deviates, 3 error\n");
	free(text);
}

/* As the file's name may be, and its comments. */
static void texts_of_any_kind(void **state)
{
	struct trace *trace =
		trace_of("# <a&\"]]>\" \xFF\nclient write 6 = 6\n", OUTCOMES("-1 EPIPE"));
	struct experiment *e = (struct experiment *)(uintptr_t)trace->experiment;

	(void)state;
	snprintf(e->name, sizeof e->name, "a#\\<&\"\1\n\xFF'");
	struct format_trace t = of(trace);
	char *text = printed("junit", &t);

	assert_xml(text);
	assert_non_null(strstr(text, " name=\"a#\\&lt;&amp;&quot;\uFFFD \uFFFD&#39; tcp4\""));
	assert_non_null(strstr(text, "> # &lt;a&amp;&quot;]]&gt;&quot; \uFFFD\n"));
	free(text);
	text = printed("tap", &t);
	assert_non_null(strstr(text, "\nnot ok 3 - a\\#\\\\<&\"\uFFFD \uFFFD' tcp4\n"));
	free(text);
	text = printed("text", &t);
	assert_int_equal(strncmp(text, "\n# a#\\<&\"\uFFFD \uFFFD' tcp4\n", 21), 0);
	free(text);
	text = printed("json", &t);
	const char *at = text;
	json_t *object = next_object(&at);

	assert_json_string(object, "experiment", "a#\\<&\"\uFFFD\n\uFFFD'");
	json_decref(object);
	free(text);
	trace_end(trace);
}

static void cleaned(void **state)
{
	static const struct {
		const char *text, *cleaned;
	} texts_[] = {
		{"a\tb\n", "a\tb\n"}, {"\x1B[0m\r\x7F", "\uFFFD[0m\uFFFD\uFFFD"},
		{"\u00E9\u20AC\U0001F600", "\u00E9\u20AC\U0001F600"},
		{"\xC2\x85\uFFFE\uFFFF", "\uFFFD\uFFFD\uFFFD"}, {"\xC3", "\uFFFD"}, /* cut off */
		{"\xE2\x82x", "\uFFFD\uFFFDx"},         /* by another character */
		{"\x80\xC0\xAF", "\uFFFD\uFFFD\uFFFD"}, /* no lead; longer than it need be */
		{"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"}, /* a surrogate */
		{"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"}, /* beyond U+10FFFF */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts_); i++) {
		char *text = clean_text(texts_[i].text);

		assert_string_equal(text, texts_[i].cleaned);
		free(text);
	}
	char *line = clean_line("a\tb\nc");

	assert_string_equal(line, "a b c");
	free(line);
}

static const char experiment[] = "use tcp4\n"
				 "client connect = 0\n"
				 "  wire > S\n"
				 "  wire < S.\n"
				 "server accept = 0\n"
				 "client write 6 = 6\n"
				 "  wire > P. 6\n"
				 "client getsockopt SO_SNDBUF\n"
				 "client write 6 = 6\n"
				 "client await CLOSE\n";

static struct captured_packet packet(bool from_client, uint8_t flags, uint32_t length, int64_t time)
{
	return (struct captured_packet){
		.packet = {.from_client = from_client, .flags = flags, .length = length},
		.time = time,
		.seq = 1,
		.ack = 2,
		.window = 64};
}

/* Of the packets the first is the one that is written, one more is none, and two are missing. */
static struct trace *whole_trace(void)
{
	struct trace *trace = trace_of(experiment, OUTCOMES("0", "0", "6", "5", "-1 EPIPE"));
	const struct captured_packet packets[] = {packet(true, TH_SYN, 0, 1100),
		packet(false, TH_ACK, 0, 1200), packet(false, TH_RST, 0, 1300)};

	trace->wire = WIRE_FULL;
	trace->begin = 1000;
	trace->end = 5000;
	trace->context = "# Linux\n# and more";
	trace->observation[0].outcome.begin = 1050;
	trace->observation[0].outcome.end = 1250;
	trace->observation[4].outcome.result.signal = SIGPIPE;
	trace->observation[4].state[CLIENT] = TCP_CLOSE;
	trace->observation[4].state[SERVER] = TCP_ESTABLISHED;
	for (size_t i = 0; i < COUNT(packets); i++)
		assert_int_equal(trace_add_capture(trace, &packets[i]), 0);
	trace->counters = strdup(" TcpOutRsts 1 TCPAbortOnData 22");
	trace->event = calloc(1, sizeof *trace->event);
	trace->event[trace->event_count++] = (struct event){1400, true, "tcp_send_reset"};
	trace_judge(trace);
	return trace;
}

/* A line each, whatever stands in the names. */
static void annotations(void **state)
{
	static const char *const expected[] = {
		"",
		("::error file=good,line=1,title=good tcp4%3A client write 6::expected -1 EPIPE; "
		 "observed 6; predicted -1 EPIPE\n"),
		"::notice file=good,title=good tcp4%3A skipped::no%0Anet & \"no\" work\n",
		"::error file=good,title=good tcp4%3A error::no%0Anet & \"no\" work\n",
	};

	(void)state;
	for (enum verdict v = VERDICT_EXPECTED; v <= VERDICT_ERROR; v++) {
		struct trace *trace = verdict_trace(v);
		struct format_trace t = of(trace);

		assert_printed("github", &t, expected[v]);
		trace_end(trace);
	}
	struct trace *trace = verdict_trace(VERDICT_DEVIATES);
	struct experiment *e = (struct experiment *)(uintptr_t)trace->experiment;
	struct format_trace t = of(trace);

	snprintf(e->name, sizeof e->name, "a,b::c%%\r\nd");
	char *text = printed("github", &t);

	assert_non_null(strstr(text, "::error file=a%2Cb%3A%3Ac%25\uFFFD%0Ad,line=1,"
				     "title=a%2Cb%3A%3Ac%25\uFFFD%0Ad tcp4%3A client write 6::"));
	assert_int_equal(occurrences(text, "\n"), 1);
	free(text);
	snprintf(e->name, sizeof e->name, "write-after-close"); /* of the catalogue: no file */
	text = printed("github", &t);
	assert_non_null(strstr(text, "::error title=write-after-close tcp4%3A "));
	free(text);
	trace_end(trace);
	trace = whole_trace();
	t = of(trace);
	text = printed("github", &t);
	assert_non_null(strstr(text, ",line=4,title=good tcp4%3A wire < S.::expected, not seen\n"));
	assert_non_null(strstr(text, "%3A wire < R::seen, not expected\n"));
	assert_non_null(strstr(text, "client await CLOSE::not reached; expected that it arrives"));
	free(text);
	trace_end(trace);
}

static void assert_steps(const json_t *steps)
{
	const json_t *first = json_array_get(steps, 0), *fifth = json_array_get(steps, 4),
		     *last = json_array_get(steps, 5);

	assert_int_equal(json_array_size(steps), 6);
	assert_json_integer(first, "line", 2);
	assert_json_string(first, "who", "client");
	assert_json_string(first, "text", "client connect");
	assert_json_string(first, "expectation", "0");
	assert_json_string(first, "prediction", "0");
	assert_json_string(first, "result", "0");
	assert_json_string(first, "errno", NULL);
	assert_json_string(first, "client_state", NULL);
	assert_json_bool(first, "deviates", false);
	assert_json_bool(first, "reached", true);
	assert_json_integer(first, "begin_ns", 50);
	assert_json_integer(first, "duration_ns", 200);
	assert_json_string(json_array_get(steps, 3), "expectation", NULL);
	assert_json_string(json_array_get(steps, 3), "prediction", NULL);
	assert_json_string(fifth, "result", "-1 EPIPE SIGPIPE");
	assert_json_string(fifth, "errno", "EPIPE");
	assert_json_string(fifth, "signal", "SIGPIPE");
	assert_json_string(fifth, "expectation", "6");
	assert_json_string(fifth, "client_state", "CLOSE");
	assert_json_string(fifth, "server_state", "ESTABLISHED");
	assert_json_bool(fifth, "deviates", true);
	assert_json_string(last, "expectation", ""); /* an await: to arrive */
	assert_json_string(last, "result", NULL);
	assert_json_bool(last, "reached", false);
	assert_json_bool(last, "deviates", true);
}

static void assert_packet(const json_t *packet, const char *direction, const char *flags,
	bool expected, bool deviates)
{
	assert_json_string(packet, "direction", direction);
	assert_json_string(packet, "flags", flags);
	assert_json_bool(packet, "expected", expected);
	assert_json_bool(packet, "deviates", deviates);
}

static void assert_packets(const json_t *packets, const json_t *missing)
{
	assert_int_equal(json_array_size(packets), 3);
	assert_packet(json_array_get(packets, 0), ">", "S", true, false);
	assert_packet(json_array_get(packets, 1), "<", ".", false, false);
	assert_packet(json_array_get(packets, 2), "<", "R", false, true);
	assert_json_integer(json_array_get(packets, 0), "line", 3);
	assert_json_integer(json_array_get(packets, 0), "time_ns", 100);
	assert_json_integer(json_array_get(packets, 0), "seq", 1);
	assert_json_integer(json_array_get(packets, 0), "ack", 2);
	assert_json_integer(json_array_get(packets, 0), "window", 64);
	assert_int_equal(json_array_size(missing), 2);
	assert_packet(json_array_get(missing, 0), "<", "S.", true, true);
	assert_packet(json_array_get(missing, 1), ">", "P.", true, true);
	assert_json_integer(json_array_get(missing, 1), "length", 6);
	assert_json_integer(json_array_get(missing, 1), "line", 7);
}

static void an_object_has_all(void **state)
{
	struct trace *trace = whole_trace();
	struct format_trace t = of(trace);
	char *text = printed("json", &t);
	const char *at = text;
	json_t *object = next_object(&at);

	(void)state;
	assert_string_equal(at, "");
	assert_json_string(object, "experiment", "good");
	assert_json_string(object, "family", "tcp4");
	assert_json_string(object, "kernel", "6.12.0");
	assert_json_string(object, "verdict", "deviates");
	assert_json_string(object, "reason", NULL);
	assert_json_integer(object, "deviations", trace->deviations);
	assert_json_integer(object, "unasserted", 0);
	assert_json_integer(object, "runs", 1);
	assert_json_integer(object, "repeat", 1);
	assert_json_integer(object, "begin_us", 1);
	assert_json_integer(object, "duration_ns", 4000);
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(object, "context"), 1)),
		"and more");
	assert_steps(json_object_get(object, "steps"));
	assert_packets(
		json_object_get(object, "packets"), json_object_get(object, "missing_packets"));
	assert_json_integer(json_object_get(object, "counters"), "TCPAbortOnData", 22);
	assert_json_string(
		json_array_get(json_object_get(object, "events"), 0), "text", "tcp_send_reset");
	json_decref(object);
	free(text);
	trace_end(trace);
}

/* What was not observed is left out: that is not the same as none. */
static void an_object_of_little(void **state)
{
	static const char *const keys[] = {"packets", "missing_packets", "events", "counters"};
	struct trace *trace = verdict_trace(VERDICT_SKIPPED);
	struct format_trace t = of(trace);
	char *text = printed("json", &t);
	const char *at = text;
	json_t *object = next_object(&at);

	(void)state;
	assert_json_string(object, "verdict", "skipped");
	assert_json_string(object, "reason", "no\nnet & \"no\" work");
	for (size_t i = 0; i < COUNT(keys); i++)
		assert_null(json_object_get(object, keys[i]));
	json_decref(object);
	free(text);
	trace_end(trace);
}

/* Among several it says which it is; behind others it stands apart. */
static void a_heading(void **state)
{
	struct trace *trace =
		trace_of("# Title.\nclient write 6 = -1 EPIPE\n", OUTCOMES("-1 EPIPE"));
	struct format_trace t = of(trace);
	char *whole = trace_text(trace, false), *text = printed("text", &t);

	(void)state;
	assert_int_equal(strncmp(text, "\n# good tcp4\n# Title.\nuse tcp4\n", 31), 0);
	assert_int_equal(strncmp(text + 13, whole, strlen(whole)), 0);
	experiment_free(parse_good(text));
	free(text);
	t.again = true;
	text = printed("text", &t);
	assert_int_equal(strncmp(text, "\n# good tcp4\nuse tcp4\n", 22), 0);
	free(text);
	t.number = t.count = 1;
	t.again = false;
	text = printed("text", &t);
	assert_int_equal(strncmp(text, whole, strlen(whole)), 0);
	free(text);
	free(whole);
	trace_end(trace);
}

/* With --all: a line, and the trace below its heading only where it deviates. */
static void a_line(void **state)
{
	(void)state;
	for (enum verdict v = VERDICT_EXPECTED; v <= VERDICT_DEVIATES; v++) {
		struct trace *trace = verdict_trace(v);
		struct format_trace t = of(trace);

		t.line = true;
		t.width = 80;
		t.number = t.count = 1;
		char *text = printed("text", &t);

		assert_int_equal(strncmp(text,
					 v == VERDICT_DEVIATES ? "# good tcp4\n use tcp4\n"
							       : "good                   ",
					 22),
			0);
		free(text);
		trace_end(trace);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_by_name),
		cmocka_unit_test(points),
		cmocka_unit_test(cases),
		cmocka_unit_test(annotations),
		cmocka_unit_test(around),
		cmocka_unit_test(texts_of_any_kind),
		cmocka_unit_test(cleaned),
		cmocka_unit_test(an_object_has_all),
		cmocka_unit_test(an_object_of_little),
		cmocka_unit_test(a_heading),
		cmocka_unit_test(a_line),
	};

	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
