/*
 * closewait orders: the outcomes of every order, each with an experiment that closewait run agrees
 * with; steps that block; kernel and model that disagree; JSON; bad input.
 */
#include "deny.h"
#include "pages.h"
#include "process.h"

#include <errno.h>
#include <jansson.h>
#include <sys/socket.h>

#define BEGIN "use tcp4\nclient connect\nserver accept\n\n"
static const char three_writes[] =
	BEGIN "client write 6\nclient write 6\nclient write 6\nserver read 16\nserver close\n";

/* What orders prints of text, for free(3). */
static char *output_with(const char *option, const char *text, int status)
{
	struct call call = {{"orders", option, "--repeat=2", "-"}, text, status, NULL, NULL};
	int in = temporary(text), out = temporary(""), err = temporary("");

	assert_int_equal(run(&call, in, out, err), status);
	char *error = content(err);

	assert_string_equal(error, "");
	free(error);
	close(in);
	return content(out);
}

static void assert_says(const char *output, const char *expected)
{
	if (!strstr(output, expected))
		fail_msg("expected:\n%s\ngot:\n%s", expected, output);
}

static void test_outcomes(void **state)
{
	char *output = output_with("--jobs=2", three_writes, 0);

	(void)state;
	assert_says(output, "# - on tcp4: 10 orders of 3 steps of client (c) and 2 of server (s), "
			    "5 outcomes\n"
			    "# First in every order:\n#   client connect\n#   server accept\n");
	assert_says(output,
		"# 1 of the orders cannot happen: a program does not go on while its step blocks.\n"
		"#   server read 16 blocks until client write 6\n");
	assert_says(output, "\n# outcome 3 of 5, in 2 orders: cscsc sccsc\n"
			    "#   client write 6           = 6\n"
			    "#   client write 6           = 6\n"
			    "#   client write 6           = -1 ECONNRESET\n"
			    "#   server read 16           = 6\n"
			    "#   server close             = 0\n");
	assert_says(output, "\n# outcome 4 of 5, in 2 orders: csscc scscc\n"
			    "#   client write 6           = 6\n"
			    "#   client write 6           = 6\n"
			    "#   client write 6           = -1 EPIPE\n");
	assert_says(output, "\n# outcome 5 of 5, in 1 order: cccss\n");
	assert_says(output, "\n# The model has the same set of outcomes.\n"
			    "# 18 runs without waiting between the steps: 0 outcomes besides\n");
	free(output);
}

/* The experiment of an outcome is one that closewait run takes and agrees with. */
static void test_examples(void **state)
{
	(void)state;
	for (int i = 1; i <= 5; i++) {
		char option[32];

		snprintf(option, sizeof option, "--outcome=%d", i);
		char *output = output_with(option, three_writes, 0);

		assert_says(output, "of 5\nuse tcp4\n\nclient connect           = 0\n");
		check(&(struct call){{"run", "-"}, output, 0, ", 0 deviations, ", NULL});
		free(output);
	}
	check(&(struct call){{"orders", "--repeat=0", "--outcome=6", "-"}, three_writes, 2, NULL,
		"closewait: --outcome=6: there are 5 on tcp4\n"});
}

/* A signal is a part of the outcome, and so is what the file expects. */
static void test_expected(void **state)
{
	char *output = output_with("--jobs=1",
		BEGIN "client sigpipe handler\nclient write 6\nclient write 6 = -1 EPIPE SIGPIPE\n"
		      "server close\n",
		0);

	(void)state;
	assert_says(output, "# - on tcp4: 4 orders of 3 steps of client (c) and 1 of server (s), ");
	assert_says(output, "orders: cscc sccc\n# It is what the file expects.\n"
			    "#   client sigpipe handler   = 0\n"
			    "#   client write 6           = 6\n"
			    "#   client write 6           = -1 EPIPE SIGPIPE\n");
	free(output);
	output = output_with("--jobs=1", BEGIN "client write 6 = -1 ENOTCONN\nserver close\n", 0);
	assert_says(output, "\n# None is what the file expects.\n");
	free(output);
}

