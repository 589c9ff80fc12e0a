/*
 * closewait try with programs that nobody here wrote: against every peer each of their calls gives
 * what the model predicts. Those that are not installed are skipped, each by its name.
 */
#include "process.h"

static const struct row {
	const char *program, *name, *arguments[6];
} rows[] = {
	{"/usr/bin/curl", "curl", {"-sSm2", "http://127.0.0.1:{port}/"}},
	{"/usr/bin/wget", "wget", {"-qO/dev/null", "-t1", "http://127.0.0.1:{port}/"}},
	{"/usr/bin/git", "git", {"ls-remote", "http://127.0.0.1:{port}/x"}},
	{"/bin/bash", "bash",
		{"-c", "exec 3<>/dev/tcp/$CLOSEWAIT_HOST/$CLOSEWAIT_PORT && echo >&3 && echo >&3"}},
	{"/usr/bin/python3", "python3",
		{"-Sc", "import os, socket\n"
			"s = socket.create_connection(('127.0.0.1', "
			"int(os.environ['CLOSEWAIT_PORT'])), 2)\n"
			"s.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')\n"
			"while s.recv(4096): pass\n"}},
	{"/usr/bin/node", "node", {PROGRAMS_SOURCE "/client.js", "{port}"}},
	{JAVA_CLIENT, "java",
		{"-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", JAVA_CLASSES, "Client",
			"{port}"}},
};

/* All run side by side, in network namespaces of their own: each waits for most of its time. */
static struct running runs[sizeof rows / sizeof *rows];

static int begin_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct call call = {.arguments = {"try", "--all", "--jobs=2", "--output=-", "--",
					    rows[i].name}};

		if (access(rows[i].program, X_OK))
			continue;
		for (int a = 0; a < 6; a++)
			call.arguments[6 + a] = rows[i].arguments[a];
		runs[i] = begin(&call);
	}
	return 0;
}

static void tries(const struct row *row)
{
	const struct running *r = &runs[row - rows];

	if (!r->pid) {
		print_message("%s: not installed: skipped\n", row->program);
		skip();
	}
	struct said said = end(r);

	if (said.status)
		fail_msg("%s: exit status %d\n%s%s", row->name, said.status, said.output,
			said.error);
	assert_int_equal(occurrences(said.output, "\npeer-"), 16);
	assert_int_equal(occurrences(said.output, "not tried"), 0);
	forget(&said);
}

static void curl(void **state)
{
	(void)state;
	tries(&rows[0]);
}

static void wget(void **state)
{
	(void)state;
	tries(&rows[1]);
}

static void git(void **state)
{
	(void)state;
	tries(&rows[2]);
}

static void bash(void **state)
{
	(void)state;
	tries(&rows[3]);
}

static void python3(void **state)
{
	(void)state;
	tries(&rows[4]);
}

static void node(void **state)
{
	(void)state;
	tries(&rows[5]);
}

static void java(void **state)
{
	(void)state;
	tries(&rows[6]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curl),
		cmocka_unit_test(wget),
		cmocka_unit_test(git),
		cmocka_unit_test(bash),
		cmocka_unit_test(python3),
		cmocka_unit_test(node),
		cmocka_unit_test(java),
	};

	return cmocka_run_group_tests(tests, begin_all, NULL);
}
