/*
 * An experiment as programs: what comes first, whose steps they are, what is left out; how many
 * orders there are, each of them once; and the experiment of an order: awaits between the steps, a
 * step that blocks in the background and joined in time, and where an order stops.
 */
#include "check.h"
#include "explore/order.h"

#define KERNEL ((struct version){6, 18, 0})

static struct programs split_good(const struct experiment *e)
{
	struct programs p;
	char why[256];

	if (!programs_split(&p, e, why, sizeof why))
		fail_msg("%s", why);
	return p;
}

static void assert_split(const char *text, int prologue, int client, int server, int left_out)
{
	struct experiment *e = parse_good(text);
	struct programs p = split_good(e);

	assert_int_equal(p.prologue_count, prologue);
	assert_int_equal(p.count[CLIENT], client);
	assert_int_equal(p.count[SERVER], server);
	assert_int_equal(p.left_out, left_out);
	experiment_free(e);
}

static void test_split(void **state)
{
	(void)state;
	assert_split("client connect\nserver accept\nclient write 6\nserver close\n", 2, 1, 1, 0);
	assert_split("client connect\nserver accept\nserver write 5\n\nclient write 6\n"
		     "server close\n\nclient read 6\n",
		3, 2, 1, 0);
	assert_split(
		"\n# title\n\nclient connect\nclient await ESTABLISHED\nserver accept\n\n"
		"client write 6\nserver await inq=6\nserver close\n  wire < R\ncount TcpOutRsts\n",
		3, 1, 1, 3);
}

static void assert_no_split(const char *text, const char *expected)
{
	struct experiment *e = parse_good(text);
	struct programs p;
	char why[256];

	assert_false(programs_split(&p, e, why, sizeof why));
	assert_non_null(strstr(why, expected));
	experiment_free(e);
}

/* begin, and count times line. */
static void assert_too_many(const char *begin, const char *line, int count, const char *expected)
{
	struct print text;

	print_open(&text);
	fputs(begin, text.out);
	for (int i = 0; i < count; i++)
		fputs(line, text.out);
	char *many = print_take(&text);

	assert_no_split(many, expected);
	free(many);
}

static void test_no_split(void **state)
{
	(void)state;
	assert_no_split("client connect\nserver accept\nclient write 6\n",
		"expected steps of client and of server");
	assert_too_many("client connect\nserver accept\n\nserver close\n", "client write 6\n", 32,
		"more than 32 steps to put in order");
	assert_too_many("", "client connect\n", 33, "more than 32 steps that come first");
}

/* All different, each with the steps that there are. */
static void test_orders(void **state)
{
	struct experiment *e = parse_good(
		"client connect\nserver accept\n\nclient write 6\nclient write 6\nclient read 6\n"
		"server read 6\nserver close\nlink down\n");
	struct programs p = split_good(e);
	unsigned char order[PROGRAM_STEPS], before[PROGRAM_STEPS];
	long count = 1;

	(void)state;
	assert_int_equal(programs_orders(&p, 1000), 60);
	assert_int_equal(programs_orders(&p, 59), 60);
	assert_int_equal(programs_orders(&p, 10), 11);
	programs_first_order(&p, order);
	memcpy(before, order, sizeof before);
	while (programs_next_order(&p, order)) {
		int steps[PROGRAM_LIMIT] = {0};

		for (int i = 0; i < p.length; i++)
			steps[order[i]]++;
		assert_memory_equal(steps, p.count, sizeof steps);
		assert_true(memcmp(before, order, (size_t)p.length) < 0);
		memcpy(before, order, sizeof before);
		count++;
	}
	assert_int_equal(count, 60);
	experiment_free(e);
}

/* turn is of 'c' and 's'; the text of the order, without its use line. */
static void assert_order(
	const char *experiment, const char *turn, bool settled, bool stopped, const char *expected)
{
	struct experiment *e = parse_good(experiment);
	struct programs p = split_good(e);
	unsigned char whose[PROGRAM_STEPS];
	struct order order;

	assert_int_equal(strlen(turn), p.length);
	for (int i = 0; i < p.length; i++)
		whose[i] = turn[i] == 's' ? SERVER : CLIENT;
	const struct order_request request = {.programs = &p,
		.turn = whose,
		.family = FAMILY_TCP4,
		.kernel = KERNEL,
		.settled = settled};

	assert_true(order_write(&request, &order));
	assert_string_equal(strstr(order.text, "\n\n") + 2, expected);
	assert_int_equal(order.stopped, stopped);
	free(order.text);
	experiment_free(e);
}

#define EXPERIMENT \
	"client connect\nserver accept\n\nclient write 6\nclient read 16\nserver read 16\n" \
	"server close\n"
#define BEGIN "client connect\nserver await POLLIN\nserver accept\n"

static void test_order(void **state)
{
	(void)state;
	assert_order(EXPERIMENT, "cssc", true, false,
		BEGIN "client write 6\nserver await inq=6\nserver read 16\nserver close\n"
		      "client await CLOSE_WAIT\nclient read 16\n");
	assert_order(EXPERIMENT, "cssc", false, false,
		"client connect\nserver accept\nclient write 6\nserver read 16\nserver close\n"
		"client read 16\n");
	/* The read blocks until the write, and the client's until the close. */
	assert_order(EXPERIMENT, "sccs", true, false,
		BEGIN "server read 16 &\nclient write 6\nserver join\nclient read 16 &\n"
		      "server close\nclient join\nclient await CLOSE_WAIT\n");
	/* The server cannot close while it reads. */
	assert_order(EXPERIMENT, "sscc", true, true,
		BEGIN "server read 16 &\nserver join              = timeout\n");
	/* Each waits for the other. */
	assert_order("client connect\nserver accept\nclient read 16\nclient write 6\n"
		     "server read 16\nserver close\n",
		"cscs", true, true,
		BEGIN "client read 16 &\nserver read 16 &\nclient join              = timeout\n"
		      "server join              = timeout\n");
}

/* Which step let the server's read end, and which step has its result. */
static void test_map(void **state)
{
	struct experiment *e = parse_good(EXPERIMENT);
	struct programs p = split_good(e);
	const unsigned char turn[] = {SERVER, CLIENT, CLIENT, SERVER};
	const struct order_request request = {.programs = &p,
		.turn = turn,
		.family = FAMILY_TCP4,
		.kernel = KERNEL,
		.settled = true};
	static const int script[] = {0, -1, 1, -1, 2, 4, -1, 5, 3, -1};
	struct order order;

	(void)state;
	assert_true(order_write(&request, &order));
	assert_int_equal(order.count, sizeof script / sizeof *script);
	assert_memory_equal(order.script, script, sizeof script);
	assert_int_equal(order.ended_by[4], 2);
	assert_int_equal(order.ended_by[3], 5);
	assert_int_equal(order.ended_by[2], NO_STEP_OF_SCRIPT);
	free(order.text);
	experiment_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_no_split),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_map),
	};

	return cmocka_run_group_tests_name("programs", tests, NULL, NULL);
}
