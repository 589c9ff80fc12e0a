/*
 * Results: text to value and back for every kind and every form, what is not one, and which of them
 * agree.
 */
#include "check.h"
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>

/* Reads text as a result; returns how many words were taken. */
static int parse(struct result *result, enum result_form form, const char *text, int *words,
	int *bad, const char **expected)
{
	struct words cut;
	const char *what;
	int column;

	assert_true(text_cut(&cut, text, strlen(text), &column, &what));
	*words = cut.count;
	return result_parse(result, form, cut.word, cut.count, bad, expected);
}

static struct result result_of(enum result_form form, const char *text)
{
	struct result result;
	int words, bad;
	const char *expected;

	if (!parse(&result, form, text, &words, &bad, &expected))
		fail_msg("'%s' is a result; expected %s", text, expected);
	return result;
}

static const struct {
	enum result_form form;
	const char *text;
	struct result result;
} round_trips[] = {
	{FORM_NUMBER, "0", {.kind = RESULT_NUMBER}},
	{FORM_NUMBER, "6", {.kind = RESULT_NUMBER, .value = 6}},
	{FORM_NUMBER, "-2", {.kind = RESULT_NUMBER, .value = -2}},
	{FORM_NUMBER, ">0", {.kind = RESULT_RELATION, .relation = GREATER}},
	{FORM_NUMBER, ">=1", {.kind = RESULT_RELATION, .relation = GREATER_EQUAL, .value = 1}},
	{FORM_NUMBER, "<9", {.kind = RESULT_RELATION, .relation = LESS, .value = 9}},
	{FORM_NUMBER, "<=9", {.kind = RESULT_RELATION, .relation = LESS_EQUAL, .value = 9}},
	{FORM_NUMBER, "1..65536",
		{.kind = RESULT_RELATION, .relation = WITHIN, .value = 1, .second = 65536}},
	{FORM_NUMBER, "-2..-1",
		{.kind = RESULT_RELATION, .relation = WITHIN, .value = -2, .second = -1}},
	{FORM_NUMBER, "9223372036854775807", {.kind = RESULT_NUMBER, .value = 9223372036854775807}},
	{FORM_NUMBER, "-1 EPIPE|ECONNRESET",
		{.kind = RESULT_ERROR,
			.value = EPIPE,
			.other_count = 1,
			.other = {{.kind = RESULT_ERROR, .value = ECONNRESET}}}},
	{FORM_NUMBER, "-1 EPIPE SIGPIPE | -1 ECONNRESET|ETIMEDOUT | 0",
		{.kind = RESULT_ERROR,
			.value = EPIPE,
			.signal = SIGPIPE,
			.other_count = 3,
			.other = {{.kind = RESULT_ERROR, .value = ECONNRESET},
				{.kind = RESULT_ERROR, .value = ETIMEDOUT},
				{.kind = RESULT_NUMBER}}}},
	{FORM_NUMBER, "1..6 | timeout in CLOSE_WAIT",
		{.kind = RESULT_RELATION,
			.relation = WITHIN,
			.value = 1,
			.second = 6,
			.other_count = 1,
			.other = {{.kind = RESULT_TIMEOUT, .value = TCP_CLOSE_WAIT}}}},
	{FORM_ERRNO, "0|ECONNRESET",
		{.kind = RESULT_ERRNO,
			.other_count = 1,
			.other = {{.kind = RESULT_ERRNO, .value = ECONNRESET}}}},
	{FORM_EVENTS, "POLLIN|POLLOUT | 0",
		{.kind = RESULT_EVENTS,
			.value = POLLIN | POLLOUT,
			.other_count = 1,
			.other = {{.kind = RESULT_EVENTS}}}},
	{FORM_NUMBER, "!=-1", {.kind = RESULT_RELATION, .relation = NOT_EQUAL, .value = -1}},
	{FORM_NUMBER, "-1 EPIPE", {.kind = RESULT_ERROR, .value = EPIPE}},
	{FORM_NUMBER, "-1 EPIPE SIGPIPE",
		{.kind = RESULT_ERROR, .value = EPIPE, .signal = SIGPIPE}},
	{FORM_NUMBER, "6 SIGUSR1", {.kind = RESULT_NUMBER, .value = 6, .signal = SIGUSR1}},
	{FORM_VALUE, "-1", {.kind = RESULT_NUMBER, .value = -1}},
	{FORM_VALUE, "-1 EBADF", {.kind = RESULT_ERROR, .value = EBADF}},
	{FORM_NUMBER, "timeout", {.kind = RESULT_TIMEOUT}},
	{FORM_NUMBER, "timeout in SYN_SENT", {.kind = RESULT_TIMEOUT, .value = TCP_SYN_SENT}},
	{FORM_NUMBER, "timeout in CLOSE_WAIT SIGPIPE",
		{.kind = RESULT_TIMEOUT, .value = TCP_CLOSE_WAIT, .signal = SIGPIPE}},
	{FORM_ERRNO, "0", {.kind = RESULT_ERRNO}},
	{FORM_ERRNO, "ECONNRESET", {.kind = RESULT_ERRNO, .value = ECONNRESET}},
	{FORM_ERRNO, "-1 EBADF", {.kind = RESULT_ERROR, .value = EBADF}},
	{FORM_STATE, "LISTEN", {.kind = RESULT_STATE, .value = TCP_LISTEN}},
	{FORM_STATE, "-1 EBADF", {.kind = RESULT_ERROR, .value = EBADF}},
	{FORM_EVENTS, "0", {.kind = RESULT_EVENTS}},
	{FORM_EVENTS, "POLLIN|POLLPRI|POLLOUT|POLLERR|POLLHUP|POLLNVAL|POLLRDHUP",
		{.kind = RESULT_EVENTS,
			.value = POLLIN | POLLPRI | POLLOUT | POLLERR | POLLHUP | POLLNVAL |
				 POLLRDHUP}},
	{FORM_PAIR, "1,30", {.kind = RESULT_PAIR, .value = 1, .second = 30}},
	{FORM_PAIR, "-1 EBADF", {.kind = RESULT_ERROR, .value = EBADF}},
	{FORM_AWAIT, "timeout", {.kind = RESULT_TIMEOUT}},
	{FORM_AWAIT, "timeout in FIN_WAIT1", {.kind = RESULT_TIMEOUT, .value = TCP_FIN_WAIT1}},
};

