/*
 * strace_text: the steps of an experiment's client as the lines that strace -f would have printed
 * of a program that makes them: descriptor 3 is its socket, 4 its epoll instance, and a second
 * thread makes the calls in the background.
 */
#ifndef TEST_STRACE_TEXT_H
#define TEST_STRACE_TEXT_H

#include "check.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { MAIN_THREAD = 101, OTHER_THREAD = 102, EPOLL_FD = 4, FIRST_DUP = 10 };

struct strace_text {
	FILE *out;
	int fd[8], count; /* descriptors of the socket, the first is the one that is used */
	int next;         /* the number that dup(2) gives */
	bool waits;       /* the other thread's call is under way */
	struct step waiting;
	int waiting_fd;
	bool waiting_shows; /* it is on the connection */
};

static inline struct strace_text strace_text_begin(FILE *out)
{
	fprintf(out,
		"%d socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n"
		"%d epoll_create1(EPOLL_CLOEXEC) = %d\n"
		"%d clone(child_stack=0x7f00, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|"
		"CLONE_THREAD) = %d\n",
		MAIN_THREAD, MAIN_THREAD, EPOLL_FD, MAIN_THREAD, OTHER_THREAD);
	return (struct strace_text){.out = out, .fd = {3}, .count = 1, .next = FIRST_DUP};
}

/* Can a log show the step? Not io_uring's, nor memory that is not there, nor what are several calls
 * or something else. */
static inline bool strace_text_can(const struct step *step)
{
	const enum argument *argument = step->operation->argument;

	for (int i = 0; i < step->word_count; i++)
		if (argument[i] == ARGUMENT_MAPPED || argument[i] == ARGUMENT_PARTS)
			return false;
	return !step_is_of_uring(step) && step->operation->id != OP_URING_CANCEL &&
	       !step_reads_until(step);
}

/* Is the step a call of the program's, or the return of one? */
static inline bool strace_text_calls(const struct step *step)
{
	switch (step->operation->id) {
	case OP_AWAIT:
	case OP_DESTROY:
	case OP_EXIT:
	case OP_KILL:
	case OP_SIGPIPE:
	case OP_SLEEPS:
	case OP_STATE:
		return false;
	default:
		return strace_text_can(step);
	}
}

/* Does the reader take the step for a call on the connection? */
static inline bool strace_text_shows(
	const struct strace_text *text, const struct step *step, const struct result *result)
{
	if (step->operation->id == OP_JOIN)
		return text->waiting_shows;
	if (!text->count || !strace_text_calls(step))
		return false;
	switch (step->operation->id) {
	case OP_BIND:
	case OP_DUP:
	case OP_GETSOCKNAME:
	case OP_LISTEN:
		return false;
	case OP_CLOSE:
		return text->count == 1;
	case OP_EPOLL_WAIT:
		return step->background || result->kind != RESULT_EPOLL || result->value;
	default:
		return true;
	}
}

static inline const char *strace_text_buffer(const struct step *step)
{
	return step->operation->flags & SENDS ? "\"\\0\\0\\0\"..." : "\"\"";
}

