/*
 * What the run does where an observer is denied, by seccomp: it goes on, says in one line on stderr
 * and in the trace's header what it cannot see, and skips the parts that need it; as the caller and
 * as an ordinary user.
 */
#include "deny.h"

#include <errno.h>
#include <sched.h>
#include <sys/socket.h>

static bool no_namespaces(void)
{
	return deny(SYS_unshare, ANY, EPERM);
}

static bool no_user_namespaces(void)
{
	return deny(SYS_unshare, CLONE_NEWUSER | CLONE_NEWNET, EPERM);
}

static bool no_capture(void)
{
	return deny(SYS_socket, AF_PACKET, EPERM);
}

static bool no_ipv6(void)
{
	return deny(SYS_socket, AF_INET6, EAFNOSUPPORT);
}

static bool nobody_without_namespaces(void)
{
	return become_nobody() && no_namespaces();
}

static bool nobody_without_capture(void)
{
	return become_nobody() && no_capture();
}

#define NO_SANDBOX \
	"closewait: no packets, counters, sysctl and link steps: no private network namespace: " \
	"unshare: Operation not permitted\n"

static void without_namespaces(void **state)
{
	bool (*const who[])(void) = {no_namespaces, nobody_without_namespaces};

	(void)state;
	for (int i = 0; i < 2; i++) {
		/* What the calls return is as expected all the same. */
		check_as(who[i], &(struct call){{"run", "write-after-close", "--family=tcp4"}, NULL,
					 0, "# in the host's network namespace, not in a sandbox\n",
					 NO_SANDBOX});
		check_as(who[i],
			&(struct call){{"run", "write-after-close", "--family=tcp4"}, NULL, 0,
				"count TcpOutRsts                        # not asserted: not in a "
				"sandbox\n",
				NO_SANDBOX});
		check_as(who[i],
			&(struct call){{"run", "-", "--family=tcp4"}, "link down = 0\n", 4,
				"# skipped: its sysctl and link steps work in a sandbox only\n",
				NO_SANDBOX});
		check_as(who[i], &(struct call){{"run", "--all", "--jobs=8"}, NULL, 0,
					 " 0 deviations, ", NO_SANDBOX});
	}
}

static void root_needs_no_user_namespace(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* only root can do without */
	check_as(no_user_namespaces, &(struct call){{"run", "write-after-close", "--family=tcp4"},
					     NULL, 0, "  wire > P. 6\n", NULL});
}

static void an_ordinary_user_sees_everything(void **state)
{
	(void)state;
	check_as(become_nobody, &(struct call){{"run", "write-after-close", "--family=tcp6"}, NULL,
					0, "  wire > P. 6\n  wire < R\n", NULL});
	check_as(become_nobody,
		&(struct call){{"run", "--all", "--jobs=8"}, NULL, 0, " 0 deviations, ", NULL});
}

static void without_a_capture(void **state)
{
	static const char why[] =
		"closewait: no packets: cannot capture on lo: activate: socket: Operation not "
		"permitted\n";
	bool (*const who[])(void) = {no_capture, nobody_without_capture};

	(void)state;
	for (int i = 0; i < 2; i++) {
		check_as(who[i], &(struct call){{"run", "write-after-close", "--family=tcp4"}, NULL,
					 0, "count TcpOutRsts         = 1\n", why});
		check_as(who[i], &(struct call){{"run", "write-after-close", "--family=tcp4"}, NULL,
					 0, "# no packets: cannot capture on lo: ", why});
	}
}

/* A family that the kernel does not have is skipped, with the kernel's own answer. */
static void without_a_family(void **state)
{
	(void)state;
	check_as(no_ipv6, &(struct call){{"run", "write-after-close", "--family=tcp6"}, NULL, 4,
				  "# skipped: cannot listen on tcp6: Address family not supported "
				  "by protocol\n",
				  NULL});
	check_as(no_ipv6,
		&(struct call){{"run", "--all", "--jobs=8"}, NULL, 0, " 0 deviations, ", NULL});
}

/* A full descriptor table is a failure of the environment, wherever it hits, and never a deviation.
 */
static void without_descriptors(void **state)
{
	const struct call call = {{"run", "write-after-close", "--states"}, NULL, 0, NULL, NULL};
	int seen[8] = {0};

	(void)state;
	prepare = few_descriptors;
	for (descriptors = 5; descriptors < 24; descriptors++) {
		int in = temporary(""), out = temporary(""), err = temporary("");

		seen[run(&call, in, out, err) & 7]++;
		close(in);
		close(out);
		close(err);
	}
	prepare = NULL;
	assert_int_equal(seen[1], 0);
	assert_int_equal(seen[0] + seen[3], 24 - 5);
	assert_true(seen[0] && seen[3]);
}

/* A pipe that nobody reads: a message and a status, not a signal. */
static void without_a_reader(void **state)
{
	const struct call call = {{"run", "--all", "--jobs=8"}, NULL, 0, NULL, NULL};
	int in = temporary(""), err = temporary(""), out[2];

	(void)state;
	assert_int_equal(pipe(out), 0);
	close(out[0]);
	assert_int_equal(run(&call, in, out[1], err), 3);
	char *error = content(err);

	assert_string_equal(error, "closewait: cannot write the results to standard output\n");
	free(error);
	close(in);
	close(out[1]);
}

static void by_choice(void **state)
{
	(void)state;
	check(&(struct call){{"run", "write-after-close", "--no-sandbox", "--family=tcp4"}, NULL, 0,
		"# in the host's network namespace, not in a sandbox\n", NULL});
	check(&(struct call){{"run", "-", "--no-sandbox", "--family=tcp4"}, "link up = 0\n", 4,
		"# skipped: its sysctl and link steps work in a sandbox only\n", NULL});
	check(&(struct call){{"run", "--all", "--no-sandbox", "--pcap=x"}, NULL, 2, NULL,
		"closewait: --pcap: nothing is captured with --no-sandbox or --wire=none\n"});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_namespaces),
		cmocka_unit_test(root_needs_no_user_namespace),
		cmocka_unit_test(an_ordinary_user_sees_everything),
		cmocka_unit_test(without_a_capture),
		cmocka_unit_test(without_a_family),
		cmocka_unit_test(without_descriptors),
		cmocka_unit_test(without_a_reader),
		cmocka_unit_test(by_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
