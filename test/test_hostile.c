/*
 * Neighbours that mean harm, in the namespace that the program runs in with --no-sandbox: they
 * connect first, flood every listener with connections, with data and with connections that stay
 * half open, and hold the ports. What the program says is as expected or an error of the
 * environment, with a message and status 3; never a deviation, and it comes to an end.
 */
#include "program.h"
#include "observe/sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { OPEN = 64, PORT = 40000 };

static struct sandbox sandbox;

static int enter(void **state)
{
	char why[128];

	(void)state;
	sandbox_enter(&sandbox, why, sizeof why); /* on failure each test is skipped */
	return 0;
}

static bool set_sysctl(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, value, strlen(value)) > 0;

	close(fd);
	return written;
}

static void set_ports(int first, int last)
{
	char range[32];

	snprintf(range, sizeof range, "%d %d", first, last);
	assert_true(set_sysctl("/proc/sys/net/ipv4/ip_local_port_range", range));
}

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int hold(int port)
{
	struct sockaddr_in address = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

#define NO_SANDBOX_RUN(...) \
	{ \
		"run", "--no-sandbox", "--family=tcp4", __VA_ARGS__ \
	}

static void all_ports_are_held(void **state)
{
	int held[2];

	(void)state;
	if (!sandbox.entered)
		skip(); /* a network namespace of its own is not allowed here */
	for (int i = 0; i < 2; i++)
		held[i] = hold(PORT + i);
	set_ports(PORT, PORT + 1);
	check(&(struct call){NO_SANDBOX_RUN("write-after-close"), NULL, 3,
		"# error: cannot listen on tcp4: Address already in use\n",
		"closewait: write-after-close tcp4: cannot listen on tcp4: Address already in "
		"use\n"});
	close(held[1]);
	/* One is left: the listener's. */
	check(&(struct call){NO_SANDBOX_RUN("write-after-close"), NULL, 3,
		"# error: line 12: connect: Cannot assign requested address: no port\n",
		"closewait: write-after-close tcp4: line 12: connect: Cannot assign requested "
		"address: no port\n"});
	close(held[0]);
	check(&(struct call){
		NO_SANDBOX_RUN("write-after-close"), NULL, 0, " 0 deviations, ", NULL});
	set_ports(32768, 60999);
}

/* The ports of the listening sockets that /proc/net/tcp shows. */
static int listeners(int *port, int most)
{
	FILE *table = fopen("/proc/net/tcp", "re");
	char line[256];
	unsigned local, state;
	int count = 0;

	while (table && count < most && fgets(line, sizeof line, table))
		if (sscanf(line, " %*u: %*8x:%4x %*8x:%*4x %2x", &local, &state) == 2 &&
			state == TCP_LISTEN)
			port[count++] = (int)local;
	if (table)
		fclose(table);
	return count;
}

/* The answer to its SYN is dropped: the connection stays half open. */
static void be_deaf(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = {1, &nothing};

	setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

/* One connection more, some with data, some given up at once, some half open; as many as OPEN stay.
 */
static void disturb(int port, unsigned turn, int open_fd[OPEN])
{
	struct sockaddr_in address = loopback(port);
	int *fd = &open_fd[turn % OPEN];

	if (*fd > 0)
		close(*fd);
	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (turn % 4 == 3)
		be_deaf(*fd);
	if (turn % 4 == 2)
		setsockopt(
			*fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
	(void)!connect(*fd, (struct sockaddr *)&address, sizeof address);
	if (turn % 4 == 1)
		(void)!send(*fd, "hostile", 7, MSG_NOSIGNAL);
}

/* The neighbour's process: floods whoever listens. */
static _Noreturn void flood(void)
{
	int port[64], open_fd[OPEN] = {0};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned turn = 0;;) {
		int count = listeners(port, 64);

		for (int i = 0; i < count; i++, turn++)
			disturb(port[i], turn, open_fd);
	}
}

static void a_neighbour_floods(void **state)
{
	const struct call call = {.arguments = NO_SANDBOX_RUN("--all", "--jobs=16")};
	int in = temporary(""), out = temporary(""), err = temporary("");

	(void)state;
	if (!sandbox.entered)
		skip(); /* a network namespace of its own is not allowed here */
	fflush(NULL);
	pid_t neighbour = fork();

	if (!neighbour)
		flood();
	int status = run(&call, in, out, err);

	kill(neighbour, SIGKILL);
	waitpid(neighbour, NULL, 0);
	char *output = content(out), *error = content(err);

	if (status != 0 && status != 3)
		fprintf(stderr, "%s%s", output, error); /* too long for cmocka */
	assert_true(status == 0 || status == 3);
	free(output);
	free(error);
	close(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_ports_are_held),
		cmocka_unit_test(a_neighbour_floods),
	};

	return cmocka_run_group_tests(tests, enter, NULL);
}
