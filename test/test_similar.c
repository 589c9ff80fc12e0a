/*
 * Which experiments are neighbours, and how what differs is printed: with small experiments, on one
 * family and kernel.
 */
#include "check.h"
#include "explain/similar.h"

static const struct version kernel = {6, 12, 0};

#define CONNECTED "client connect = 0\nserver accept = 0\n"
#define CLASSIC \
	CONNECTED "server close = 0\nclient await CLOSE_WAIT\nclient write 6 = 6\n" \
		  "client write 6 = -1 EPIPE\n"

static struct difference compare(const char *left, const char *right)
{
	struct experiment *a = parse_good(left), *b = parse_good(right);
	struct difference d;

	assert_true(similar_compare(&d, a, b, FAMILY_TCP4, kernel));
	experiment_free(a);
	experiment_free(b);
	return d;
}

/* A call in another's place is one change, what only looks none. */
static void test_counts(void **state)
{
	static const struct {
		const char *a, *b;
		int common, changed, looks;
	} cases[] = {
		{CLASSIC, CLASSIC, 5, 0, 0},
		{CONNECTED, CONNECTED "client write 6\n", 2, 1, 0},
		{CONNECTED "client write 6\n", CONNECTED, 2, 1, 0},
		{CONNECTED "client write 6\n", CONNECTED "client write 7\n", 2, 1, 0},
		{CONNECTED "client write 6\n", CONNECTED "server write 6\n", 2, 1, 0},
		{CONNECTED "client write 6\n", CONNECTED "client read 6\nclient close\n", 2, 2, 0},
		{"client close\nserver accept\nclient dup\n",
			"client listen\nserver accept\nclient write 1\n", 1, 2, 0},
		{CONNECTED,
			"client connect\nclient await ESTABLISHED\nclient poll\nserver accept\n"
			"count TcpOutRsts\nclient sigpipe ignore\nclient inq\nclient outq\n"
			"client getpeername\nclient select\nclient state\n"
			"client getsockopt SO_LINGER\n",
			2, 0, 10},
		{CONNECTED "client poll\n", CONNECTED "client poll\nserver poll\n", 2, 0, 1},
		/* one takes the stored error, the other waits */
		{CONNECTED, CONNECTED "client getsockopt SO_ERROR\nclient poll &\n", 2, 2, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct difference d = compare(cases[i].a, cases[i].b);

		assert_int_equal(d.common, cases[i].common);
		assert_int_equal(d.changed, cases[i].changed);
		assert_int_equal(d.looks, cases[i].looks);
	}
}

/* Of equal steps those go together that are expected to give the same; calls go before that. */
static void test_pairs(void **state)
{
	struct difference d = compare(CONNECTED "client write 6 = -1 EPIPE\n",
		CONNECTED "client write 6 = 6\nclient poll\n"
			  "client write 6 = -1 EPIPE\n");

	(void)state;
	assert_int_equal(d.pair[2], 4);
	d = compare(CONNECTED "client write 6 = -1 EPIPE\nclient close\n",
		CONNECTED "client write 6 = 6\nclient close\nclient write 6 = -1 EPIPE\n");
	assert_int_equal(d.pair[2], 2);
	assert_int_equal(d.pair[3], 3);
	assert_int_equal(d.pair[4], -1);
	/* one call weighs more than all that looks */
	d = compare("client poll\nclient state\nclient write 6\n",
		"client write 6\nclient poll\nclient state\n");
	assert_int_equal(d.pair[0], -1);
	assert_int_equal(d.pair[2], 0);
}

static void assert_printed(
	const char *left, const char *right, enum family family, const char *expected)
{
	struct experiment *a = parse_good(left), *b = parse_good(right);
	struct difference d;
	struct print print;

	assert_true(similar_compare(&d, a, b, family, kernel));
	print_open(&print);
	similar_print_difference(&d, a, b, family, kernel, print.out);
	char *text = print_take(&print);

	assert_string_equal(text, expected);
	free(text);
	experiment_free(a);
	experiment_free(b);
}

static void test_printed(void **state)
{
	(void)state;
	assert_printed(CLASSIC, CLASSIC, FAMILY_TCP4, "");
	assert_printed(CLASSIC,
		CONNECTED "server setsockopt SO_LINGER 1,0 = 0\nserver close = 0\n"
			  "client await CLOSE\nclient sigpipe handler = 0\n"
			  "client write 6 = -1 ECONNRESET\nclient write 6 = -1 EPIPE SIGPIPE\n",
		FAMILY_TCP4,
		"      server accept            = 0\n"
		"    + server setsockopt SO_LINGER 1,0 = 0\n"
		"    client write 6: 6 here, -1 ECONNRESET there\n"
		"    client write 6: -1 EPIPE here, -1 EPIPE SIGPIPE there\n"
		"    besides here: client await CLOSE_WAIT\n"
		"    besides there: client await CLOSE, client sigpipe handler\n");
	/* In front, and with a look between the calls: one stretch. */
	assert_printed("client close = 0\nclient state\nclient dup\nserver accept\n",
		"server exit\nserver accept\n", FAMILY_TCP4,
		"    - client close             = 0\n"
		"    - client dup\n"
		"    + server exit\n");
	/* Below the call before it, whatever looks between. */
	assert_printed("client connect = 0\nclient poll = 0\nclient write 6 = 6\n",
		"client connect = 0\n", FAMILY_TCP4,
		"      client connect           = 0\n"
		"    - client write 6           = 6\n");
}

static void test_consequences(void **state)
{
	(void)state;
	/* Only where both say something; an await says that it arrives. */
	assert_printed("client await CLOSE\nclient poll\nclient state = CLOSE\n",
		"client await CLOSE = timeout\nclient poll = 0\nclient state\n", FAMILY_TCP4,
		"    client await CLOSE: arrives here, timeout there\n");
	assert_printed("client write 6 = 6 @ tcp4\n= 7 @ tcp6\n",
		"client write 6 = 6 @ before 6.11\n= 7 @ since 6.11\n", FAMILY_TCP4,
		"    client write 6: 6 here, 7 there\n");
	assert_printed("client write 6 = 6 @ tcp4\n= 7 @ tcp6\n",
		"client write 6 = 6 @ before 6.11\n= 7 @ since 6.11\n", FAMILY_TCP6, "");
	assert_printed("client poll = POLLIN|POLLOUT|POLLHUP|POLLRDHUP\n",
		"client poll = POLLIN|POLLOUT|POLLERR|POLLHUP|POLLRDHUP\n", FAMILY_TCP4,
		"    client poll: POLLIN|POLLOUT|POLLHUP|POLLRDHUP here, "
		"POLLIN|POLLOUT|POLLERR|POLLHUP|POLLRDHUP\n    there\n");
	assert_printed("count TcpOutRsts = 1\n", "count TcpOutRsts = >=1\n", FAMILY_TCP4,
		"    count TcpOutRsts: 1 here, >=1 there\n");
}

/* A long stretch is cut, unless that would save no line. */
static void test_long_stretches(void **state)
{
	(void)state;
	assert_printed("server accept\nclient write 1\nclient write 2\nclient write 3\n"
		       "client write 4\nclient write 5\n",
		"server accept\nclient read 1\nclient read 2\nclient read 3\nclient read 4\n"
		"client poll\nclient read 5\nclient read 6\n",
		FAMILY_TCP4,
		"      server accept\n"
		"    - client write 1\n    - client write 2\n    - client write 3\n"
		"    - client write 4\n    - client write 5\n"
		"    + client read 1\n    + client read 2\n    + client read 3\n"
		"    + client read 4\n    + (2 more)\n");
}

/* Offers an experiment called by its own text's first comment. */
static void offer(struct similar_list *n, const char *a_text, const char *name, const char *text)
{
	struct experiment *a = parse_good(a_text), *b = parse_good(text);
	struct difference d;

	snprintf(b->name, sizeof b->name, "%s", name);
	assert_true(similar_compare(&d, a, b, FAMILY_TCP4, kernel));
	similar_offer(n, b, &d);
	experiment_free(a);
}

static void assert_neighbours(struct similar_list *n, const char *const *names, int count)
{
	assert_int_equal(n->count, count);
	for (int i = 0; i < count; i++)
		assert_string_equal(n->experiment[i]->name, names[i]);
	similar_free(n);
	assert_int_equal(n->count, 0);
}

#define THREE CONNECTED "server close = 0\n"
#define NAMES(...) ((const char *const[]){__VA_ARGS__})

static void test_nearest_first(void **state)
{
	struct similar_list n = {0};

	(void)state;
	offer(&n, THREE, "two", THREE "client write 6\nclient read 6\n");
	offer(&n, THREE, "none", THREE);
	offer(&n, THREE, "one and a look", THREE "client write 6\nclient poll\n");
	offer(&n, THREE, "one", THREE "client write 6\n");
	offer(&n, THREE, "three", THREE "client write 6\nclient read 6\nclient close\n");
	assert_neighbours(&n, NAMES("none", "one", "one and a look", "two"), 4);
}

#define LISTEN "client listen\n"

/* Where none is near, the nearest of them; but not one with which nothing but connect and accept is
 * common. */
static void test_the_nearest_at_least(void **state)
{
	struct similar_list n = {0};

	(void)state;
	offer(&n, THREE, "stranger", CONNECTED "client write 6\n");
	assert_neighbours(&n, NULL, 0);
	offer(&n, THREE, "five", THREE LISTEN LISTEN LISTEN LISTEN LISTEN);
	offer(&n, THREE, "four", THREE LISTEN LISTEN LISTEN LISTEN);
	offer(&n, THREE, "five", THREE LISTEN LISTEN LISTEN LISTEN LISTEN);
	assert_neighbours(&n, NAMES("four"), 1);
}

/* Of those that share as much as they do not, three; beside nearer ones, none. */
static void test_some_at_least(void **state)
{
	struct similar_list n = {0};

	(void)state;
	for (int i = 0; i < NEIGHBOUR_LEAST + 2; i++)
		offer(&n, THREE, "three", THREE LISTEN LISTEN LISTEN);
	offer(&n, THREE, "four", THREE LISTEN LISTEN LISTEN LISTEN);
	offer(&n, THREE, "one", THREE LISTEN);
	assert_neighbours(&n, NAMES("one", "three", "three"), NEIGHBOUR_LEAST);
	offer(&n, THREE, "three", THREE LISTEN LISTEN LISTEN);
	for (int i = 0; i < NEIGHBOUR_LEAST; i++)
		offer(&n, THREE, "two", THREE LISTEN LISTEN);
	assert_neighbours(&n, NAMES("two", "two", "two"), NEIGHBOUR_LEAST);
}

static void test_limit(void **state)
{
	struct similar_list n = {0};

	(void)state;
	for (int i = 0; i < NEIGHBOUR_LIMIT; i++)
		offer(&n, THREE, "one", THREE "client dup\n");
	offer(&n, THREE, "late", THREE "client dup\n");
	offer(&n, THREE, "none", THREE);
	assert_neighbours(&n, NAMES("none", "one", "one", "one", "one", "one"), NEIGHBOUR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_printed),
		cmocka_unit_test(test_consequences),
		cmocka_unit_test(test_long_stretches),
		cmocka_unit_test(test_nearest_first),
		cmocka_unit_test(test_the_nearest_at_least),
		cmocka_unit_test(test_some_at_least),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests_name("neighbour", tests, NULL, NULL);
}
