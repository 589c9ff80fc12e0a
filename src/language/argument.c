/*
 * argument: step.h's arguments: their names, and reading their text.
 */
#include "language/packet.h"
#include "language/step.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What may be left out stands in brackets. */
static const char *const argument_names[ARGUMENT_KINDS] = {
	[ARGUMENT_NONE] = "[]",
	[ARGUMENT_LENGTH] = "LENGTH",
	[ARGUMENT_PAYLOAD] = "LENGTH|TEXT",
	[ARGUMENT_AMOUNT] = "LENGTH|until TEXT",
	[ARGUMENT_FLAGS] = "[FLAGS]",
	[ARGUMENT_PARTS] = "[PARTS]",
	[ARGUMENT_MAPPED] = "[mapped=N]",
	[ARGUMENT_HOW] = "HOW",
	[ARGUMENT_EVENTS] = "[EVENTS]",
	[ARGUMENT_SETS] = "[SETS]",
	[ARGUMENT_TARGET] = "STATE|EVENTS|inq=N|outq=N",
	[ARGUMENT_GET] = "OPTION",
	[ARGUMENT_SET] = "OPTION",
	[ARGUMENT_VALUE] = "VALUE",
	[ARGUMENT_SIGPIPE] = "MODE",
	[ARGUMENT_COUNTER] = "NAME",
	[ARGUMENT_SYSCTL] = "NAME",
	[ARGUMENT_TEXT] = "VALUE",
	[ARGUMENT_MORE] = "[VALUE]",
	[ARGUMENT_LINK] = "down|up",
	[ARGUMENT_COUNT] = "COUNT",
	[ARGUMENT_BACKLOG] = "[BACKLOG]",
	[ARGUMENT_END] = "[END]",
	[ARGUMENT_PORT] = "[END|0]",
	[ARGUMENT_HOST] = "[any|nonlocal]",
	[ARGUMENT_ADDRESS] = "[END|AF_UNSPEC]",
	[ARGUMENT_ACTION] = "OP",
	[ARGUMENT_EPOLL] = "[EPOLL]",
	[ARGUMENT_COMMAND] = "F_SETFL",
	[ARGUMENT_FILE] = "O_NONBLOCK|0",
	[ARGUMENT_TIME] = "MILLISECONDSms",
	[ARGUMENT_WAY] = ">|<",
	[ARGUMENT_SEGMENT] = "FLAGS",
	[ARGUMENT_NUMBER] = "[exact|in-window|out-of-window]",
	[ARGUMENT_ANSWER] = "drop|reset",
};

bool argument_optional(const struct step *step, int i)
{
	return argument_names[step->operation->argument[i]][0] == '[' && !step_reads_until(step);
}

static bool whole_number(const char *text, long most, long *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	*value = strtol(text, &end, 10);
	return !*end && *value <= most;
}

static bool length_up_to(long most, const char *text, long *value, char *expected, size_t size)
{
	snprintf(expected, size, "a length in bytes from 0 to %ld", most);
	return whole_number(text, most, value);
}

static bool length_argument(const char *text, long *value, char *expected, size_t size)
{
	return length_up_to(LENGTH_LIMIT, text, value, expected, size);
}

/* Reads a text of at least so many bytes, and puts it back as it is printed. */
static bool text_argument(
	struct step *step, int i, const char *text, int least, char *expected, size_t size)
{
	struct payload payload;

	snprintf(expected, size,
		"%d to %d bytes in strace's quoting, such as \"hello\\n\": printable ASCII, \\n "
		"\\r \\t \\v \\f \\\\ \\\" \\ooo \\xNN",
		least, PAYLOAD_LIMIT);
	if (!payload_parse(&payload, text) || payload.more || payload.length < least)
		return false;
	payload_text(&payload, step->word[i], sizeof step->word[i]);
	step->number[i] = payload.length;
	return true;
}