static void test_round_trips(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(round_trips); i++) {
		struct result result = result_of(round_trips[i].form, round_trips[i].text);
		char text[RESULT_TEXT];

		assert_memory_equal(&result, &round_trips[i].result, sizeof result);
		result_text(&result, text, sizeof text);
		assert_string_equal(text, round_trips[i].text);
	}
}

static void test_texts_that_are_not_read(void **state)
{
	static const struct {
		struct result result;
		const char *text;
	} cases[] = {
		{{.kind = RESULT_NONE}, ""},
		{{.kind = RESULT_DONE}, ""},
		{{.kind = RESULT_UNKNOWN}, "unknown"},
		{{.kind = RESULT_ERROR, .value = 4095}, "-1 E?"},
		{{.kind = RESULT_EVENTS, .value = POLLIN | 0x4000}, "POLLIN|0x4000"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[RESULT_TEXT] = "untouched";

		result_text(&cases[i].result, text, sizeof text);
		assert_string_equal(text, cases[i].text);
	}
}

/* How many words a result takes of those that follow it. */
/* Other names of the same number are read, and printed as the kernel's headers have them. */
static void test_aliases(void **state)
{
	(void)state;
	assert_int_equal(symbol_errno("EWOULDBLOCK"), EAGAIN);
	assert_int_equal(symbol_errno("ENOTSUP"), EOPNOTSUPP);
	assert_int_equal(symbol_errno("EDEADLOCK"), EDEADLK);
	assert_string_equal(symbol_errno_text(EAGAIN), "EAGAIN");
	assert_string_equal(symbol_errno_text(EOPNOTSUPP), "EOPNOTSUPP");
	assert_string_equal(symbol_nearest_errno("ECONRESET"), "ECONNRESET");
	assert_null(symbol_nearest_errno("EWHATEVERITIS"));
}

static void test_words_taken(void **state)
{
	static const struct {
		const char *text;
		int taken;
	} cases[] = {
		{"6 @ tcp4", 1},
		{"-1 EPIPE @ tcp4", 2},
		{"-1 EPIPE SIGPIPE SIGPIPE", 3},
		{"-1 EPIPE SIGNOTHING", 2},
		{"timeout @ tcp4", 1},
		{"timeout in CLOSE @ tcp4", 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct result result;
		int words, bad;
		const char *expected;

		assert_int_equal(
			parse(&result, FORM_NUMBER, cases[i].text, &words, &bad, &expected),
			cases[i].taken);
	}
}

static void test_bad_results(void **state)
{
	static const struct {
		enum result_form form;
		const char *text;
		int bad;
		const char *expected; /* begins with this */
	} cases[] = {
		{FORM_NUMBER, "", 0, "a number"},
		{FORM_NUMBER, "six", 0, "a number"},
		{FORM_NUMBER, "+6", 0, "a number"},
		{FORM_NUMBER, "6x", 0, "a number"},
		{FORM_NUMBER, ">", 0, "a number"},
		{FORM_NUMBER, "=>1", 0, "a number"},
		{FORM_NUMBER, "99999999999999999999", 0, "a number"},
		{FORM_NUMBER, "EPIPE", 0, "a number"},
		{FORM_NUMBER, "-1", 1, "the name of an errno"},
		{FORM_NUMBER, "-1 PIPE", 1, "the name of an errno"},
		{FORM_NUMBER, "-1 32", 1, "the name of an errno"},
		{FORM_NUMBER, "timeout in", 2, "the kernel's name of a TCP state"},
		{FORM_NUMBER, "timeout in TCP_CLOSE", 2, "the kernel's name of a TCP state"},
		{FORM_ERRNO, "1", 0, "0, the name of an errno"},
		{FORM_STATE, "close", 0, "the kernel's name of a TCP state"},
		{FORM_EVENTS, "POLLIN,POLLOUT", 0, "0 or poll events"},
		{FORM_EVENTS, "|POLLIN", 0, "0 or poll events"},
		{FORM_PAIR, "1", 0, "two numbers"},
		{FORM_PAIR, "1,0,0", 0, "two numbers"},
		{FORM_NUMBER, "6..1", 0, "a number"},
		{FORM_NUMBER, "1..1", 0, "a number"},
		{FORM_NUMBER, "1..", 0, "a number"},
		{FORM_NUMBER, "..1", 0, "a number"},
		{FORM_NUMBER, "1..2..3", 0, "a number"},
		{FORM_NUMBER, "9223372036854775808", 0, "a number"},
		{FORM_NUMBER, "-1 EPIPE|", 1, "the name of an errno"},
		{FORM_NUMBER, "-1 EPIPE|0", 1, "the name of an errno"},
		{FORM_NUMBER, "-1 EPIPE|EPIPE", 1, "the name of an errno"},
		{FORM_NUMBER, "0 |", 2, "a number"},
		{FORM_NUMBER, "0 | x", 2, "a number"},
		{FORM_NUMBER, "0 | -1 x", 3, "the name of an errno"},
		{FORM_NUMBER, "0 | 0", 2, "another result"},
		{FORM_NUMBER, "0 | 1 | 2 | 3 | 4", 8, "another result"},
		{FORM_AWAIT, "0", 0, "timeout"},
		{FORM_AWAIT, "-1 EBADF", 0, "timeout"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct result result;
		int words, bad = -1;
		const char *expected = "";

		if (parse(&result, cases[i].form, cases[i].text, &words, &bad, &expected))
			fail_msg("'%s' is no result", cases[i].text);
		assert_int_equal(bad, cases[i].bad);
		assert_int_equal(
			strncmp(expected, cases[i].expected, strlen(cases[i].expected)), 0);
	}
}

static const struct {
	const char *a, *b;
	bool agree;
} agreements[] = {
	{"6", "6", true},
	{"6", "5", false},
	{"6", "-1 EPIPE", false},
	{"0", "timeout", false},
	{"-1 EPIPE", "-1 EPIPE", true},
	{"-1 EPIPE", "-1 ECONNRESET", false},
	{"-1 EPIPE", "-1 EPIPE SIGPIPE", false},
	{"-1 EPIPE SIGPIPE", "-1 EPIPE SIGPIPE", true},
	{">0", "1", true},
	{">0", "0", false},
	{">=1", "1", true},
	{">=1", "0", false},
	{"<1", "0", true},
	{"<1", "1", false},
	{"<=1", "1", true},
	{"<=1", "2", false},
	{"!=1", "2", true},
	{"!=1", "1", false},
	{">0", "1 SIGPIPE", false},
	{"!=0", "-1 EPIPE", false},
	{">0", "timeout", false},
	{">0", ">0", true},
	{">0", "<9", true},
	{">0", "<1", false},
	{">=1", "<=1", true},
	{"!=1", "0..1", true},
	{"!=1", "<=1", true},
	{"!=1", "1..2", true},
	{"1..6", "1", true},
	{"1..6", "6", true},
	{"1..6", "0", false},
	{"1..6", "7", false},
	{"1..6", "-1 EPIPE", false},
	{"1..6", ">5", true},
	{"1..6", ">6", false},
	{"1..6", "6..9", true},
	{"1..6", "7..9", false},
	{"-1 EPIPE|ECONNRESET", "-1 ECONNRESET", true},
	{"-1 EPIPE|ECONNRESET", "-1 ETIMEDOUT", false},
	{"-1 EPIPE|ECONNRESET", "-1 ETIMEDOUT|EPIPE", true},
	{"-1 EPIPE|ECONNRESET", "-1 EPIPE SIGPIPE", false},
	{"-1 EPIPE SIGPIPE | -1 ECONNRESET", "-1 EPIPE SIGPIPE", true},
	{"0 | -1 ECONNRESET", "0", true},
	{"0 | -1 ECONNRESET", "1", false},
	{"0 | timeout", "timeout in CLOSE", true},
	{"timeout", "timeout in CLOSE", true},
	{"timeout in CLOSE", "timeout in CLOSE", true},
	{"timeout in CLOSE", "timeout in LISTEN", false},
	{"timeout", "timeout SIGPIPE", false},
};

static void test_agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(agreements); i++) {
		struct result a = result_of(FORM_NUMBER, agreements[i].a);
		struct result b = result_of(FORM_NUMBER, agreements[i].b);

		if (results_agree(&a, &b) != agreements[i].agree ||
			results_agree(&b, &a) != agreements[i].agree)
			fail_msg("'%s' and '%s'", agreements[i].a, agreements[i].b);
	}
}

/* What says nothing agrees with all; what differs in kind or in its second value does not. */
static void test_agree_kinds(void **state)
{
	static const struct result nothing[] = {{.kind = RESULT_NONE}, {.kind = RESULT_UNKNOWN}};
	const struct result some[] = {
		result_of(FORM_NUMBER, "-1 EPIPE SIGPIPE"),
		result_of(FORM_NUMBER, "1"),
		result_of(FORM_STATE, "ESTABLISHED"),
		result_of(FORM_EVENTS, "POLLIN"),
		result_of(FORM_PAIR, "1,0"),
		result_of(FORM_PAIR, "1,1"),
		result_of(FORM_ERRNO, "EPERM"),
		result_of(FORM_AWAIT, "timeout"),
		{.kind = RESULT_DONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(some); i++) {
		for (size_t n = 0; n < COUNT(nothing); n++) {
			assert_true(results_agree(&some[i], &nothing[n]));
			assert_true(results_agree(&nothing[n], &some[i]));
		}
		for (size_t j = 0; j < COUNT(some); j++)
			assert_int_equal(results_agree(&some[i], &some[j]), i == j);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_texts_that_are_not_read),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_words_taken),
		cmocka_unit_test(test_bad_results),
		cmocka_unit_test(test_agree),
		cmocka_unit_test(test_agree_kinds),
	};

	return cmocka_run_group_tests_name("result", tests, NULL, NULL);
}
