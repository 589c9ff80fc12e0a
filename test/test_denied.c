/*
 * What the run does where an observer is denied, by seccomp: it goes on, says in one line on stderr
 * and in the trace's header what it cannot see, and skips the parts that need it; as the caller and
 * as an ordinary user.
 */
#include "deny.h"

#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

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

static bool no_connect(void)
{
	return deny(SYS_connect, ANY, EPERM);
}

/* As a policy has it that lets one have a user namespace, but no rights in it. */
static bool no_link(void)
{
	return deny_argument(SYS_ioctl, 1, SIOCSIFFLAGS, EPERM);
}

static bool no_tap(void)
{
	return deny_argument(SYS_ioctl, 1, TUNSETIFF, EPERM);
}

static bool nobody_without_link(void)
{
	return become_nobody() && no_link();
}

static bool no_uname(void)
{
	return deny(SYS_uname, ANY, EPERM);
}

static bool no_accept(void)
{
	return deny(SYS_accept4, ANY, EACCES);
}

/* A network namespace in which the loopback interface is down, or up with sysctls of its owner's.
 */
static bool link_down(void)
{
	return !unshare(geteuid() ? CLONE_NEWUSER | CLONE_NEWNET : CLONE_NEWNET);
}

static bool write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	return file && fputs(text, file) >= 0 && !fclose(file);
}

static bool no_time_wait(void)
{
	struct ifreq up = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = link_down() ? socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;

	return fd >= 0 && !ioctl(fd, SIOCSIFFLAGS, &up) && !close(fd) &&
	       write_file("/proc/sys/net/ipv4/tcp_max_tw_buckets", "0");
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

/* A sandbox that fails half-way is none: the run goes on where it was. */
static void without_a_working_namespace(void **state)
{
	static const char why[] =
		"closewait: no packets, counters, sysctl and link steps: no private "
		"network namespace: cannot bring up lo: Operation not permitted\n";
	bool (*const who[])(void) = {no_link, nobody_without_link};

	(void)state;
	for (int i = 0; i < 2; i++)
		check_as(who[i],
			&(struct call){{"run", "write-after-close", "--family=tcp4"}, NULL, 0,
				"# in the host's network namespace, not in a sandbox\n", why});
}

/* The experiment that asks for a network is skipped, with the kernel's own answer; no other is. */
static void without_a_tap_device(void **state)
{
	(void)state;
	if (access("/dev/net/tun", R_OK | W_OK))
		skip(); /* then nobody gets so far */
	check_as(no_tap, &(struct call){{"run", "network-lost-fin", "--family=tcp4"}, NULL, 4,
				 "# skipped: no network between the ends: TUNSETIFF: Operation not "
				 "permitted",
				 NULL});
	check_as(no_tap, &(struct call){{"run", "write-after-close", "--family=tcp4"}, NULL, 0,
				 "0 deviations", NULL});
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

#define CONNECT \
	"line 12: connect: Operation not permitted: denied by seccomp, a security module or a " \
	"firewall\n"
#define ACCEPT \
	"line 16: accept: Permission denied: denied by seccomp, a security module or a firewall\n"

/* What a filter denies is no answer of the kernel's to the experiment. */
static void without_permission(void **state)
{
	(void)state;
	check_as(no_connect,
		&(struct call){{"run", "write-after-close", "--family=tcp4"}, NULL, 3,
			"# error: " CONNECT, "closewait: write-after-close tcp4: " CONNECT});
	check_as(no_uname,
		&(struct call){{"run", "write-after-close", "--family=tcp4"}, NULL, 3, NULL,
			"closewait: cannot tell the kernel's version (uname(2), /proc/version): "
			"Operation not permitted\n"});
	check_as(no_accept,
		&(struct call){{"run", "write-after-close", "--family=tcp4"}, NULL, 3,
			"# error: " ACCEPT, "closewait: write-after-close tcp4: " ACCEPT});
}

/* Outside the sandbox the network is its owner's. */
static void in_a_network_of_others(void **state)
{
	(void)state;
	check_as(link_down,
		&(struct call){{"run", "write-after-close", "--family=tcp4", "--no-sandbox",
				       "--deadline=300"},
			NULL, 3, "# error: the loopback interface is down",
			"closewait: write-after-close tcp4: the loopback interface is down: ip "
			"link set lo up\n"});
	check_as(no_time_wait,
		&(struct call){{"run", "write-after-close", "--family=tcp4", "--no-sandbox",
				       "--deadline=300"},
			NULL, 3, "# sysctl, not at the default: net.ipv4.tcp_max_tw_buckets=0\n",
			"closewait: write-after-close tcp4: outside the sandbox, where "
			"net.ipv4.tcp_max_tw_buckets=0 is not the default, this may be its "
			"doing\n"});
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
		"closewait: --pcap: nothing is captured with --no-sandbox, --wire=none, or "
		"--stack without --wire\n"});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_namespaces),
		cmocka_unit_test(without_a_working_namespace),
		cmocka_unit_test(without_a_tap_device),
		cmocka_unit_test(root_needs_no_user_namespace),
		cmocka_unit_test(an_ordinary_user_sees_everything),
		cmocka_unit_test(without_a_capture),
		cmocka_unit_test(without_a_family),
		cmocka_unit_test(without_descriptors),
		cmocka_unit_test(without_permission),
		cmocka_unit_test(in_a_network_of_others),
		cmocka_unit_test(without_a_reader),
		cmocka_unit_test(by_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
