#include "language/symbols.h"

#include "language/result.h"
#include "util/text.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

const struct symbol relations[] = {
	{">=", GREATER_EQUAL},
	{"<=", LESS_EQUAL},
	{"!=", NOT_EQUAL},
	{">", GREATER},
	{"<", LESS},
	{NULL, 0},
};

const struct symbol tcp_states[] = {
	{"ESTABLISHED", TCP_ESTABLISHED},
	{"SYN_SENT", TCP_SYN_SENT},
	{"SYN_RECV", TCP_SYN_RECV},
	{"FIN_WAIT1", TCP_FIN_WAIT1},
	{"FIN_WAIT2", TCP_FIN_WAIT2},
	{"TIME_WAIT", TCP_TIME_WAIT},
	{"CLOSE", TCP_CLOSE},
	{"CLOSE_WAIT", TCP_CLOSE_WAIT},
	{"LAST_ACK", TCP_LAST_ACK},
	{"LISTEN", TCP_LISTEN},
	{"CLOSING", TCP_CLOSING},
	{NULL, 0},
};

const struct symbol poll_events[] = {
	{"POLLIN", POLLIN},
	{"POLLPRI", POLLPRI},
	{"POLLOUT", POLLOUT},
	{"POLLERR", POLLERR},
	{"POLLHUP", POLLHUP},
	{"POLLNVAL", POLLNVAL},
	{"POLLRDHUP", POLLRDHUP},
	{NULL, 0},
};

const struct symbol message_flags[] = {
	{"MSG_OOB", MSG_OOB},
	{"MSG_PEEK", MSG_PEEK},
	{"MSG_TRUNC", MSG_TRUNC},
	{"MSG_DONTWAIT", MSG_DONTWAIT},
	{"MSG_WAITALL", MSG_WAITALL},
	{"MSG_NOSIGNAL", MSG_NOSIGNAL},
	{"MSG_MORE", MSG_MORE},
	{"MSG_ERRQUEUE", MSG_ERRQUEUE},
	{"MSG_ZEROCOPY", MSG_ZEROCOPY},
	{"MSG_FASTOPEN", MSG_FASTOPEN},
	{NULL, 0},
};

const struct symbol shutdown_hows[] = {
	{"SHUT_RD", SHUT_RD},
	{"SHUT_WR", SHUT_WR},
	{"SHUT_RDWR", SHUT_RDWR},
	{NULL, 0},
};

const struct symbol link_modes[] = {
	{"down", 0},
	{"up", 1},
	{NULL, 0},
};

const struct symbol directions[] = {
	{">", 1},
	{"<", 0},
	{NULL, 0},
};

const struct symbol sequences[] = {
	{"exact", SEQUENCE_EXACT},
	{"in-window", SEQUENCE_IN_WINDOW},
	{"out-of-window", SEQUENCE_OUT_OF_WINDOW},
	{NULL, 0},
};

const struct symbol middlebox_answers[] = {
	{"drop", ANSWER_DROP},
	{"reset", ANSWER_RESET},
	{NULL, 0},
};

const struct symbol hosts[] = {
	{"any", HOST_ANY},
	{"nonlocal", HOST_NONLOCAL},
	{NULL, 0},
};

const struct symbol sigpipe_modes[] = {
	{"ignore", SIGPIPE_IGNORED},
	{"default", SIGPIPE_DEFAULT},
	{"handler", SIGPIPE_HANDLED},
	{NULL, 0},
};

/* As poll_events, whose values the kernel gives them, and what epoll_ctl(2) adds. */
const struct symbol epoll_events[] = {
	{"EPOLLIN", EPOLLIN},
	{"EPOLLPRI", EPOLLPRI},
	{"EPOLLOUT", EPOLLOUT},
	{"EPOLLERR", EPOLLERR},
	{"EPOLLHUP", EPOLLHUP},
	{"EPOLLRDHUP", EPOLLRDHUP},
	{"EPOLLONESHOT", EPOLLONESHOT},
	{"EPOLLET", (long)(unsigned)EPOLLET},
	{NULL, 0},
};

const struct symbol epoll_actions[] = {
	{"EPOLL_CTL_ADD", EPOLL_CTL_ADD},
	{"EPOLL_CTL_MOD", EPOLL_CTL_MOD},
	{"EPOLL_CTL_DEL", EPOLL_CTL_DEL},
	{NULL, 0},
};

