#include "calls/call.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { OP_NONE = OPERATION_COUNT };

static const struct {
	const char *name;
	enum call_shape shape;
	int operation, arguments;
} calls[CALL_COUNT] = {
#define CALL(name, shape, operation, arguments) \
	[CALL_##name] = {#name, shape, OP_##operation, arguments},
#include "calls/calls.def"
};

const char *call_name(enum call_id id)
{
	return calls[id].name;
}

int call_argument_count(enum call_id id)
{
	return calls[id].arguments;
}

enum call_id call_find(const char *name)
{
	enum call_id id = 0;

	while (id < CALL_COUNT && strcmp(calls[id].name, name) != 0)
		id++;
	return id;
}

enum call_shape call_shape(enum call_id id)
{
	return calls[id].shape;
}

/* fcntl(2)'s commands that are steps. */
static enum operation_id fcntl_operation(long command)
{
	switch (command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return OP_DUP;
	case F_SETFL:
		return OP_FCNTL;
	default:
		return OPERATION_COUNT;
	}
}

/* ioctl(2)'s requests that are steps. FIONREAD is SIOCINQ, TIOCOUTQ is SIOCOUTQ. */
static enum operation_id ioctl_operation(unsigned long request)
{
	switch (request) {
	case FIONREAD:
		return OP_INQ;
	case TIOCOUTQ:
		return OP_OUTQ;
	case SIOCATMARK:
		return OP_ATMARK;
	case FIONBIO:
		return OP_FCNTL;
	default:
		return OPERATION_COUNT;
	}
}

enum operation_id call_operation(const struct call *call)
{
	switch (calls[call->id].shape) {
	case SHAPE_FCNTL:
		return fcntl_operation(call->flags);
	case SHAPE_IOCTL:
		return ioctl_operation((unsigned long)call->flags);
	case SHAPE_LENGTH:
		if (call->addressed)
			return OP_SENDTO;
		return (enum operation_id)calls[call->id].operation;
	default:
		return (enum operation_id)calls[call->id].operation;
	}
}

/* What poll(2) has two names for is one: tcp_poll() gives both (POLLIN and POLLRDNORM). Of bands
 * TCP knows the urgent one alone, POLLPRI. */
static long plain_events(long events)
{
	const long in = POLLIN | POLLRDNORM, out = POLLOUT | POLLWRNORM;

	return (events & ~(in | out | POLLRDBAND | POLLWRBAND)) | (events & in ? POLLIN : 0) |
	       (events & out ? POLLOUT : 0);
}

/* Adds a word to the step's arguments; false when the vocabulary does not know it. */
static bool add(struct step *step, const char *word)
{
	char expected[256];

	return word && strlen(word) <= WORD_LIMIT &&
	       step_argument(step, step->word_count, word, expected, sizeof expected);
}

static bool add_number(struct step *step, long number)
{
	char word[32];

	snprintf(word, sizeof word, "%ld", number);
	return number >= 0 && add(step, word);
}

static bool add_mask(struct step *step, const struct symbol *table, long mask)
{
	char word[256];

	symbol_mask_text(table, mask, word, sizeof word);
	return add(step, word);
}

/* The bytes that are sent, as a text if there is room for it; zeroes are told by their number. */
static bool add_length(struct step *step, const struct call *call)
{
	char word[WORD_LIMIT + 1];

	if (step->operation->argument[step->word_count] != ARGUMENT_PAYLOAD || !call->data.there ||
		call->data.more || payload_is_zeroes(&call->data))
		return add_number(step, call->length);
	payload_text(&call->data, word, sizeof word);
	return strlen(word) > 3 && !strcmp(word + strlen(word) - 3, "...")
		       ? add_number(step, call->length)
		       : add(step, word);
}

/* Close-on-exec of received descriptors is nothing to the connection. */
static bool add_flags(struct step *step, long flags)
{
	flags &= ~(long)MSG_CMSG_CLOEXEC;
	bool can = step->operation->argument[step->word_count] == ARGUMENT_FLAGS;

	return !flags || (can && add_mask(step, message_flags, flags));
}

static const struct socket_option *find_option(long level, long option)
{
	for (const struct socket_option *o = socket_options; o->name; o++)
		if (o->level == level && o->option == option)
			return o;
	return NULL;
}

static bool add_option(struct step *step, const struct call *call)
{
	const struct socket_option *option = find_option(call->level, call->option);

	return option && add(step, option->name);
}

static bool add_value(struct step *step, const struct call *call)
{
	char word[64];

	if (!add_option(step, call))
		return false;
	if (step->option->form == OPTION_INT)
		snprintf(word, sizeof word, "%ld", call->value);
	else
		snprintf(word, sizeof word, "%ld,%ld", call->value, call->second);
	return add(step, word);
}

/* F_SETFL's and FIONBIO's: of the flags, O_NONBLOCK is the connection's. */
static bool add_file_flags(struct step *step, bool nonblocking)
{
	if (step->operation->id != OP_FCNTL)
		return true;
	return add(step, "F_SETFL") && add(step, nonblocking ? "O_NONBLOCK" : "0");
}

static bool add_arguments(struct step *step, const struct call *call)
{
	switch (calls[call->id].shape) {
	case SHAPE_PLAIN:
		return true;
	case SHAPE_CONNECT:
		return !call->disconnects || add(step, "AF_UNSPEC");
	case SHAPE_HOW:
		return add(step, symbol_text(shutdown_hows, call->flags));
	case SHAPE_LENGTH:
		return add_length(step, call) && add_flags(step, call->flags);
	case SHAPE_MESSAGES:
		return add_number(step, call->length) && add_number(step, call->count) &&
		       add_flags(step, call->flags);
	case SHAPE_EVENTS:
		return add_mask(step, poll_events, plain_events(call->events));
	case SHAPE_SELECT:
		return call->sets == 7 || add_mask(step, select_sets, call->sets);
	case SHAPE_EPOLL_CTL:
		return add(step, symbol_text(epoll_actions, call->flags)) &&
		       add_mask(step, epoll_events, call->events);
	case SHAPE_GET:
		return add_option(step, call);
	case SHAPE_SET:
		return add_value(step, call);
	case SHAPE_FCNTL:
		return add_file_flags(step, call->value & O_NONBLOCK);
	case SHAPE_IOCTL:
		return add_file_flags(step, call->value);
	case SHAPE_BYTES:
	case SHAPE_OTHER:
		break;
	}
	return false;
}

bool call_step(const struct call *call, enum who who, struct step *step)
{
	enum operation_id id = call_operation(call);

	*step = (struct step){.who = who, .operation = &operations[id]};
	return id != OPERATION_COUNT && add_arguments(step, call);
}

/* Does setsockopt(2) say something of the socket that TCP's answers do not depend on? Whether it
 * takes IPv4, too, an experiment's family decides. */
static bool is_inert(const struct call *call)
{
	static const struct {
		long level, option;
	} inert[] = {{SOL_SOCKET, SO_BROADCAST}, {SOL_SOCKET, SO_PRIORITY}, {IPPROTO_IP, IP_TOS},
		{IPPROTO_IPV6, IPV6_TCLASS}, {IPPROTO_IPV6, IPV6_V6ONLY}};

	for (size_t i = 0; i < sizeof inert / sizeof *inert; i++)
		if (inert[i].level == call->level && inert[i].option == call->option)
			return true;
	return false;
}

bool call_matters(const struct call *call)
{
	enum operation_id id = call_operation(call);

	if (calls[call->id].shape == SHAPE_BYTES)
		return true;
	if (id == OP_SETSOCKOPT && is_inert(call))
		return false;
	switch (id) {
	case OP_CLOSE:
	case OP_DUP:
	case OP_GETSOCKOPT: /* SO_ERROR, which takes the error, is a step */
	case OP_NONE:
		return false;
	default:
		break;
	}
	int flags = operations[id].flags;

	return flags & (SENDS | RECEIVES) || (!(flags & LOOKS) && call->returned >= 0);
}

bool call_is_opaque(const struct call *call, const struct step *step)
{
	bool told = payload_begins(step->word[0]) ||
		    (call->data.there && !call->data.more && payload_is_zeroes(&call->data));

	return step->operation->flags & SENDS && call->length > 0 && !told;
}

/* The result of a call that did not fail. */
static struct result good_result(const struct call *call, const struct step *step)
{
	switch (step_form(step)) {
	case FORM_EVENTS:
		return (struct result){.kind = RESULT_EVENTS, .value = plain_events(call->got)};
	case FORM_EPOLL:
		return (struct result){.kind = RESULT_EPOLL, .value = call->got};
	case FORM_SETS:
		return (struct result){.kind = RESULT_SETS, .value = call->got};
	case FORM_ERRNO:
		return (struct result){.kind = RESULT_ERRNO, .value = call->got};
	case FORM_PAIR:
		return (struct result){
			.kind = RESULT_PAIR, .value = call->got, .second = call->got_second};
	case FORM_VALUE:
		return (struct result){.kind = RESULT_NUMBER, .value = call->got};
	default:
		break;
	}
	bool descriptor = step->operation->id == OP_ACCEPT || step->operation->id == OP_DUP;
	bool told = step->operation->id == OP_INQ || step->operation->id == OP_OUTQ ||
		    step->operation->id == OP_ATMARK;

	struct payload data = {0};

	if (step->operation->flags & RECEIVES && !payload_is_zeroes(&call->data))
		data = call->data;
	return (struct result){.kind = RESULT_NUMBER,
		.data = data,
		.value = descriptor ? 0
			 : told     ? call->got
				    : call->returned};
}

struct result call_result(const struct call *call, const struct step *step)
{
	struct result result = {.kind = RESULT_ERROR, .value = -call->returned};

	if (call->returned >= 0)
		result = good_result(call, step);
	result.signal = call->signal;
	return result;
}

void call_text(const struct call *call, char *text, size_t size)
{
	size_t used = (size_t)snprintf(text, size, "%s(", calls[call->id].name);

	for (int i = 0; i < calls[call->id].arguments && used < size; i++) {
		long value = (long)call->argument[i];
		bool small = value > -65536 && value < 65536;

		used += (size_t)snprintf(text + used, size - used, small ? "%s%ld" : "%s0x%lx",
			i ? ", " : "", value);
	}
	if (used < size && call->returned < 0)
		snprintf(text + used, size - used, ") = -1 %s",
			symbol_errno_text((int)-call->returned));
	else if (used < size)
		snprintf(text + used, size - used, ") = %ld", call->returned);
}