/* Where nothing lets a step end it times out; on another family the outcomes are the same. */
static void test_deadlock(void **state)
{
	char *output = output_with("--deadline=300",
		"client connect\nserver accept\nclient read 16\nclient write 6\nserver read 16\n",
		0);

	(void)state;
	assert_says(output, "3 orders of 2 steps of client (c) and 1 of server (s), 1 outcome\n");
	assert_says(output, "# 1 of the orders cannot happen: ");
	assert_says(output, "\n#   client read 16 blocks\n");
	assert_says(output, "\n# outcome 1 of 1, in 2 orders: csc scc\n"
			    "#   client read 16           = timeout in ESTABLISHED\n"
			    "#   client write 6\n"
			    "#   server read 16           = timeout in ESTABLISHED\n");
	assert_says(output, "# - on tcp6: the same outcomes of as many orders as on tcp4\n");
	free(output);
}

/* What the model does not cover is found out by running it. */
static void test_not_modelled(void **state)
{
	char *output = output_with("--deadline=300",
		"use unix-seqpacket\nclient connect\nserver accept\n\nclient write 6\nserver read "
		"16\n"
		"server close\n",
		0);

	(void)state;
	assert_says(output,
		"# - on unix-seqpacket: 3 orders of 1 step of client (c) and 2 of server (s), ");
	assert_says(output,
		"# 1 of the orders cannot happen: a program does not go on while its step "
		"blocks.\n#   server read 16 blocks\n");
	assert_says(output, "# The model does not cover unix-seqpacket: ");
	free(output);
	output = output_with("--format=html",
		"use unix\nclient connect\nserver accept\n\nclient write 6\nserver close\n", 0);
	assert_says(output, "the model has it</th><td>yes</td>");
	free(output);
}

static bool no_peername(void)
{
	return deny(SYS_getpeername, ANY, EPROTO);
}

static void test_disagreement(void **state)
{
	prepare = no_peername;
	char *output =
		output_with("--jobs=2", BEGIN "client getpeername\nserver close\nserver dup\n", 1);

	(void)state;
	prepare = NULL;
	assert_says(output, "# The model does not have it in any order.\n"
			    "#   client getpeername       = -1 EPROTO\n");
	assert_says(output, "\n# The model alone has, in 3 orders:\n"
			    "#   client getpeername       = 0\n");
	assert_says(output, "\n# Kernel and model disagree:\n");
	assert_says(output, "\n!client getpeername       = 0  ");
	assert_says(output,
		"# The model has not the same set: 1 outcome only the kernel has, 1 only "
		"the model.\n");
	free(output);
}

static void assert_outcome(const json_t *outcome)
{
	const char *text, *result, *experiment;
	int orders, model, settled;

	assert_int_equal(
		json_unpack((json_t *)(uintptr_t)outcome,
			"{s:i, s:b, s:b, s:[{s:s, s:s}], s:s, s:[[s, s]]}", "orders", &orders,
			"model", &model, "settled", &settled, "steps", "text", &text, "result",
			&result, "experiment", &experiment, "examples", &text, &text),
		0);
	assert_in_range(orders, 1, 2);
	assert_true(model && settled);
	assert_string_equal(result, "6");
	assert_non_null(strstr(experiment, "use tcp4\n\nclient connect"));
	assert_null(json_object_get(outcome, "expected"));
}

static void test_json(void **state)
{
	char *output = output_with("--format=json", three_writes, 0);
	json_t *object = json_loads(output, 0, NULL), *outcomes, *until;
	const char *family;
	int orders, blocked;

	(void)state;
	assert_int_equal(json_unpack(object, "{s:s, s:i, s:i, s:o, s:[{s:o}]}", "family", &family,
				 "orders", &orders, "blocked_orders", &blocked, "outcomes",
				 &outcomes, "blocking", "until", &until),
		0);
	assert_string_equal(family, "tcp4");
	assert_int_equal(orders, 10);
	assert_int_equal(blocked, 1);
	assert_string_equal(json_string_value(json_array_get(until, 0)), "client write 6");
	assert_int_equal(json_array_size(outcomes), 5);
	for (size_t i = 0; i < 5; i++)
		assert_outcome(json_array_get(outcomes, i));
	json_decref(object);
	free(output);
}

static bool no_ipv6(void)
{
	return deny(__NR_socket, AF_INET6, EAFNOSUPPORT);
}