const struct symbol select_sets[] = {
	{"readfds", 1},
	{"writefds", 2},
	{"exceptfds", 4},
	{NULL, 0},
};

const struct symbol file_commands[] = {
	{"F_SETFL", F_SETFL},
	{NULL, 0},
};

const struct symbol file_flags[] = {
	{"O_NONBLOCK", O_NONBLOCK},
	{"0", 0},
	{NULL, 0},
};

#ifndef TCP_RTO_MAX_MS
#define TCP_RTO_MAX_MS 44 /* not in glibc's headers yet */
#endif

const struct socket_option socket_options[OPTION_COUNT + 1] = {
#define SOCKET_OPTION(name, level, form, memory, effect, preset, least, most, since, error) \
	[OPT_##name] = { \
		OPT_##name, #name, level, name, form, memory, preset, least, most, since, error},
#include "language/options.def"
};

const char *symbol_text(const struct symbol *table, long value)
{
	for (; table->text; table++)
		if (table->value == value)
			return table->text;
	return NULL;
}

static bool symbol_find(const struct symbol *table, const char *text, size_t length, long *value)
{
	for (; table->text; table++)
		if (strlen(table->text) == length && !memcmp(table->text, text, length)) {
			*value = table->value;
			return true;
		}
	return false;
}

bool symbol_value(const struct symbol *table, const char *text, long *value)
{
	return symbol_find(table, text, strlen(text), value);
}

bool symbol_mask(
	const struct symbol *table, const char *text, long *mask, const char **bad, size_t *length)
{
	*mask = 0;
	if (!strcmp(text, "0"))
		return true;
	for (;;) {
		size_t n = strcspn(text, "|");
		long bit;

		if (!symbol_find(table, text, n, &bit)) {
			*bad = text;
			*length = n;
			return false;
		}
		*mask |= bit;
		if (!text[n])
			return true;
		text += n + 1;
	}
}

void symbol_mask_text(const struct symbol *table, long mask, char *text, size_t size)
{
	size_t used = 0;
	const char *bar = "";

	snprintf(text, size, "0");
	for (; table->text && mask && used < size; table++)
		if (mask & table->value) {
			used += (size_t)snprintf(
				text + used, size - used, "%s%s", bar, table->text);
			mask &= ~table->value;
			bar = "|";
		}
	if (mask && used < size)
		snprintf(text + used, size - used, "%s%#lx", bar, (unsigned long)mask);
}

const char *symbol_nearest(const struct symbol *table, const char *word, size_t length)
{
	char text[WORD_LIMIT + 1];
	struct nearest nearest = {text, NULL, 0};

	snprintf(text, sizeof text, "%.*s", (int)length, word);
	for (; table->text; table++)
		text_offer_nearest(&nearest, table->text);
	return nearest.best;
}

/* The largest errno of any Linux architecture is 1133 (mips EDQUOT); gaps have no name. */
enum { ERRNO_END = 1134 };

static const struct symbol errno_aliases[] = {
	{"EWOULDBLOCK", EAGAIN},
	{"ENOTSUP", EOPNOTSUPP},
	{"EDEADLOCK", EDEADLK},
	{NULL, 0},
};

const char *symbol_nearest_errno(const char *word)
{
	struct nearest nearest = {word, NULL, 0};

	for (int value = 1; value < ERRNO_END; value++)
		if (strerrorname_np(value))
			text_offer_nearest(&nearest, strerrorname_np(value));
	return nearest.best;
}

int symbol_errno(const char *name)
{
	long alias;

	if (symbol_value(errno_aliases, name, &alias))
		return (int)alias;
	for (int value = 1; value < ERRNO_END; value++) {
		const char *known = strerrorname_np(value);

		if (known && !strcmp(known, name))
			return value;
	}
	return 0;
}

const char *symbol_errno_text(int value)
{
	const char *name = strerrorname_np(value);

	return name ? name : "E?";
}

int symbol_signal(const char *name)
{
	if (strncmp(name, "SIG", 3))
		return 0;
	for (int value = 1; value < NSIG; value++) {
		const char *known = sigabbrev_np(value);

		if (known && !strcmp(known, name + 3))
			return value;
	}
	return 0;
}

const struct socket_option *socket_option_find(const char *name)
{
	for (const struct socket_option *o = socket_options; o->name; o++)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}
