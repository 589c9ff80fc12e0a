#include "strace/strace_call.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* What is read of one line. */
struct reading {
	struct call call;
	struct strace_arguments arguments;
	struct span told; /* behind the number that was returned: "([{fd=3, revents=POLLIN}])" */
	strace_visit *visit;
	void *context;
};

bool strace_call_result(const char *text, long *returned)
{
	char name[32], *end;

	if (*text == '?')
		return false;
	*returned = strtol(text, &end, 0);
	if (end == text || *returned < -1)
		return false;
	if (*returned != -1 || sscanf(end, " %31[A-Z0-9]", name) != 1)
		return true;
	*returned = -symbol_errno(name);
	return *returned && *returned != -EINTR;
}

static struct span argument(const struct reading *r, int i)
{
	return i < r->arguments.count ? r->arguments.argument[i] : (struct span){"", 0};
}

static bool give(struct reading *r)
{
	r->visit(&r->call, r->context);
	return true;
}

/* The sum of an iovec's parts. */
static long parts(struct span span)
{
	size_t at = 0;
	long sum = 0, part;

	while ((part = span_field(span, "iov_len", &at, -1)) >= 0 && sum < LENGTH_LIMIT)
		sum += part < LENGTH_LIMIT ? part : LENGTH_LIMIT;
	return sum;
}

static bool read_length(struct reading *r)
{
	struct call *call = &r->call;

	switch (call->id) {
	case CALL_writev:
	case CALL_readv:
		call->length = parts(argument(r, 1));
		return give(r);
	case CALL_sendmsg:
	case CALL_recvmsg:
		call->length = parts(argument(r, 1));
		call->flags = span_flags(argument(r, 2), message_flags);
		return give(r);
	case CALL_sendfile:
		call->length = span_number(argument(r, 3), -1);
		return give(r);
	case CALL_splice:
		call->fd = (int)span_number(argument(r, 2), -1);
		call->length = span_number(argument(r, 4), -1);
		return give(r);
	default:
		call->length = span_number(argument(r, 2), -1);
		if (call->id == CALL_sendto || call->id == CALL_recvfrom)
			call->flags = span_flags(argument(r, 3), message_flags);
		call->addressed = call->id == CALL_sendto && span_has(argument(r, 4), "sa_family=");
		return call->length >= 0 && give(r);
	}
}

static bool read_messages(struct reading *r)
{
	r->call.count = span_number(argument(r, 2), 0);
	if (r->call.count > 0)
		r->call.length = parts(argument(r, 1)) / r->call.count;
	r->call.flags = span_flags(argument(r, 3), message_flags);
	return give(r);
}

/* Of each {fd=3, events=POLLIN} what revents the answer has, if any. */
static bool read_poll(struct reading *r)
{
	struct span asked = argument(r, 0);

	for (size_t at = 0;;) {
		long fd = span_field(asked, "fd", &at, -1);

		if (fd < 0)
			return true;
		r->call.fd = (int)fd;
		r->call.events = span_flags(span_field_text(asked, "events", &at), poll_events);
		r->call.got = 0;
		for (size_t i = 0; r->call.returned > 0;) {
			long ready = span_field(r->told, "fd", &i, -1);

			if (ready < 0)
				break;
			if (ready == fd)
				r->call.got = span_flags(
					span_field_text(r->told, "revents", &i), poll_events);
		}
		give(r);
	}
}

/* The next descriptor of a set, "[3<TCP:[192.0.2.1:80->192.0.2.2:5]> 5]", at or behind *at, which
 * moves on; -1: there is none. */
static long next_of_set(struct span set, size_t *at)
{
	while (*at < set.length && (set.text[*at] < '0' || set.text[*at] > '9'))
		(*at)++;
	if (*at >= set.length)
		return -1;
	long fd = span_number((struct span){set.text + *at, set.length - *at}, -1);

	while (*at < set.length && set.text[*at] >= '0' && set.text[*at] <= '9')
		(*at)++;
	if (*at < set.length && set.text[*at] == '<')
		while (*at + 1 < set.length &&
			!(set.text[*at] == '>' && strchr(" ],", set.text[*at + 1])))
			(*at)++;
	return fd;
}

static bool set_has(struct span set, long fd)
{
	size_t at = 0;
	long found;

	while ((found = next_of_set(set, &at)) >= 0)
		if (found == fd)
			return true;
	return false;
}

