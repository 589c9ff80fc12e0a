/*
 * A program for closewait try --as=server: it listens on a port of 127.0.0.1, unless its first
 * argument says otherwise, and serves a connection as that says. usage: server MODE PORT
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static uint16_t port;

/* -1 without a socket there. */
static int bound4(const char *host)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
	int s = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, host, &at.sin_addr);
	return bind(s, (struct sockaddr *)&at, sizeof at) ? -1 : s;
}

static int bound6(int only)
{
	struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int s = socket(AF_INET6, SOCK_STREAM, 0);

	setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
	return bind(s, (struct sockaddr *)&at, sizeof at) ? -1 : s;
}

static int listening(void)
{
	int s = bound4("127.0.0.1");

	if (s < 0 || listen(s, 5)) {
		perror("listen");
		exit(1);
	}
	return s;
}

static void serve(int s)
{
	char text[16];

	signal(SIGPIPE, SIG_IGN);
	read(s, text, sizeof text);
	write(s, "hello\n", 6);
	if (write(s, "world\n", 6) < 0)
		perror("write");
	close(s);
}

static void plain(void)
{
	serve(accept(listening(), NULL, NULL));
}

/* It gives a client that says nothing up. */
static void timed(void)
{
	int s = accept(listening(), NULL, NULL);

	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = 20000},
		sizeof(struct timeval));
	serve(s);
}

static void reads(void)
{
	char text[16];
	int s = accept(listening(), NULL, NULL);

	if (read(s, text, sizeof text) < 0)
		perror("read");
}

/* A process for each connection, as inetd and sshd have it. */
static void forks(void)
{
	int s = listening();

	for (;;) {
		int c = accept(s, NULL, NULL);

		if (!fork()) {
			close(s);
			serve(c);
			_exit(0);
		}
		close(c);
		wait(NULL);
	}
}

static void *serve_one(void *s)
{
	for (;;)
		serve(accept(*(int *)s, NULL, NULL));
	return NULL;
}

/* Several threads wait in accept(2) on one socket. */
static void acceptors(void)
{
	int s = listening();
	pthread_t thread[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&thread[i], NULL, serve_one, &s);
	pthread_join(thread[0], NULL);
}

static int accept_nonblocking(int s)
{
	struct sockaddr_in from;
	socklen_t length = sizeof from;

	return accept4(s, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

static void await(int epoll, int s)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = s};

	if (epoll >= 0 && s >= 0)
		epoll_ctl(epoll, EPOLL_CTL_ADD, s, &event);
}

static void epoll(void)
{
	int s = listening(), c = -1, ep = epoll_create1(0);
	struct epoll_event event;

	await(ep, s);
	while (epoll_wait(ep, &event, 1, -1) == 1) {
		if (event.data.fd == c) {
			serve(c);
			continue;
		}
		c = accept_nonblocking(s);
		await(ep, c);
	}
}

/* IPv6 first, where a connection to 127.0.0.1 would be refused. */
static void addresses(void)
{
	struct pollfd p[2] = {{.fd = bound6(1), .events = POLLIN}};

	listen(p[0].fd, 5);
	p[1] = (struct pollfd){.fd = bound4("0.0.0.0"), .events = POLLIN};
	listen(p[1].fd, 5);
	while (poll(p, 2, -1) > 0)
		for (int i = 0; i < 2; i++)
			if (p[i].revents)
				serve(accept(p[i].fd, NULL, NULL));
}

static void dual(void)
{
	int s = bound6(0);

	listen(s, 5);
	serve(accept(s, NULL, NULL));
}

static void two_sockets(void)
{
	int one[2];

	for (int i = 0; i < 2; i++) {
		one[i] = socket(AF_INET, SOCK_STREAM, 0);
		struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};

		setsockopt(one[i], SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int));
		if (bind(one[i], (struct sockaddr *)&at, sizeof at) || listen(one[i], 5))
			exit(1);
	}
	struct pollfd p[2] = {{one[0], POLLIN, 0}, {one[1], POLLIN, 0}};

	poll(p, 2, -1);
	serve(accept(p[0].revents ? one[0] : one[1], NULL, NULL));
}

