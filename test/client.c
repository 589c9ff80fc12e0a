/*
 * A program for closewait try: it connects to 127.0.0.1 and does what its first argument says with
 * the connection. usage: client MODE PORT
 */
#include "connected.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What every article on this subject shows. */
static void classic(void)
{
	signal(SIGPIPE, SIG_IGN);
	int s = connected();

	puts("connected");
	sleep(5);
	printf("%zd\n", write(s, "hello\n", 6));
	sleep(1);
	if (write(s, "world\n", 6) < 0)
		perror("write");
}

static void killed(void)
{
	int s = connected();

	write(s, "hello\n", 6);
	write(s, "world\n", 6);
}

static void handler(int number)
{
	(void)number;
}

static void handled(void)
{
	signal(SIGPIPE, handler);
	killed();
}

static void duplicates(void)
{
	int s = connected(), other = dup(s), third = fcntl(s, F_DUPFD_CLOEXEC, 100);

	close(s);
	dup2(other, 50);
	dup2(other, 50);
	close(other);
	close(third);
	write(50, "hello\n", 6);
	close(50);
}

/* The number of the closed descriptor is another file's then. */
static void reused(void)
{
	int s = connected();

	write(s, "hello\n", 6);
	close(s);
	int null = open("/dev/null", O_WRONLY);

	if (null != s)
		exit(1);
	write(null, "nothing", 7);
}

/* The child comes after the parent has closed its descriptor. */
static void forks(void)
{
	int s = connected(), turn[2];
	char byte;

	if (pipe(turn))
		exit(1);
	pid_t child = fork();

	if (!child) {
		close(turn[1]);
		read(turn[0], &byte, 1);
		write(s, "hello\n", 6);
		_exit(0);
	}
	close(s);
	close(turn[1]);
	waitpid(child, NULL, 0);
}

static void executes(void)
{
	int s = connected();
	char number[16];

	snprintf(number, sizeof number, "%d", s);
	execl("/proc/self/exe", "client", "executed", number, NULL);
}

static void executed(int s)
{
	write(s, "hello\n", 6);
}

static void close_on_exec(void)
{
	int s = connected();

	fcntl(s, F_SETFD, FD_CLOEXEC);
	execl("/bin/true", "true", NULL);
}

/* The connection goes to the child over a socket of AF_UNIX, and is nobody's meanwhile. */
static void passes(void)
{
	int pair[2], turn[2], s = connected();
	char control[CMSG_SPACE(sizeof(int))] = {0}, byte = 0;
	struct iovec part = {&byte, 1};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control};

	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	if (pipe(turn))
		exit(1);
	fcntl(s, F_SETFD, FD_CLOEXEC);
	pid_t child = fork();

	if (!child) {
		close(s);
		close(turn[1]);
		read(turn[0], &byte, 1);
		if (recvmsg(pair[1], &message, 0) < 0)
			_exit(1);
		const struct cmsghdr *received = CMSG_FIRSTHDR(&message);

		if (!received)
			_exit(1);
		memcpy(&s, CMSG_DATA(received), sizeof s);
		write(s, "hello\n", 6);
		_exit(0);
	}
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	*header = (struct cmsghdr){
		.cmsg_len = CMSG_LEN(sizeof s), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
	memcpy(CMSG_DATA(header), &s, sizeof s);
	sendmsg(pair[0], &message, 0);
	close(s);
	close(turn[1]);
	waitpid(child, NULL, 0);
}

static void *writes(void *argument)
{
	write(*(int *)argument, "hello\n", 6);
	return NULL;
}

static void threads(void)
{
	int s = connected();
	pthread_t thread;

	pthread_create(&thread, NULL, writes, &s);
	pthread_join(thread, NULL);
}