/* What stands in front of the result, from the name on. */
/* NOLINTNEXTLINE(readability-function-size,readability-function-cognitive-complexity): a table */
static inline void strace_text_call(
	const struct strace_text *text, const struct step *step, int fd, const struct result *r)
{
	static const char message[] = "{msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=%s, "
				      "iov_len=%ld}, {iov_base=%s, iov_len=%ld}], msg_iovlen=2, "
				      "msg_controllen=0, msg_flags=0}";
	FILE *out = text->out;
	const char *buffer = strace_text_buffer(step);
	char flags[128] = "0", events[256];
	long n = step->number[0], number = r->kind == RESULT_ERROR ? 0 : r->value;

	if (step_flags(step))
		symbol_mask_text(message_flags, step_flags(step), flags, sizeof flags);
	switch (step->operation->id) {
	case OP_CONNECT:
		fprintf(out, "connect(%d, %s, 16)", fd,
			step_disconnects(step) ? "{sa_family=AF_UNSPEC, sa_data=\"\\0\\0\"}"
					       : "{sa_family=AF_INET, sin_port=htons(80), "
						 "sin_addr=inet_addr(\"192.0.2.1\")}");
		break;
	case OP_WRITE:
	case OP_READ:
		fprintf(out, "%s(%d, %s, %ld)", step->operation->name, fd, buffer, n);
		break;
	case OP_WRITEV:
	case OP_READV:
		fprintf(out, "%s(%d, [{iov_base=%s, iov_len=%ld}, {iov_base=%s, iov_len=%ld}], 2)",
			step->operation->name, fd, buffer, n / 2, buffer, n - n / 2);
		break;
	case OP_SEND:
		fprintf(out, "sendto(%d, %s, %ld, %s, NULL, 0)", fd, buffer, n, flags);
		break;
	case OP_SENDTO:
		fprintf(out,
			"sendto(%d, %s, %ld, %s, {sa_family=AF_INET, sin_port=htons(80), "
			"sin_addr=inet_addr(\"192.0.2.1\")}, 16)",
			fd, buffer, n, flags);
		break;
	case OP_SENDMSG:
	case OP_RECVMSG:
		fprintf(out, "%s(%d, ", step->operation->name, fd);
		fprintf(out, message, buffer, n / 2, buffer, n - n / 2);
		fprintf(out, ", %s)", flags);
		break;
	case OP_SENDMMSG:
		fprintf(out, "sendmmsg(%d, [", fd);
		for (long i = 0; i < step->number[1]; i++)
			fprintf(out,
				"%s{msg_hdr={msg_name=NULL, msg_iov=[{iov_base=%s, iov_len=%ld}], "
				"msg_iovlen=1}, msg_len=%ld}",
				i ? ", " : "", buffer, n, n);
		fprintf(out, "], %ld, %s)", step->number[1], flags);
		break;
	case OP_SENDFILE:
		fprintf(out, "sendfile(%d, 5, NULL, %ld)", fd, n);
		break;
	case OP_SPLICE:
		fprintf(out, "splice(6, NULL, %d, NULL, %ld, 0)", fd, n);
		break;
	case OP_RECV:
		fprintf(out, "recvfrom(%d, %s, %ld, %s, NULL, NULL)", fd, buffer, n, flags);
		break;
	case OP_RECVFROM:
		fprintf(out, "recvfrom(%d, %s, %ld, %s, 0x7ffe, [128 => 0])", fd, buffer, n, flags);
		break;
	case OP_FILL: /* the last of its calls */
		fprintf(out, "sendto(%d, \"\\0\"..., 65536, MSG_DONTWAIT|MSG_NOSIGNAL, NULL, 0)",
			fd);
		break;
	case OP_SHUTDOWN:
		fprintf(out, "shutdown(%d, %s)", fd, step->word[0]);
		break;
	case OP_CLOSE:
	case OP_DUP:
		fprintf(out, "%s(%d)", step->operation->name, fd);
		break;
	case OP_POLL:
		fprintf(out, "poll([{fd=%d, events=%s}], 1, %s)", fd,
			step->word_count ? step->word[0] : "POLLIN|POLLPRI|POLLOUT|POLLRDHUP",
			step->background ? "-1" : "0");
		break;
	case OP_SELECT: {
		long sets = step_value(step, ARGUMENT_SETS, 7);

		fprintf(out, "select(%d", fd + 1);
		for (int i = 0; i < 3; i++)
			fprintf(out, sets >> i & 1 ? ", [%d]" : ", NULL", fd);
		fprintf(out, ", %s)", step->background ? "NULL" : "{tv_sec=0, tv_usec=0}");
		break;
	}
	case OP_EPOLL_CTL:
		symbol_mask_text(epoll_events, step->number[1], events, sizeof events);
		fprintf(out, "epoll_ctl(%d, %s, %d, {events=%s, data={u32=3, u64=3}})", EPOLL_FD,
			step->word[0], fd,
			step->word_count > 1 ? events : "EPOLLIN|EPOLLPRI|EPOLLOUT|EPOLLRDHUP");
		break;
	case OP_EPOLL_WAIT:
		symbol_mask_text(epoll_events, number, events, sizeof events);
		if (number)
			fprintf(out, "epoll_wait(%d, [{events=%s, data={u32=3, u64=3}}], 8, %s)",
				EPOLL_FD, events, step->background ? "-1" : "0");
		else
			fprintf(out, "epoll_wait(%d, [], 8, 0)", EPOLL_FD);
		break;
	case OP_GETSOCKOPT:
	case OP_SETSOCKOPT: {
		bool get = step->operation->id == OP_GETSOCKOPT;
		long first = get ? number : step->number[1],
		     second = get ? r->second : step->second;

		fprintf(out, "%s(%d, %s, %s, ", step->operation->name, fd,
			step->option->level == SOL_SOCKET ? "SOL_SOCKET" : "SOL_TCP",
			step->option->name);
		if (step->option->form == OPTION_LINGER)
			fprintf(out, "{l_onoff=%ld, l_linger=%ld}", first, second);
		else if (step->option->form == OPTION_TIMEVAL)
			fprintf(out, "{tv_sec=%ld, tv_usec=%ld}", first, second);
		else if (step->option->form == OPTION_ERRNO && first)
			fprintf(out, "[%s]", symbol_errno_text((int)first));
		else
			fprintf(out, "[%ld]", first);
		fprintf(out, get ? ", [4])" : ", 4)");
		break;
	}
	case OP_FCNTL:
		fprintf(out, "fcntl(%d, F_SETFL, O_RDWR%s)", fd,
			strcmp(step->word[1], "0") != 0 ? "|O_NONBLOCK" : "");
		break;
	case OP_GETPEERNAME:
		fprintf(out,
			"getpeername(%d, {sa_family=AF_INET, sin_port=htons(80), "
			"sin_addr=inet_addr(\"192.0.2.1\")}, [16])",
			fd);
		break;
	case OP_INQ:
	case OP_OUTQ:
	case OP_ATMARK:
		fprintf(out, "ioctl(%d, %s, [%ld])", fd,
			step->operation->id == OP_INQ    ? "FIONREAD"
			: step->operation->id == OP_OUTQ ? "TIOCOUTQ"
							 : "SIOCATMARK",
			number);
		break;
	case OP_BIND:
		fprintf(out, "bind(%d, {sa_family=AF_INET, sin_port=htons(0)}, 16)", fd);
		break;
	case OP_LISTEN:
		fprintf(out, "listen(%d, 16)", fd);
		break;
	case OP_GETSOCKNAME:
		fprintf(out, "getsockname(%d, {sa_family=AF_INET}, [16])", fd);
		break;
	case OP_ACCEPT:
		fprintf(out, "accept(%d, NULL, NULL)", fd);
		break;
	default:
		fprintf(out, "sched_yield()");
		break;
	}
}

