/*
 * closewait diagnose -- PROGRAM: what the tracer tells of a program comes to the same as a log of
 * strace's.
 */
#include "check.h"
#include "program.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

static int bound(char port[8], struct sockaddr_in *at)
{
	socklen_t size = sizeof *at;
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*at = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_int_equal(bind(s, (struct sockaddr *)at, sizeof *at), 0);
	assert_int_equal(getsockname(s, (struct sockaddr *)at, &size), 0);
	snprintf(port, 8, "%d", ntohs(at->sin_port));
	return s;
}

/* Starts a peer that closes each of count connections at once. */
static pid_t start_closing(int listener, int count)
{
	assert_int_equal(listen(listener, 5), 0);
	pid_t pid = fork();

	for (int i = 0; !pid && i < count; i++)
		close(accept(listener, NULL, NULL));
	if (!pid)
		_exit(0);
	return pid;
}

/* The page of a program that a peer leaves by a FIN; every part that is expected stands in it. */
static void check_client(const char *mode, int connections, const char *const *expected)
{
	char port[8];
	struct sockaddr_in at;
	int listener = bound(port, &at), status;
	pid_t peer = start_closing(listener, connections);
	char *page = output_of(&(struct call){
		.arguments = {"diagnose", "--reproduce", "--", CLIENT_PROGRAM, mode, port}});

	close(listener);
	for (; *expected; expected++)
		if (!strstr(page, *expected))
			fail_msg("%s: expected %s in:\n%s", mode, *expected, page);
	free(page);
	assert_int_equal(waitpid(peer, &status, 0), peer);
}

static void test_clients(void **state)
{
	(void)state;
	check_client("reads", 1,
		(const char *const[]){
			"# the program ended with exit status 0\n# connection 1: pid ",
			", 2 calls, of the client, {sa_family=AF_INET, sin_port=htons(",
			"#   event 3: client read 16 = 0\n", "\nserver close ", "client read 16 ",
			NULL});
	check_client("calls", 1,
		(const char *const[]){"client poll POLLIN ",
			"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLRDHUP ", "client epoll_wait ",
			"client inq ", "client recv 6 MSG_PEEK ", "client readv 6 ",
			"client writev 6 ", "client sendmsg 6 MSG_NOSIGNAL ",
			"client getsockopt SO_ERROR ", "client setsockopt SO_LINGER 1,0 ",
			"client shutdown SHUT_RDWR ", NULL});
}

/* Nobody listens. */
static void test_refused(void **state)
{
	char port[8];
	struct sockaddr_in at;
	int s = bound(port, &at);

	(void)state;
	check(&(struct call){{"diagnose", "--", CLIENT_PROGRAM, "reads", port}, NULL, 0,
		"client connect = -1 ECONNREFUSED\n1 call of the client, on tcp4\n\n1. nobody "
		"listens",
		"connect: Connection refused\n"});
	close(s);
}

/* Waits until there is a listener, and resets the connection that it has. */
static void reset_connection(struct sockaddr_in at)
{
	const struct linger linger = {1, 0};
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	while (connect(s, (struct sockaddr *)&at, sizeof at) && errno == ECONNREFUSED)
		;
	setsockopt(s, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	close(s);
}

static void test_server(void **state)
{
	char port[8];
	struct sockaddr_in at;
	int s = bound(port, &at), in = temporary(""), out = temporary(""), err = temporary(""),
	    status;

	(void)state;
	close(s); /* nobody else takes the port, as far as a test can know */
	const struct call call = {
		{"diagnose", "--", SERVER_PROGRAM, "plain", port}, NULL, 0, NULL, NULL};
	pid_t pid = start(&call, in, out, err);

	reset_connection(at);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(in);
	char *page = content(out), *errors = content(err);

	if (!WIFEXITED(status) || WEXITSTATUS(status) || !strstr(page, ", of the server\n") ||
		!strstr(page, "server read 16 = -1 ECONNRESET\n") ||
		!strstr(page, "the peer aborts: SO_LINGER with a time of 0"))
		fail_msg("status %d:\n%s\n%s", status, page, errors);
	free(page);
	free(errors);
}

/* What is no program, and one whose connections all end well. */
static void test_others(void **state)
{
	(void)state;
	check(&(struct call){{"diagnose", "--", "/nonexistent", "x"}, NULL, 2, NULL,
		"closewait: /nonexistent: cannot execute: No such file or directory\n"});
	check(&(struct call){{"diagnose", "--format=json", "--", "sh", "-c", "kill -TERM $$"}, NULL,
		0, "{\"log\":{\"lines\":1,\"calls\":0,\"connections\":0,", NULL});
	/* The start of a process, and two ends. */
	check(&(struct call){{"diagnose", "--", "sh", "-c", "(exit 3); exit 0"}, NULL, 0,
		"# the program ended with exit status 0\n# 3 events, 0 calls on 0 connections\n",
		NULL});
	check(&(struct call){{"diagnose", "--", "sh", "-c", "kill -TERM $$"}, NULL, 0,
		"# the program was killed by SIGTERM\n# 1 event, 0 calls on 0 connections\n",
		NULL});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
