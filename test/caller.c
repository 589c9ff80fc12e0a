/*
 * A program for closewait try, linked statically: it connects to 127.0.0.1 and makes the calls that
 * its first argument says, which no ordinary program makes. usage: caller MODE PORT
 */
#include "connected.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Messages of one length are a step; those of several, and receiving several, are not. */
static void messages(void)
{
	char bytes[] = "hello\n";
	struct iovec part[2] = {{bytes, 6}, {bytes, 6}};
	struct mmsghdr message[2] = {{{.msg_iov = &part[0], .msg_iovlen = 1}, 0},
		{{.msg_iov = &part[1], .msg_iovlen = 1}, 0}};
	int s = connected();

	sendmmsg(s, message, 2, 0);
	part[1].iov_len = 5;
	sendmmsg(s, message, 2, 0);
	recvmmsg(s, message, 2, MSG_DONTWAIT, NULL);
}

/* To the connection from files and pipes, and from it. */
static void files(void)
{
	int s = connected(), file = memfd_create("file", 0), ends[2];
	char bytes[8];
	struct iovec part = {bytes, sizeof bytes};

	if (pipe(ends))
		exit(1);
	pwrite(file, "hello\n", 6, 0);
	sendfile(s, file, NULL, 6);
	write(ends[1], "world\n", 6);
	splice(ends[0], NULL, s, NULL, 6, 0);
	splice(s, NULL, ends[1], NULL, 4, SPLICE_F_NONBLOCK);
	preadv2(s, &part, 1, -1, 0);
}

/* A ring that nothing is done with. */
static void ring(void)
{
	uint32_t parameters[30] = {0}; /* struct io_uring_params */
	int s = connected();

	syscall(SYS_io_uring_setup, 1, parameters);
	write(s, "hello\n", 6);
}

/* getpid(2) by the ABI of x32, which need not be there: the call is made. */
static void foreign(void)
{
	int s = connected();

	syscall(0x40000000 + SYS_getpid);
	write(s, "hello\n", 6);
}

static volatile pid_t reader[2];

static void *reads(void *argument)
{
	static int count;
	char byte;

	reader[__atomic_fetch_add(&count, 1, __ATOMIC_SEQ_CST)] = gettid();
	return (void *)(intptr_t)read(*(int *)argument, &byte, 1);
}

static void await_sleep(const volatile pid_t *thread)
{
	char path[64], letter = '\0';

	while (!*thread)
		;
	snprintf(path, sizeof path, "/proc/self/task/%d/stat", *thread);
	while (letter != 'S') {
		FILE *file = fopen(path, "r");

		fscanf(file, "%*d (%*[^)]) %c", &letter);
		fclose(file);
	}
}

/* Two threads wait for data at once, and what they wait for is asked for by a third. */
static void waits_twice(void)
{
	int s = connected();
	pthread_t thread[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, reads, &s);
	for (int i = 0; i < 2; i++)
		await_sleep(&reader[i]);
	write(s, "x", 1);
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
}

/* More than a word of a trace has room for, and an end that the peer waits for. */
static void says_much(void)
{
	char bytes[402], answer[16];
	int s = connected();

	memset(bytes, 'x', sizeof bytes - 2);
	bytes[sizeof bytes - 2] = bytes[sizeof bytes - 1] = '\n';
	write(s, bytes, sizeof bytes);
	read(s, answer, sizeof answer);
}

/* What changes nothing between the two ends, and is no step. */
static void looks(void)
{
	struct sockaddr_in own;
	socklen_t size = sizeof own;
	int s = connected(), one = 1;

	getsockname(s, (struct sockaddr *)&own, &size);
	setsockopt(s, SOL_SOCKET, SO_BROADCAST, &one, sizeof one);
	write(s, "hello\n", 6);
}

static void writes(void)
{
	int s = connected();

	for (int i = 0; i < 300; i++)
		write(s, "x", 1);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} modes[] = {{"messages", messages}, {"files", files}, {"ring", ring}, {"foreign", foreign},
		{"waits-twice", waits_twice}, {"says-much", says_much}, {"looks", looks},
		{"writes", writes}};

	port = argc > 2 ? (uint16_t)atoi(argv[2]) : 9999;
	for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++)
		if (!strcmp(argv[1], modes[i].name))
			modes[i].run();
	return 0;
}