/* Each call of its own name. */
static void calls(void)
{
	char bytes[6] = "hello";
	struct iovec part[2] = {{bytes, 2}, {bytes, 4}};
	struct msghdr message = {.msg_iov = part, .msg_iovlen = 2};
	struct pollfd p;
	struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP};
	struct linger linger = {1, 0};
	int s = connected(), epoll = epoll_create1(0), one = 1, value;
	socklen_t size = sizeof value;
	fd_set readable;

	setsockopt(s, IPPROTO_TCP, 1 /* TCP_NODELAY */, &one, sizeof one);
	p = (struct pollfd){.fd = s, .events = POLLIN | POLLRDNORM};
	poll(&p, 1, -1);
	FD_ZERO(&readable);
	FD_SET(s, &readable);
	select(s + 1, &readable, NULL, NULL, NULL);
	epoll_ctl(epoll, EPOLL_CTL_ADD, s, &event);
	epoll_wait(epoll, &event, 1, -1);
	ioctl(s, FIONREAD, &value);
	recv(s, bytes, sizeof bytes, MSG_PEEK);
	readv(s, part, 2);
	writev(s, part, 2);
	sendmsg(s, &message, MSG_NOSIGNAL);
	getsockopt(s, SOL_SOCKET, SO_ERROR, &value, &size);
	setsockopt(s, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	shutdown(s, SHUT_RDWR);
}

static void reads(void)
{
	char bytes[16];
	int s = connected();

	printf("%zd\n", read(s, bytes, sizeof bytes));
}

/* Connects without waiting, twice. */
static void nonblocking(void)
{
	const struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	for (int i = 0; i < 2; i++) {
		struct pollfd p = {
			.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), .events = POLLOUT};
		int error;
		socklen_t size = sizeof error;

		(void)connect(p.fd, (const struct sockaddr *)&to, sizeof to);
		(void)poll(&p, 1, -1);
		(void)getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &error, &size);
		close(p.fd);
	}
}

static volatile pid_t writer;

/* A probe of the closed window may find that it has opened, and then there is room once more. */
static void *writes_on(void *argument)
{
	writer = gettid();
	while (write(*(int *)argument, "x", 1) == 1)
		;
	return NULL;
}

/* How the send queue of the connection from port stands: all is acknowledged, or the window is
 * closed with nothing on its way, so that the kernel probes it; or neither, yet. */
enum queue { UNDER_WAY, EMPTY, PROBED };

static enum queue look_at_queue(unsigned port)
{
	const unsigned probe = 4; /* tr of the table: ICSK_TIME_PROBE0 */
	FILE *table = fopen("/proc/net/tcp", "r");
	enum queue queue = UNDER_WAY;
	char line[256];

	while (table && fgets(line, sizeof line, table)) {
		unsigned local, unacked, timer;

		if (sscanf(line, " %*d: %*8X:%X %*8X:%*X %*X %X:%*X %X:", &local, &unacked,
			    &timer) == 3 &&
			local == port)
			queue = timer == probe ? PROBED : unacked ? UNDER_WAY : EMPTY;
	}
	if (table)
		fclose(table);
	return queue;
}