/* What was not run tells nothing of outcomes. */
static void test_partial(void **state)
{
	struct call call = {{"orders", "--repeat=0", "-"},
		"use tcp4 tcp6 tcp4-mapped\nclient connect\nserver accept\n\nclient write "
		"6\nserver close\n",
		0, NULL, NULL};
	int in = temporary(call.input), out = temporary(""), err = temporary("");

	(void)state;
	prepare = no_ipv6;
	assert_int_equal(run(&call, in, out, err), 0);
	prepare = NULL;
	char *output = content(out), *error = content(err);

	assert_says(output, "# - on tcp4: 2 orders of 1 step of client (c) and 1 of server (s), ");
	assert_null(strstr(output, "tcp6"));
	assert_null(strstr(output, "mapped"));
	assert_says(
		error, "closewait: - tcp6: cannot listen on tcp6: Address family not supported");
	assert_says(error, "closewait: - tcp4-mapped: not all of its orders were run\n");
	free(error);
	free(output);
	close(in);
}

/* A row for each step and a column for each outcome; each outcome with its experiment as a ladder.
 */
static void test_page(void **state)
{
	static const char twice[] =
		"# <script>alert(1)</script>\nuse tcp4 tcp6\nclient connect\nserver accept\n\n"
		"client write 6 = -1 EPIPE\nclient write \"<b>\"\nserver read 16\nserver close\n";
	char *page = output_with("--format=html", three_writes, 0);

	(void)state;
	assert_self_contained(page);
	assert_says(page, "<h1>The outcomes of standard input in every order</h1>");
	assert_says(page, "<h2>tcp4: 10 orders of 3 steps of client (c) and 2 of server (s), 5 "
			  "outcomes</h2>");
	assert_says(page, "<th scope=\"row\" class=\"code\">client write 6</th><td class=\"code "
			  "lA\">6</td><td class=\"code lA\">6</td><td class=\"code lB\">-1 "
			  "ECONNRESET</td><td class=\"code lC\">-1 EPIPE</td><td class=\"code "
			  "lA\">6</td>");
	assert_says(page, "<li>The model has the same set of outcomes.</li>");
	assert_int_equal(occurrences(page, "<details class=\"trace\" data-item=\"\" id="), 5);
	assert_int_equal(occurrences(page, "<svg class=\"ladder\""), 5);
	assert_int_equal(occurrences(page, "not in the model"), 0);
	free(page);
	page = output_with("--format=html", twice, 0);
	assert_self_contained(page);
	assert_null(strstr(page, "<script>alert"));
	assert_null(strstr(page, "<b>"));
	assert_says(page, "<li>None is what the file expects.</li>");
	assert_says(page, "<h2>tcp6</h2>\n<p>The same outcomes of as many orders as on tcp4.</p>");
	free(page);
	struct said said = say(&(struct call){
		.arguments = {"orders", "--repeat=0", "--outcome=4", "--format=svg", "-"},
		.input = three_writes});

	assert_int_equal(said.status, 0);
	assert_self_contained(said.output);
	assert_says(
		said.output, "<title id=\"title\">standard input on tcp4: outcome 4 of 5</title>");
	assert_says(said.output, ">= -1 EPIPE</tspan>");
	forget(&said);
}

static void test_misuse(void **state)
{
#define FOUR_EACH \
	"client inq\nclient inq\nclient inq\nclient inq\nserver inq\nserver inq\nserver inq\n" \
	"server inq\n"
	static const char many[] = BEGIN FOUR_EACH FOUR_EACH;

	(void)state;
	check(&(struct call){{"orders", "-"}, many, 2, NULL,
		"closewait: -: more than 10000 orders of its 16 steps: move the first of them "
		"above "
		"an empty line, or take some out (closewait help orders)\n"});
	check(&(struct call){{"orders", "-"}, "client connect\nserver accept\nclient write 6\n", 2,
		NULL,
		"closewait: -: expected steps of client and of server below what comes first in "
		"every order (closewait help orders)\n"});
	check(&(struct call){{"orders", "--format=tap", "-"}, "", 2, NULL,
		"closewait: --format=tap: expected text, json, html or svg\n"});
	check(&(struct call){{"orders", "--format=svg", "-"}, three_writes, 2, NULL,
		"closewait: --format=svg: a picture is that of one outcome: add --outcome=N\n"});
	check(&(struct call){{"orders"}, "", 2, NULL,
		"closewait: orders: expected the name of one experiment, a file or '-'\n"});
	check(&(struct call){{"orders", "--family=unix", "-"}, three_writes, 4, NULL,
		"closewait: -: uses none of the families asked for\n"});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_expected),
		cmocka_unit_test(test_deadlock),
		cmocka_unit_test(test_not_modelled),
		cmocka_unit_test(test_disagreement),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_misuse),
	};

	return cmocka_run_group_tests_name("orders", tests, NULL, NULL);
}