/* "(in [3], out [5], left {tv_sec=1, tv_usec=0})": the set of that name. */
static struct span set_told(struct span told, const char *name)
{
	const char *begin = told.length ? memmem(told.text, told.length, name, strlen(name)) : NULL;
	const char *end = begin ? strstr(begin, "]") : NULL;

	for (; end && end[1] == '>'; end = strstr(end + 1, "]"))
		; /* a descriptor's decoration ends so, too */
	return end ? (struct span){begin, (size_t)(end + 1 - begin)} : (struct span){"", 0};
}

/* Each descriptor that is in any of the three sets. */
static bool read_select(struct reading *r)
{
	const struct span told[3] = {set_told(r->told, "in ["), set_told(r->told, "out ["),
		set_told(r->told, "except [")};

	for (int first = 0; first < 3; first++) {
		size_t at = 0;
		long fd;

		while ((fd = next_of_set(argument(r, first + 1), &at)) >= 0) {
			r->call.fd = (int)fd;
			r->call.sets = r->call.got = 0;
			for (int i = 0; i < 3; i++) {
				r->call.sets |= set_has(argument(r, i + 1), fd) ? 1L << i : 0;
				r->call.got |= set_has(told[i], fd) ? 1L << i : 0;
			}
			if (!(r->call.sets & ((1L << first) - 1))) /* not told of before */
				give(r);
		}
	}
	return true;
}

/* data={u32=3, u64=3}: what the instance tells of the descriptor by. */
static void read_data(struct reading *r, struct span span, size_t *at)
{
	char digits[24];
	struct span word = span_field_text(span, "u64", at);

	snprintf(digits, sizeof digits, "%.*s", (int)(word.length < 23 ? word.length : 23),
		word.length ? word.text : "");
	r->call.argument[0] = (unsigned long)span_number(argument(r, 0), -1);
	r->call.argument[3] = strtoul(digits, NULL, 0);
}

static bool read_epoll_ctl(struct reading *r)
{
	size_t at = 0;

	r->call.flags = span_symbol(argument(r, 1), epoll_actions, -1);
	r->call.fd = (int)span_number(argument(r, 2), -1);
	r->call.events = span_flags(span_field_text(argument(r, 3), "events", &at), epoll_events);
	read_data(r, argument(r, 3), &at);
	return r->call.flags >= 0 && give(r);
}

static bool read_epoll_wait(struct reading *r)
{
	struct span events = argument(r, 1);

	for (size_t at = 0; r->call.returned > 0;) {
		size_t begin = at;
		struct span word = span_field_text(events, "events", &at);

		if (!word.length || at == begin)
			break;
		r->call.got = span_flags(word, epoll_events);
		r->call.fd = -1;
		read_data(r, events, &at);
		give(r);
	}
	return true;
}

static long level_of(struct span span)
{
	static const struct symbol levels[] = {{"SOL_SOCKET", SOL_SOCKET}, {"SOL_TCP", IPPROTO_TCP},
		{"IPPROTO_TCP", IPPROTO_TCP}, {NULL, 0}};

	return span_symbol(span, levels, -1);
}

/* The option of that name; strace adds _OLD to those of which there are two. */
static long option_of(struct span span)
{
	char name[32];

	if (span.length > 4 && !memcmp(span.text + span.length - 4, "_OLD", 4))
		span.length -= 4;
	snprintf(name, sizeof name, "%.*s", (int)(span.length < 31 ? span.length : 31), span.text);
	const struct socket_option *o = socket_option_find(name);

	return o ? o->option : -1;
}

/* "[1]", "[ECONNREFUSED]", "{l_onoff=1, l_linger=0}", "{tv_sec=1, tv_usec=0}" */
static void read_value(struct span span, long *value, long *second)
{
	static const struct symbol none[] = {{NULL, 0}};
	static const char *const pairs[][2] = {{"l_onoff", "l_linger"}, {"tv_sec", "tv_usec"}};
	char name[32];

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (span_has(span, pairs[i][0])) {
			size_t at = 0;

			*value = span_field(span, pairs[i][0], &at, 0);
			*second = span_field(span, pairs[i][1], &at, 0);
			return;
		}
	while (span.length && *span.text == '[')
		span.text++, span.length--;
	snprintf(name, sizeof name, "%.*s", (int)(span.length < 31 ? span.length : 31),
		span.length ? span.text : "");
	name[strcspn(name, " ]")] = '\0';
	*value = symbol_errno(name) ? symbol_errno(name) : span_symbol(span, none, 0);
}

