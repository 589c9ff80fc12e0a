/*
 * Whatever stands in a trace's fields, and however long it is, a trace without a deviation is an
 * experiment again; so is what the model predicts.
 */
#include "language/catalog.h"
#include "traces.h"

#include <netinet/tcp.h>

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
	char *release = repeat("release", 1000, "-"), *note = repeat("note", 1000, " ");
	struct print context;

	(void)state;
	print_open(&context);
	fprintf(context.out, "# Linux %s\n# sysctl %s\n", release, release);
	char *lines = print_take(&context);
	struct trace *trace = trace_of(text, outcomes);

	trace->context = lines;
	trace->observation[1].note = note;
	trace->observation[2].state[CLIENT] = trace->observation[2].state[SERVER] = TCP_ESTABLISHED;
	trace->counters = repeat(" TcpName 1", 5000, "");
	trace->event = calloc(EVENT_LIMIT, sizeof *trace->event);
	assert_non_null(trace->event);
	trace->event_count = EVENT_LIMIT;
	for (int i = 0; i < EVENT_LIMIT; i++)
		memset(trace->event[i].text, 'e', sizeof trace->event[i].text - 1);
	trace->wire = WIRE_FULL;
	for (unsigned i = 0; i < CAPTURE_LIMIT; i++)
		assert_int_equal(
			trace_add_capture(trace, &(struct captured_packet){.seq = ~i,
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
	free(note);
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

	trace->observation[2].state[CLIENT] = trace->observation[2].state[SERVER] = TCP_ESTABLISHED;
	trace->observation[3].note = note;
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
		cmocka_unit_test(test_hostile_lengths),
		cmocka_unit_test(test_hostile_steps),
		cmocka_unit_test(test_hostile_comments),
		cmocka_unit_test(test_predictions_parse_again),
	};

	return cmocka_run_group_tests_name("parses_again", tests, NULL, NULL);
}
