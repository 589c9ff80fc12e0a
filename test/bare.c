/*
 * bare: the benchmark's other side: the same system calls as write-after-close-unsettled, by hand,
 * between two processes, with nothing recorded. Prints nanoseconds a round. usage: bare ROUNDS
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void serve(int listener)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(1);
		close(fd);
	}
}

static void await(int fd, short event)
{
	struct pollfd p = {.fd = fd, .events = event};

	if (poll(&p, 1, 5000) != 1)
		exit(3);
}

static void one_round(const struct sockaddr_in *address)
{
	static const char data[6];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (connect(fd, (const struct sockaddr *)address, sizeof *address))
		exit(3);
	await(fd, POLLRDHUP);
	if (write(fd, data, sizeof data) != sizeof data)
		exit(1);
	await(fd, POLLHUP);
	for (int i = 0; i < 2; i++)
		if (write(fd, data, sizeof data) != -1 || errno != EPIPE)
			exit(1);
	close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	long rounds = argc == 2 ? atol(argv[1]) : 0;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	struct timespec begin, end;

	if (rounds < 1 || bind(listener, (struct sockaddr *)&address, length) ||
		listen(listener, 16) || getsockname(listener, (struct sockaddr *)&address, &length))
		return 2;
	signal(SIGPIPE, SIG_IGN);
	pid_t server = fork();

	if (!server)
		serve(listener);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (long i = 0; i < rounds; i++)
		one_round(&address);
	clock_gettime(CLOCK_MONOTONIC, &end);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	printf("%.0f\n", ((double)(end.tv_sec - begin.tv_sec) * 1e9 +
				 (double)(end.tv_nsec - begin.tv_nsec)) /
				 (double)rounds);
	return 0;
}