static bool payload_argument(
	struct step *step, int i, const char *text, char *expected, size_t size)
{
	if (payload_begins(text))
		return text_argument(step, i, text, 0, expected, size);
	enum operation_id id = step->operation->id;
	long most = id == OP_SPLICE || id == OP_URING_SPLICE ? PIPE_LIMIT : LENGTH_LIMIT;

	if (length_up_to(most, text, &step->number[i], expected, size))
		return true;
	size_t used = strlen(expected);

	snprintf(expected + used, size - used, ", or a text such as \"hello\\n\"");
	return false;
}

static bool amount_argument(const char *text, long *value, char *expected, size_t size)
{
	if (length_argument(text, value, expected, size))
		return true;
	size_t used = strlen(expected);

	snprintf(expected + used, size - used, ", or until");
	*value = LENGTH_LIMIT;
	return !strcmp(text, "until");
}

static bool count_argument(const char *text, long *value, char *expected, size_t size)
{
	snprintf(expected, size, "a number of messages from 1 to %d", MESSAGE_LIMIT);
	return whole_number(text, MESSAGE_LIMIT, value) && *value;
}

/* The kernel takes a negative one for more than any (__sys_listen()). */
static bool backlog_argument(const char *text, long *value, char *expected, size_t size)
{
	snprintf(expected, size, "a backlog from 0 to %d, or -1 for the most there is", INT_MAX);
	*value = -1;
	return !strcmp(text, "-1") || whole_number(text, INT_MAX, value);
}

/* Bytes in no part at all are no buffer. */
static bool parts_argument(
	const struct step *step, const char *text, long *value, char *expected, size_t size)
{
	snprintf(expected, size, "a number of parts from 1 to %d, or 0 of LENGTH 0", PARTS_LIMIT);
	return whole_number(text, PARTS_LIMIT, value) && (*value || !step->number[0]);
}

static bool mapped_argument(const char *text, long *value, char *expected, size_t size)
{
	snprintf(expected, size,
		"mapped=N, the bytes of the buffer that are there, such as "
		"mapped=0");
	return !strncmp(text, "mapped=", 7) && whole_number(text + 7, LENGTH_LIMIT, value);
}

static bool time_argument(const char *text, long *value, char *expected, size_t size)
{
	size_t digits = strspn(text, "0123456789");
	char number[8];

	snprintf(expected, size, "a time in milliseconds from 0ms to %dms", DELAY_LIMIT);
	snprintf(number, sizeof number, "%.*s", (int)digits, text);
	return digits < sizeof number && !strcmp(text + digits, "ms") &&
	       whole_number(number, DELAY_LIMIT, value);
}

static bool segment_argument(const char *text, long *value, char *expected, size_t size)
{
	uint8_t flags;

	snprintf(expected, size, "a segment's flags as tcpdump has them, such as F. or R");
	bool read = packet_flags_parse(text, &flags);

	*value = flags;
	return read;
}

/* Adds the nearest name of table, if there is one near, to what was expected. */
static void suggest(
	const struct symbol *table, const char *word, size_t length, char *expected, size_t size)
{
	const char *nearest = symbol_nearest(table, word, length);
	size_t used = strlen(expected);

	if (length && nearest)
		snprintf(expected + used, size - used, "; did you mean '%s'?", nearest);
}

static bool mask_argument(const struct symbol *table, const char *what, const char *text,
	long *mask, char *expected, size_t size)
{
	const char *bad;
	size_t length;

	if (symbol_mask(table, text, mask, &bad, &length))
		return true;
	snprintf(expected, size, "%s joined by |; '%.*s' is none of them", what, (int)length, bad);
	suggest(table, bad, length, expected, size);
	return false;
}

static bool named_argument(
	const struct symbol *table, const char *text, long *value, char *expected, size_t size)
{
	size_t used = (size_t)snprintf(
		expected, size, "%s%s", table[1].text ? "one of " : "", table->text);

	if (symbol_value(table, text, value))
		return true;
	for (const struct symbol *at = table + 1; at->text && used < size; at++)
		used += (size_t)snprintf(expected + used, size - used, " %s", at->text);
	suggest(table, text, strlen(text), expected, size);
	return false;
}