/* One port is its peer's; what comes on the other is another's. */
static void two_ports(void)
{
	struct pollfd p[2] = {{.fd = -1, .events = POLLIN}, {.events = POLLIN}};

	port++;
	p[0].fd = listening();
	port--;
	p[1].fd = listening();
	poll(p, 2, -1);
	serve(accept(p[p[1].revents ? 1 : 0].fd, NULL, NULL));
}

static void udp(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
	char text[16];
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
	if (bind(s, (struct sockaddr *)&at, sizeof at))
		exit(1);
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = 20000},
		sizeof(struct timeval));
	recv(s, text, sizeof text, 0);
}

/* Its parent has ended when it listens, as that of any daemon. */
static void daemonises(void)
{
	if (daemon(1, 1))
		exit(1);
	reads();
}

/* One of several on the port. */
static int shares(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
	int s = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
	setsockopt(s, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int));
	if (bind(s, (struct sockaddr *)&at, sizeof at) || listen(s, 5))
		exit(1);
	return s;
}

/* It listens a second time when it has served the first. */
static void again(void)
{
	serve(accept(shares(), NULL, NULL));
	int s = shares();

	pause();
	close(s);
}

/* A process for each processor, and a listening socket for each process. */
static void workers(void)
{
	for (int i = 0; i < 3; i++)
		if (!fork()) {
			int s = shares();

			for (;;)
				serve(accept(s, NULL, NULL));
		}
	while (wait(NULL) > 0)
		;
}

/* Edge-triggered: until it is told EAGAIN, it reads on. */
static void edge(void)
{
	int s = listening(), ep = epoll_create1(0);
	char text[16];
	struct epoll_event event;

	await(ep, s);
	epoll_wait(ep, &event, 1, -1);
	int c = accept_nonblocking(s);

	event = (struct epoll_event){.events = EPOLLIN | EPOLLRDHUP | EPOLLET};
	if (c < 0 || epoll_ctl(ep, EPOLL_CTL_ADD, c, &event))
		exit(1);
	while (epoll_wait(ep, &event, 1, -1) == 1) {
		ssize_t n = 1;

		while (n > 0)
			n = read(c, text, sizeof text);
		if (!n || event.events & EPOLLERR)
			break;
	}
	close(c);
}

static void built_in(void)
{
	port = 9999;
	reads();
}

/* It connects to itself, too, perhaps before its peer does. */
static void itself(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int s = bound4("127.0.0.1"), c = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	listen(s, 5);
	if (connect(c, (struct sockaddr *)&to, sizeof to))
		exit(1);
	close(c);
	serve(accept(s, NULL, NULL));
	serve(accept(s, NULL, NULL));
}

static void inherits(void)
{
	int s = bound4("127.0.0.1");

	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	listen(s, 5);
	int c = accept(s, NULL, NULL), on = 0;
	socklen_t size = sizeof on;

	getsockopt(c, IPPROTO_TCP, TCP_NODELAY, &on, &size);
	serve(c);
}

static void closes(void)
{
	int s = listening();

	close(s);
	pause();
}

static void never_accepts(void)
{
	listening();
	pause();
}

static void elsewhere(void)
{
	port = 9998;
	listening();
}

static void never_listens(void)
{
	bound4("127.0.0.1");
}

static void dies(void)
{
	int c = accept(listening(), NULL, NULL);

	write(c, "hello\n", 6);
	write(c, "world\n", 6);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*does)(void);
	} modes[] = {{"plain", plain}, {"timed", timed}, {"reads", reads}, {"forks", forks},
		{"acceptors", acceptors}, {"epoll", epoll}, {"addresses", addresses},
		{"dual", dual}, {"two-sockets", two_sockets}, {"built-in", built_in},
		{"itself", itself}, {"inherits", inherits}, {"closes", closes},
		{"never-accepts", never_accepts}, {"elsewhere", elsewhere},
		{"never-listens", never_listens}, {"dies", dies}, {"two-ports", two_ports},
		{"udp", udp}, {"daemonises", daemonises}, {"again", again}, {"workers", workers},
		{"edge", edge}};

	port = (uint16_t)(argc > 2 ? atoi(argv[2]) : 0);
	for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++)
		if (!strcmp(modes[i].name, argv[1])) {
			modes[i].does();
			return 0;
		}
	return 2;
}
