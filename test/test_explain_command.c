/*
 * closewait explain: what the command says on stdout and stderr.
 */
#include "check.h"
#include "language/catalog.h"
#include "program.h"

#define CONNECTED "client connect = 0\nserver accept = 0\n"

static void test_command(void **state)
{
	static const char deviating[] = "# A title.\n#\n# A reason.\nclient write 6 = 6\n";
	static const struct call calls[] = {
		{{"explain", "write-after-close"}, NULL, 0,
			"CLOSE_WAIT for CLOSE.\n\nAs run here, on tcp4\n\nuse tcp4\n# Linux ",
			NULL},
		{{"explain", "write-after-close"}, NULL, 0,
			"\n  < R         RST without ACK: the server's kernel has nobody to give "
			"the data to: no socket, or\n",
			NULL},
		{{"explain", "write-after-close"}, NULL, 0,
			"\n  FIN_WAIT2    server   its FIN is acknowledged", NULL},
		{{"explain", "write-after-close"}, NULL, 0,
			"\n  client write 6 = -1 EPIPE\n    a RST came in CLOSE_WAIT", NULL},
		{{"explain", "write-after-close"}, NULL, 0,
			"\n\nNeighbours: the experiments that differ least, '-' here, '+' "
			"there\n\n  ",
			NULL},
		{{"explain", "--family=tcp6", "write-after-close"}, NULL, 0,
			"tcp_v6_send_reset(); RFC 9293", NULL},
		{{"explain", "-"}, deviating, 1,
			"A title.\n\nA reason.\n\nAs run here, on tcp4\n\n use tcp4\n", NULL},
		{{"explain", "-"}, deviating, 1, "# 1 step, 1 deviation\n", NULL},
		{{"explain", "-"}, "client write 6\n", 0, "As run here, on tcp4\n\nuse tcp4\n",
			NULL},
		{{"explain", "-"}, "use unix tcp6\nclient poll\n", 0, "As run here, on tcp6\n",
			NULL},
		{{"explain", "-", "--family=unix"}, "use tcp4\nclient poll\n", 4, NULL,
			"closewait: -: skipped: it uses none of the families asked for\n"},
		{{"explain"}, NULL, 2, NULL,
			"closewait: explain: expected the name of an experiment, a file or '-', or "
			"an errno, an event or a signal\n"},
		{{"explain", "EPIPE"}, NULL, 0,
			"EPIPE: Broken pipe\n\nWhat gives it on plain TCP, by the model's rules",
			NULL},
		{{"explain", "EPIPE"}, NULL, 0,
			"\n  a RST came in CLOSE_WAIT, where tcp_reset() stores EPIPE; the stored "
			"error is taken\n    kernel    sk_stream_error(): sock_error()\n    calls  "
			" ",
			NULL},
		{{"explain", "SIGPIPE"}, NULL, 0, "sigpipe-default", NULL},
		{{"explain", "POLLHUP"}, NULL, 0, "tcp_poll(): SHUTDOWN_MASK, TCP_CLOSE\n", NULL},
		{{"explain", "--family=tcp4", "EPIPE"}, NULL, 2, NULL,
			"closewait: explain: --family goes with an experiment; the page of EPIPE "
			"has all families\n"},
		{{"explain", "x", "y"}, NULL, 2, NULL, "closewait: explain: unexpected 'y'\n"},
		{{"explain", "write-after-clsoe"}, NULL, 2, NULL,
			"closewait: write-after-clsoe: no such experiment or file; did you mean "
			"'write-after-close'?\n"},
		{{"explain", "--famly=tcp4", "x"}, NULL, 2, NULL,
			"closewait: --famly=tcp4: unknown option; did you mean '--family'?\n"},
		{{"explain", "--help"}, NULL, 0, "usage: closewait explain ", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(calls); i++)
		check(&calls[i]);
}

/* What the command prints, of an experiment on standard input. */
static char *page_of(const char *argument, const char *input)
{
	const struct call call = {.arguments = {"explain", argument}};
	int in = temporary(input), out = temporary(""), err = temporary("");

	assert_int_equal(run(&call, in, out, err), 0);
	close(in);
	close(err);
	return content(out);
}

/* The title and the reasons stand once. */
static void test_introduction_once(void **state)
{
	char *page = page_of("write-after-close", "");
	const char *title = strstr(page, "After the server closes, the first write succeeds");

	(void)state;
	assert_ptr_equal(title, page);
	assert_null(strstr(title + 1, "After the server closes"));
	assert_null(strstr(page, "# Why"));
	free(page);
	page = page_of("-", "# A title.\n\n# A remark.\nclient write 6\n");
	assert_non_null(
		strstr(page, "A title.\n\nAs run here, on tcp4\n\n\n# A remark.\nuse tcp4\n"));
	free(page);
}

/* They use the family, and the experiment is none of them. */
static void test_neighbours_of_a_family(void **state)
{
	char *page = page_of("-", "use unix\n" CONNECTED "server close = 0\nclient write 6\n");
	char name[128];
	int count = 0;

	(void)state;
	for (const struct text *t = texts; t->name; t++) {
		snprintf(name, sizeof name, "\n  %s\n", t->name);
		if (strcmp(t->kind, "trace") != 0 || !strstr(page, name))
			continue;
		struct experiment *e = parse_good(t->text);

		assert_true(e->families & 1u << FAMILY_UNIX);
		experiment_free(e);
		count++;
	}
	assert_true(count > 0);
	free(page);
	page = page_of("write-after-close", "");
	assert_null(strstr(page, "\n  write-after-close\n"));
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_introduction_once),
		cmocka_unit_test(test_neighbours_of_a_family),
	};

	return cmocka_run_group_tests_name("explain_command", tests, NULL, NULL);
}