static bool option_argument(
	struct step *step, const char *text, bool set, char *expected, size_t size)
{
	struct nearest nearest = {text, NULL, 0};

	step->option = socket_option_find(text);
	if (step->option && (!set || step->option->form != OPTION_ERRNO))
		return true;
	for (const struct socket_option *o = socket_options; o->name; o++)
		if (!set || o->form != OPTION_ERRNO)
			text_offer_nearest(&nearest, o->name);
	snprintf(expected, size, "a socket option%s%s%s%s", set ? " that can be set" : "",
		nearest.best ? "; did you mean '" : "", nearest.best ? nearest.best : "",
		nearest.best ? "'?" : "");
	return false;
}

static bool value_argument(struct step *step, const char *text, char *expected, size_t size)
{
	bool pair = step->option->form != OPTION_INT;
	int got;
	char tail;

	snprintf(expected, size, "%s",
		!pair ? "a whole number that fits an int, such as 1"
		: step->option->form == OPTION_TIMEVAL ? "tv_sec,tv_usec such as 0,20000"
						       : "l_onoff,l_linger such as 1,0");
	got = pair ? sscanf(text, "%11ld,%11ld%c", &step->number[1], &step->second, &tail)
		   : sscanf(text, "%11ld%c", &step->number[1], &tail);
	long least = pair ? 0 : INT_MIN;

	return got == (pair ? 2 : 1) && step->number[1] >= least && step->number[1] <= INT_MAX &&
	       step->second >= 0 && step->second <= INT_MAX;
}

static bool target_argument(struct step *step, const char *text, char *expected, size_t size)
{
	static const char what[] = "inq=N, outq=N, a TCP state or poll events";
	long *wanted = &step->number[0];
	const char *number = strchr(text, '=');

	snprintf(expected, size, "%s", what);
	if (number) {
		step->target = strncmp(text, "inq=", 4) != 0 ? TARGET_OUTQ : TARGET_INQ;
		return (step->target == TARGET_INQ || !strncmp(text, "outq=", 5)) &&
		       whole_number(number + 1, LENGTH_LIMIT, wanted);
	}
	step->target = TARGET_STATE;
	if (symbol_value(tcp_states, text, wanted))
		return true;
	const char *nearest = symbol_nearest(tcp_states, text, strlen(text));

	step->target = TARGET_EVENTS;
	if (*text && !nearest)
		return mask_argument(poll_events, what, text, wanted, expected, size);
	if (nearest)
		snprintf(expected, size, "%s; did you mean '%s'?", what, nearest);
	return false;
}

static bool counter_argument(const char *text, char *expected, size_t size)
{
	snprintf(expected, size, "the name of a counter as nstat prints it, such as TcpOutRsts");
	for (const char *at = text; *at; at++)
		if (!isalnum((unsigned char)*at))
			return false;
	return *text != '\0';
}

/* Only what a network namespace has of its own, and no way out of /proc/sys/net. */
static bool sysctl_argument(const char *text, char *expected, size_t size)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";
	bool known = !strncmp(text, "net.ipv4.", 9) || !strncmp(text, "net.ipv6.", 9) ||
		     !strncmp(text, "net.mptcp.", 10) || !strcmp(text, "net.core.somaxconn");

	snprintf(expected, size,
		"a sysctl of net.ipv4, net.ipv6 or net.mptcp, or net.core.somaxconn");
	return known && !text[strspn(text, allowed)] && !strstr(text, "..");
}

/* An end; or a word for none, which NAMESPACE stands for, unless that is NULL. */
static bool end_or(const char *none, const char *text, long *value)
{
	enum who who = NAMESPACE;
	bool known = (none && !strcmp(text, none)) || who_end(text, &who);

	*value = who;
	return known;
}

static bool end_argument(const char *text, long *value, char *expected, size_t size)
{
	snprintf(expected, size, "an end such as client2");
	return end_or(NULL, text, value);
}