/* "= 6", "= 1 ([{fd=3, revents=POLLIN}])", "= -1 EPIPE (Broken pipe)" */
static inline void strace_text_result(
	const struct strace_text *text, const struct step *step, int fd, const struct result *r)
{
	static const char *const sets[] = {"in", "out", "except"};
	FILE *out = text->out;
	char events[256];
	const char *between = "(";

	switch (r->kind) {
	case RESULT_ERROR:
		fprintf(out, " = -1 %s (%s)\n", symbol_errno_text((int)r->value),
			strerror((int)r->value));
		break;
	case RESULT_EVENTS:
		symbol_mask_text(poll_events, r->value, events, sizeof events);
		if (r->value)
			fprintf(out, " = 1 ([{fd=%d, revents=%s}])\n", fd, events);
		else
			fprintf(out, " = 0 (Timeout)\n");
		break;
	case RESULT_SETS:
		fprintf(out, r->value ? " = %d " : " = %d (Timeout)",
			__builtin_popcountl((unsigned long)r->value));
		for (int i = 0; i < 3; i++)
			if (r->value >> i & 1) {
				fprintf(out, "%s%s [%d]", between, sets[i], fd);
				between = ", ";
			}
		fprintf(out, r->value ? ")\n" : "\n");
		break;
	case RESULT_EPOLL:
		fprintf(out, " = %d\n", r->value != 0);
		break;
	default:
		switch (step->operation->id) {
		case OP_GETSOCKOPT:
		case OP_INQ:
		case OP_OUTQ:
		case OP_ATMARK:
			fprintf(out, " = 0\n");
			break;
		case OP_DUP:
			fprintf(out, " = %d\n", text->next);
			break;
		default:
			fprintf(out, " = %ld\n", r->value);
		}
	}
	if (r->signal)
		fprintf(out, "%d --- SIGPIPE {si_signo=SIGPIPE, si_code=SI_USER, si_pid=101} ---\n",
			MAIN_THREAD);
}