/* Fills both buffers. Of one that is not fixed more may come: tcp_sndbuf_expand(). */
static void fill(int s)
{
	static char bytes[65536];
	struct sockaddr_in own = {0};
	socklen_t size = sizeof own;
	int room = 16384;
	enum queue queue;

	setsockopt(s, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	getsockname(s, (struct sockaddr *)&own, &size);
	do {
		while (send(s, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
			;
		while (!(queue = look_at_queue(ntohs(own.sin_port))))
			;
	} while (queue == EMPTY || send(s, bytes, sizeof bytes, MSG_DONTWAIT) > 0);
}

/* A write that waits is ended by shutdown(2) in another thread. */
static void shuts_down_under_write(void)
{
	int s = connected();
	char path[64], letter = '\0';
	pthread_t thread;

	fill(s);
	pthread_create(&thread, NULL, writes_on, &s);
	while (!writer)
		;
	snprintf(path, sizeof path, "/proc/self/task/%d/stat", writer);
	while (letter != 'S') {
		FILE *file = fopen(path, "r");

		fscanf(file, "%*d (%*[^)]) %c", &letter);
		fclose(file);
	}
	shutdown(s, SHUT_WR);
	pthread_join(thread, NULL);
}

/* A handler that does not have the call made again. */
static void interrupted(void)
{
	const struct sigaction action = {.sa_handler = handler};
	const struct itimerval timer = {.it_value.tv_usec = 20000};
	char bytes[16];
	int s = connected();

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	if (read(s, bytes, sizeof bytes) < 0 && errno == EINTR)
		write(s, "hello\n", 6);
}

static void restarted(void)
{
	const struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	const struct itimerval timer = {.it_value.tv_usec = 20000};
	char bytes[16];
	int s = connected();

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	read(s, bytes, sizeof bytes);
}

static void twice(void)
{
	for (int i = 0; i < 2; i++) {
		int s = connected();

		write(s, "hello\n", 6);
		close(s);
	}
}

static void elsewhere(void)
{
	port++;
	int s = connected();

	if (s < 0)
		exit(1);
}

static void daemonises(void)
{
	int s = connected();

	if (daemon(0, 0))
		exit(1);
	write(s, "hello\n", 6);
}

static void stops(void)
{
	int s = connected();

	if (s < 0)
		exit(1);
	raise(SIGSTOP);
}

/* Its child is stopped, and runs on. */
static void resumes(void)
{
	int s = connected(), status;
	pid_t child = fork();

	if (!child) {
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(child, &status, WUNTRACED);
	kill(child, SIGCONT);
	waitpid(child, &status, 0);
	write(s, "hello\n", 6);
	pause();
}

static void leaks(void)
{
	char byte;
	int s = connected();

	while (read(s, &byte, 1) > 0)
		;
	pause();
}

static void insists(void)
{
	signal(SIGPIPE, SIG_IGN);
	int s = connected();

	for (int i = 0; i < 5; i++)
		write(s, "hello\n", 6);
}

/* Waits until the other end of the pipe is closed. */
static void wait_for(const int turn[2])
{
	char byte;

	close(turn[1]);
	read(turn[0], &byte, 1);
}

/* They are all there at once; the last one writes when the others are gone. */
static void many(void)
{
	int s = connected(), first[2], last[2];

	if (pipe(first) || pipe(last))
		exit(1);
	for (int i = 0; i < 130; i++)
		if (!fork()) {
			bool is_last = i == 129;

			if (is_last)
				close(first[1]);
			else
				close(last[1]);
			wait_for(is_last ? last : first);
			write(s, is_last ? "last" : "x", is_last ? 4 : 1);
			_exit(0);
		}
	close(first[1]);
	close(s);
	for (int i = 0; i < 129; i++)
		wait(NULL);
	close(last[1]);
	wait(NULL);
}

static void debugs(void)
{
	pid_t child = fork();

	if (!child)
		_exit(ptrace(PTRACE_TRACEME, 0, 0, 0) ? 1 : 0);
	waitpid(child, NULL, 0);
}

/* 100,000 writes of a byte, for scripts/bench. */
static void floods(void)
{
	signal(SIGPIPE, SIG_IGN);
	int null = open("/dev/null", O_WRONLY), s = port ? connected() : null;

	for (int i = 0; i < 100000; i++)
		write(s, "x", 1);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} modes[] = {{"classic", classic}, {"killed", killed}, {"handled", handled},
		{"duplicates", duplicates}, {"reused", reused}, {"forks", forks},
		{"executes", executes}, {"close-on-exec", close_on_exec}, {"passes", passes},
		{"threads", threads}, {"calls", calls}, {"reads", reads},
		{"interrupted", interrupted}, {"restarted", restarted}, {"twice", twice},
		{"nonblocking", nonblocking}, {"shuts-down-under-write", shuts_down_under_write},
		{"resumes", resumes}, {"elsewhere", elsewhere}, {"daemonises", daemonises},
		{"stops", stops}, {"leaks", leaks}, {"insists", insists}, {"many", many},
		{"debugs", debugs}, {"floods", floods}};

	port = argc > 2 ? (uint16_t)atoi(argv[2]) : 9999;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 2 && !strcmp(argv[1], "executed"))
		executed(port);
	for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++)
		if (!strcmp(argv[1], modes[i].name))
			modes[i].run();
	return 0;
}