static bool port_argument(const char *text, long *value, char *expected, size_t size)
{
	snprintf(expected, size, "0, or the end whose port it is, such as listener");
	return end_or("0", text, value);
}

static bool address_argument(const char *text, long *value, char *expected, size_t size)
{
	snprintf(expected, size, "an end such as client2, or AF_UNSPEC");
	return end_or("AF_UNSPEC", text, value);
}

/* Those arguments that are one of some names. */
static const struct symbol *const names_of_argument[ARGUMENT_KINDS] = {
	[ARGUMENT_HOW] = shutdown_hows,
	[ARGUMENT_SIGPIPE] = sigpipe_modes,
	[ARGUMENT_LINK] = link_modes,
	[ARGUMENT_ACTION] = epoll_actions,
	[ARGUMENT_COMMAND] = file_commands,
	[ARGUMENT_FILE] = file_flags,
	[ARGUMENT_WAY] = directions,
	[ARGUMENT_NUMBER] = sequences,
	[ARGUMENT_HOST] = hosts,
	[ARGUMENT_ANSWER] = middlebox_answers,
};

/* Those that are a number of some kind. */
static bool (*const number_readers[ARGUMENT_KINDS])(
	const char *text, long *number, char *expected, size_t size) = {
	[ARGUMENT_LENGTH] = length_argument,
	[ARGUMENT_AMOUNT] = amount_argument,
	[ARGUMENT_COUNT] = count_argument,
	[ARGUMENT_BACKLOG] = backlog_argument,
	[ARGUMENT_ADDRESS] = address_argument,
	[ARGUMENT_PORT] = port_argument,
	[ARGUMENT_END] = end_argument,
	[ARGUMENT_TIME] = time_argument,
	[ARGUMENT_SEGMENT] = segment_argument,
};

bool step_argument(struct step *step, int i, const char *text, char *expected, size_t size)
{
	long *number = &step->number[i];
	enum argument kind = step->operation->argument[i];

	snprintf(step->word[i], sizeof step->word[i], "%s", text);
	step->word_count = i + 1;
	if (names_of_argument[kind])
		return named_argument(names_of_argument[kind], text, number, expected, size);
	if (number_readers[kind])
		return number_readers[kind](text, number, expected, size);
	switch (kind) {
	case ARGUMENT_PAYLOAD:
		return payload_argument(step, i, text, expected, size);
	case ARGUMENT_FLAGS:
		return mask_argument(message_flags, "MSG_ flags", text, number, expected, size);
	case ARGUMENT_PARTS:
		return parts_argument(step, text, number, expected, size);
	case ARGUMENT_MAPPED:
		return step_reads_until(step) ? text_argument(step, i, text, 1, expected, size)
					      : mapped_argument(text, number, expected, size);
	case ARGUMENT_EVENTS:
		return mask_argument(poll_events, "poll events", text, number, expected, size);
	case ARGUMENT_SETS:
		return mask_argument(
			select_sets, "sets of select(2)", text, number, expected, size);
	case ARGUMENT_TARGET:
		return target_argument(step, text, expected, size);
	case ARGUMENT_GET:
		return option_argument(step, text, false, expected, size);
	case ARGUMENT_SET:
		return option_argument(step, text, true, expected, size);
	case ARGUMENT_VALUE:
		return value_argument(step, text, expected, size);
	case ARGUMENT_COUNTER:
		return counter_argument(text, expected, size);
	case ARGUMENT_SYSCTL:
		return sysctl_argument(text, expected, size);
	case ARGUMENT_TEXT:
	case ARGUMENT_MORE:
		snprintf(expected, size, "the sysctl's value");
		return *text;
	case ARGUMENT_EPOLL:
		return mask_argument(epoll_events, "epoll events", text, number, expected, size);
	default:
		break;
	}
	snprintf(expected, size, "nothing");
	return false;
}

void operation_usage(const struct operation *operation, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < STEP_ARGUMENTS && operation->argument[i]; i++)
		if (used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s", i ? " " : "",
				argument_names[operation->argument[i]]);
}