static bool read_option(struct reading *r, bool get)
{
	struct call *call = &r->call;

	call->level = level_of(argument(r, 1));
	call->option = option_of(argument(r, 2));
	if (call->level < 0 || call->option < 0)
		return true; /* an option that the vocabulary lacks */
	if (get)
		read_value(argument(r, 3), &call->got, &call->got_second);
	else
		read_value(argument(r, 3), &call->value, &call->second);
	return give(r);
}

static bool read_fcntl(struct reading *r)
{
	static const struct symbol commands[] = {{"F_DUPFD", F_DUPFD},
		{"F_DUPFD_CLOEXEC", F_DUPFD_CLOEXEC}, {"F_SETFL", F_SETFL}, {NULL, 0}};

	r->call.flags = span_symbol(argument(r, 1), commands, -1);
	r->call.value = span_has(argument(r, 2), "O_NONBLOCK") ? O_NONBLOCK : 0;
	return give(r);
}

static bool read_ioctl(struct reading *r)
{
	static const struct symbol requests[] = {{"FIONREAD", FIONREAD}, {"SIOCINQ", FIONREAD},
		{"TIOCOUTQ", TIOCOUTQ}, {"SIOCOUTQ", TIOCOUTQ}, {"SIOCATMARK", SIOCATMARK},
		{"FIONBIO", FIONBIO}, {NULL, 0}};

	r->call.flags = span_symbol(argument(r, 1), requests, -1);
	read_value(argument(r, 2), &r->call.value, &r->call.second);
	r->call.got = r->call.value;
	return give(r);
}

/* "SHUT_WR", or a number with a comment, as older ones have it. */
static bool read_how(struct reading *r)
{
	r->call.flags = span_symbol(argument(r, 1), shutdown_hows, -1);
	return r->call.flags >= 0 && give(r);
}

static bool read_call(struct reading *r)
{
	switch (call_shape(r->call.id)) {
	case SHAPE_LENGTH:
		return read_length(r);
	case SHAPE_MESSAGES:
		return read_messages(r);
	case SHAPE_EVENTS:
		return read_poll(r);
	case SHAPE_EPOLL_CTL:
		return read_epoll_ctl(r);
	case SHAPE_GET:
		return read_option(r, true);
	case SHAPE_SET:
		return read_option(r, false);
	case SHAPE_FCNTL:
		return read_fcntl(r);
	case SHAPE_IOCTL:
		return read_ioctl(r);
	case SHAPE_HOW:
		return read_how(r);
	case SHAPE_CONNECT:
		r->call.disconnects = span_has(argument(r, 1), "AF_UNSPEC");
		return give(r);
	case SHAPE_SELECT:
		return read_select(r);
	case SHAPE_PLAIN:
		if (r->call.id == CALL_accept4)
			r->call.flags =
				span_has(argument(r, 3), "SOCK_NONBLOCK") ? SOCK_NONBLOCK : 0;
		break;
	case SHAPE_BYTES:
	case SHAPE_OTHER:
		break;
	}
	return call_operation(&r->call) == OP_EPOLL_WAIT ? read_epoll_wait(r) : give(r);
}

/* The call of a name, as 32-bit programs have it, too. */
static enum call_id find(const char *name)
{
	if (!strcmp(name, "send"))
		return CALL_sendto;
	return !strcmp(name, "recv") ? CALL_recvfrom : call_find(name);
}

bool strace_call_begun(const char *name, struct span arguments, strace_visit *visit, void *context)
{
	struct reading r = {.call.id = find(name), .visit = visit, .context = context};

	if (r.call.id == CALL_COUNT || call_operation(&r.call) == OPERATION_COUNT)
		return false;
	strace_arguments_cut(&r.arguments, arguments);
	r.call.fd = (int)span_number(argument(&r, 0), -1);
	if (!(operations[call_operation(&r.call)].flags & RECEIVES))
		return read_call(&r);
	r.call.length = 1; /* how many it asks for is printed where it returns */
	r.call.count = 1;
	return give(&r);
}

bool strace_call_each(const char *name, struct span arguments, const char *result,
	strace_visit *visit, void *context)
{
	struct reading r = {.call.id = find(name), .visit = visit, .context = context};

	if (r.call.id == CALL_COUNT)
		return false;
	if (!strace_call_result(result, &r.call.returned))
		return true;
	strace_arguments_cut(&r.arguments, arguments);
	r.call.fd = (int)span_number(argument(&r, 0), -1);
	const char *told = strchr(result, '(');

	if (told)
		r.told = (struct span){told, strlen(told)};
	return read_call(&r);
}