/* The descriptors afterwards. */
static inline void strace_text_note(
	struct strace_text *text, const struct step *step, const struct result *result)
{
	bool well = result->kind != RESULT_ERROR;

	if (step->operation->id == OP_DUP && well && text->count < 8)
		text->fd[text->count++] = text->next++;
	if (!step_closes(step) || !text->count)
		return;
	for (int i = 0; i + 1 < text->count; i++)
		text->fd[i] = text->fd[i + 1];
	text->count--;
}

/* The call as a text, and where it is cut while it is under way: before what it gives. */
static inline char *strace_text_whole(const struct strace_text *text, const struct step *step,
	int fd, const struct result *result, size_t *cut)
{
	struct print whole;
	struct strace_text inner = *text;

	print_open(&whole);
	inner.out = whole.out;
	strace_text_call(&inner, step, fd, result);
	char *call = print_take(&whole);
	bool gives = step->operation->flags & RECEIVES || step->operation->id == OP_EPOLL_WAIT;

	*cut = gives ? strcspn(call, ",") + 2 : strlen(call) - 1;
	return call;
}

static inline void strace_text_unfinished(struct strace_text *text, const struct step *step, int fd)
{
	size_t cut;
	char *call = strace_text_whole(text, step, fd, &(struct result){.kind = RESULT_NONE}, &cut);

	fprintf(text->out, "%d %.*s <unfinished ...>\n", OTHER_THREAD, (int)cut, call);
	free(call);
	text->waits = true;
	text->waiting = *step;
	text->waiting_fd = fd;
	text->waiting_shows = text->count;
}

static inline void strace_text_resumed(struct strace_text *text, const struct result *result)
{
	const struct step *step = &text->waiting;
	size_t cut;
	char *call = strace_text_whole(text, step, text->waiting_fd, result, &cut);

	fprintf(text->out, "%d <... %.*s resumed>%s", OTHER_THREAD, (int)strcspn(call, "("), call,
		call + cut);
	free(call);
	strace_text_result(text, step, text->waiting_fd, result);
	text->waits = false;
}

/* It sends until there is no room. */
static inline void strace_text_fill(const struct strace_text *text, const struct step *step, int fd,
	const struct result *result)
{
	const struct result some = {.kind = RESULT_NUMBER, .value = 65536},
			    full = {.kind = RESULT_ERROR, .value = EAGAIN};

	for (int i = result->kind == RESULT_NUMBER && !result->value; i < 2; i++) {
		fprintf(text->out, "%d ", MAIN_THREAD);
		strace_text_call(text, step, fd, &some);
		strace_text_result(text, step, fd, i ? &full : &some);
	}
}

/* Writes the step, if a log can show it. */
static inline void strace_text_step(
	struct strace_text *text, const struct step *step, const struct result *result)
{
	int fd = text->count ? text->fd[0] : 3;

	if (step->operation->id == OP_JOIN) {
		strace_text_resumed(text, result);
		return;
	}
	if (step->operation->id == OP_FILL && result->kind != RESULT_ERROR)
		strace_text_fill(text, step, fd, result);
	else if (step->background)
		strace_text_unfinished(text, step, fd);
	else {
		fprintf(text->out, "%d ", MAIN_THREAD);
		strace_text_call(text, step, fd, result);
		strace_text_result(text, step, fd, result);
	}
	strace_text_note(text, step, result);
}

#endif
