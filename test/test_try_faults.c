/*
 * closewait try where something is in the way: one clear message, and nothing is left behind.
 */
#include "process.h"

#include "deny.h"

#include <errno.h>

static void programs_that_cannot_be_run(void **state)
{
	static const struct call calls[] = {
		{.arguments = {"try", "close", "--", "/no/such/program"},
			.status = 2,
			.error = "closewait: /no/such/program: cannot execute: No such file or "
				 "directory\n"},
		{.arguments = {"try", "close", "--", "/etc/passwd"},
			.status = 2,
			.error = "closewait: /etc/passwd: cannot execute: Permission denied\n"},
		{.arguments = {"try", "--all", "--", "/no/such/program"},
			.status = 2,
			.output = "not tried",
			.error = "closewait: /no/such/program: cannot execute: No such file or "
				 "directory\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

static void misuse(void **state)
{
	static const struct call calls[] = {
		{.arguments = {"try", "close"},
			.status = 2,
			.error =
				"closewait: try: expected the name of a peer and a program, as in: "
				"closewait try close -- ./client 127.0.0.1 {port}\n"},
		{.arguments = {"try", "closs", "--", "true"},
			.status = 2,
			.error = "closewait: closs: no such experiment or file; closewait list "
				 "shows the "
				 "experiments\n"},
		{.arguments = {"try", "-", "--", "true"},
			.input = "use tcp4\nserver accept\nclient write 6\n",
			.status = 2,
			.error = "closewait: -:3:1: 'client write 6': the program is the client: a "
				 "peer's "
				 "script has steps of the server and of the namespace alone, one "
				 "after "
				 "the other\n"},
		{.arguments = {"try", "-", "--", "true"},
			.input = "use tcp4\nserver accept\ndrop > F.\n",
			.status = 2,
			.error = "closewait: -:3:1: 'drop > F.': between a program and its peer "
				 "there "
				 "is loopback alone, no network: 'link down' is how a peer "
				 "vanishes\n"},
		{.arguments = {"try", "-", "--", "true"},
			.input = "use tcp4\nserver accept = 0\n",
			.status = 2,
			.error = "closewait: -:2:1: 'server accept': a peer's script says what the "
				 "peer does; what comes of it is recorded, and held against a "
				 "trace by --expect: leave the result out\n"},
		{.arguments = {"try", "-", "--", "true"},
			.input = "use tcp4\nserver accept\n  wire > S\n",
			.status = 2,
			.error = "closewait: -:3:3: a peer's script names no packets: those of the "
				 "connection are recorded\n"},
		{.arguments = {"try", "--port=0", "close", "--", "true"},
			.status = 2,
			.error = "closewait: --port=0: expected a whole number from 1 to 65535\n"},
		{.arguments = {"try", "--family=unix", "close", "--", "true"},
			.status = 2,
			.error = "closewait: --family=unix: expected tcp4, tcp6 or tcp4-mapped\n"},
		{.arguments = {"run", "peer-close"},
			.status = 2,
			.error = "closewait: peer-close: the peer of a program: closewait try "
				 "peer-close "
				 "-- PROGRAM\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

static bool no_ptrace(void)
{
	return deny(SYS_ptrace, 0x4206 /* PTRACE_SEIZE */, EPERM);
}

static bool no_filter(void)
{
	return deny(SYS_prctl, PR_SET_SECCOMP, EINVAL);
}

static void what_is_forbidden(void **state)
{
	static const struct call ptrace = {.arguments = {"try", "close", "--", "true"},
		.status = 3,
		.error = "closewait: cannot trace true: ptrace: Operation not permitted: yama's "
			 "ptrace_scope, seccomp or another tracer forbids it\n"};
	static const struct call seccomp = {.arguments = {"try", "close", "--", "true"},
		.status = 3,
		.error = "closewait: true: cannot install the seccomp filter: Invalid argument\n"};

	(void)state;
	check_as(no_ptrace, &ptrace);
	check_as(no_filter, &seccomp);
}

static bool no_io_uring(void)
{
	return deny(SYS_io_uring_setup, ANY, ENOSYS);
}

static bool no_memory_for_io_uring(void)
{
	return deny(SYS_io_uring_setup, ANY, ENOMEM);
}

/* The script comes to a step that cannot be had, or not be run. */
static void steps_that_fail(void **state)
{
	static const struct call call = {
		.arguments = {"try", "-", "--", CLIENT_PROGRAM, "reads", "{port}"},
		.input = "use tcp4\nserver accept\nserver uring_send 6\n"};
	struct call lacking = call, failing = call, counts = call;

	(void)state;
	lacking.status = 4;
	lacking.error = "closewait: line 3 of the peer's script: uring_send cannot be had here: "
			"Function not implemented\n";
	failing.status = 3;
	failing.error = "closewait: line 3 of the peer's script: cannot run uring_send: Cannot "
			"allocate memory\n";
	counts.status = 4;
	counts.input = "use tcp4\nserver accept\ncount TcpOutRst\n";
	counts.error = "closewait: line 3 of the peer's script: this kernel has no counter "
		       "TcpOutRst\n";
	check_as(no_io_uring, &lacking);
	check_as(no_memory_for_io_uring, &failing);
	check(&counts);
}

/* Not nobody, who owns in a user namespace what nobody else there does. */
static bool become_somebody(void)
{
	return geteuid() || (!setgroups(0, NULL) && !setresgid(1234, 1234, 1234) &&
				    !setresuid(1234, 1234, 1234));
}

static void a_privileged_program(void **state)
{
	static const struct call privileged = {
		.arguments = {"try", "--output=-", "close", "--", "su", "--version"},
		.output = "# Set-user-ID or set-group-ID: under ptrace(2) it ran without those "
			  "privileges."};
	const uid_t nobody = 65534;

	(void)state;
	if (access("/bin/su", X_OK) || geteuid() == nobody) {
		print_message("skipped: no su, or nobody's: whose file it is cannot be told\n");
		skip();
	}
	check_as(become_somebody, &privileged);
}

static void what_is_said_of_a_program(void **state)
{
	static const struct call killed = {
		.arguments = {"try", "close", "--", "sh", "-c", "kill -9 $$"},
		.output = "# The program: killed by SIGKILL.\n# It did not connect to port "};
	static const struct call debugger = {.arguments = {"try", "--output=-", "close", "--",
						     CLIENT_PROGRAM, "debugs", "{port}"},
		.output = "# It called ptrace(2): "};

	(void)state;
	check(&killed);
	check(&debugger);
}

/* The child of a run that has one of these names, once it is there. */
static pid_t child_named(const struct running *r, const char *one, const char *other)
{
	pid_t child[MANY];
	char name[32];

	for (int waited = 0; waited < PATIENCE; waited++) {
		int count = all_children(r->pid, child);

		for (int i = 0; i < count; i++) {
			name_of(child[i], name);
			if (!strcmp(name, one) || !strcmp(name, other))
				return child[i];
		}
		poll(NULL, 0, 1);
	}
	fail_msg("there is no %s", one);
	return 0;
}

static void signals(void **state)
{
	static const struct call calls[] = {{.arguments = {"try", "--deadline=60000", "silent",
						     "--", CLIENT_PROGRAM, "reads", "{port}"}},
		{.arguments = {"try", "--as=server", "--deadline=60000", "silent", "--",
			 SERVER_PROGRAM, "reads", "{port}"}}};
	static const int sent[] = {SIGINT, SIGTERM, SIGKILL};

	(void)state;
	need_children();
	for (size_t i = 0; i < 2 * sizeof sent / sizeof *sent; i++) {
		struct running r = begin(&calls[i % 2]);
		int program = pidfd_open(child_named(&r, "client", "server"), 0);

		kill(r.pid, sent[i / 2]);
		struct said said = end(&r);

		assert_end(&program, 1);
		if (said.status != (sent[i / 2] == SIGKILL ? -SIGKILL : 3))
			fail_msg("signal %d: exit status %d\n%s%s", sent[i / 2], said.status,
				said.error, said.output);
		forget(&said);
	}
}

/* The peer's own process dies: that is no answer of the kernel's to the program. */
static void a_killed_peer(void **state)
{
	const struct call call = {.arguments = {"try", "--deadline=60000", "silent", "--",
					  CLIENT_PROGRAM, "reads", "{port}"}};

	(void)state;
	need_children();
	struct running r = begin(&call);
	int program = pidfd_open(child_named(&r, "client", "client"), 0);

	kill(child_named(&r, "closewait-listn", "closewait-listn"), SIGKILL);
	struct said said = end(&r);

	assert_end(&program, 1);
	assert_int_equal(said.status, 3);
	if (!strstr(said.error, "the listener's process died"))
		fail_msg("%s%s", said.error, said.output);
	forget(&said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_that_cannot_be_run),
		cmocka_unit_test(misuse),
		cmocka_unit_test(what_is_forbidden),
		cmocka_unit_test(steps_that_fail),
		cmocka_unit_test(a_privileged_program),
		cmocka_unit_test(what_is_said_of_a_program),
		cmocka_unit_test(signals),
		cmocka_unit_test(a_killed_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
