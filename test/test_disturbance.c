/*
 * When a deviation is no answer of the kernel's: steps that follow each other too slowly for data
 * to be held back between them.
 */
#include "check.h"
#include "run/disturbance.h"

#include <stdlib.h>

#define CORKED \
	"client connect = 0\nserver accept = 0\nclient setsockopt TCP_CORK 1 = 0\n" \
	"client write 6 = 6\nclient close = 0\nserver await inq=6\nserver read 16 = 6\n"
#define MORE \
	"client connect = 0\nserver accept = 0\nclient send 6 MSG_MORE = 6\n" \
	"server inq = 0\nclient write 6 = 6\nserver await inq=12\n"
#define PULLED \
	"client connect = 0\nserver accept = 0\nclient setsockopt TCP_CORK 1 = 0\n" \
	"client setsockopt TCP_CORK 0 = 0\nclient write 6 = 6\nserver poll = POLLIN\n"
#define FILLED \
	"client connect = 0\nserver accept = 0\nclient fill = >0\nclient close = 0\n" \
	"server exit\nserver await CLOSE\n"
#define BLOCKED "client connect = 0\nserver accept = 0\nclient fill = >0\nclient write 10 = 10\n"
#define JOINED \
	"client connect = 0\nserver accept = 0\nclient fill = >0\nclient write 6 &\n" \
	"server close = 0\nclient join = -1 ECONNRESET\n"
#define OTHER_SIDE \
	"client connect = 0\nserver accept = 0\nclient setsockopt TCP_CORK 1 = 0\n" \
	"server write 6 = 6\nclient poll = POLLIN\nclient close = 0\n"

/* Steps that take no time, but for one of so many milliseconds; what becomes of the deviation. */
static const struct {
	const char *experiment;
	int slow;
	long milliseconds;
	const char *reason;
} cases[] = {
	{CORKED, 3, 201, "line 5 began 201 ms after data was held back: longer than it is"},
	{CORKED, 3, 200, ""},
	{CORKED, 4, 1000,
		""}, /* a wait is next, and how long a call takes is the kernel's answer */
	{CORKED, 2, 1000, ""}, /* nothing is held back yet */
	{CORKED, 5, 1000, ""}, /* the wait is one */
	{MORE, 2, 300, "line 4 began 300 ms after data was held back: longer than it is"},
	{MORE, 1, 300, ""},
	{FILLED, 2, 300, "line 4 began 300 ms after data was held back: longer than it is"},
	{FILLED, 4, 300, ""},
	{BLOCKED, 3, 5000, ""}, /* a writer that the kernel does not wake is no disturbance */
	{JOINED, 5, 300, ""},
	{PULLED, 4, 300, ""},
	{OTHER_SIDE, 4, 300, ""},
};

static void pace(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct experiment *e = parse_good(cases[i].experiment);
		struct trace *trace = trace_new(e, FAMILY_TCP4, (struct version){6, 12, 0});
		struct session session = {.process_ended = true};
		int64_t now = 1;

		trace->verdict = VERDICT_DEVIATES;
		trace->reached = e->step_count;
		for (int j = 0; j < e->step_count; j++) {
			struct outcome *outcome = &trace->observation[j].outcome;

			outcome->begin = now;
			now += j == cases[i].slow ? cases[i].milliseconds * 1000000 : 0;
			outcome->end = now;
		}
		disturbance_deviation(&session, trace);
		assert_string_equal(trace->reason, cases[i].reason);
		assert_int_equal(
			trace->verdict, *cases[i].reason ? VERDICT_ERROR : VERDICT_DEVIATES);
		trace_free(trace);
		experiment_free(e);
	}
}

/* What is as expected is in no doubt, however slow it was. */
static void as_expected(void **state)
{
	struct experiment *e = parse_good(CORKED);
	struct trace *trace = trace_new(e, FAMILY_TCP4, (struct version){6, 12, 0});
	struct session session = {.process_ended = true};

	(void)state;
	trace->reached = e->step_count;
	trace->observation[3].outcome = (struct outcome){.begin = 1, .end = 1000000000};
	disturbance_deviation(&session, trace);
	assert_int_equal(trace->verdict, VERDICT_EXPECTED);
	trace_free(trace);
	experiment_free(e);
}

/* A timeout that is seen long after the deadline: the process was stopped meanwhile. */
static void a_gap_of_the_clock(void **state)
{
	struct experiment *e = parse_good(CORKED);
	struct trace *trace = trace_new(e, FAMILY_TCP4, (struct version){6, 12, 0});

	(void)state;
	trace->observation[6].outcome.result.kind = RESULT_TIMEOUT;
	disturbance_timeout(trace, 6, 20000000);
	assert_string_equal(trace->reason, "");
	disturbance_timeout(trace, 6, 3000000000);
	assert_int_equal(trace->verdict, VERDICT_ERROR);
	assert_string_equal(trace->reason,
		"line 7 timed out 3000 ms after its deadline: this process was stopped, or got no "
		"processor, or the machine was suspended");
	trace_free(trace);
	experiment_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pace),
		cmocka_unit_test(as_expected),
		cmocka_unit_test(a_gap_of_the_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
