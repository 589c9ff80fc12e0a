#include "step.h"

#include "endpoint.h"
#include "machine.h"
#include "sandbox.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct operation operations[] = {
	{"connect", {0}, FORM_NUMBER, endpoint_connect, NULL, machine_connect,
		"connect(2) to the listener; 0 once established", "client connect = 0"},
	{"accept", {0}, FORM_NUMBER, endpoint_accept, NULL, machine_accept,
		"accept(2) the client's connection; 0 stands for the new descriptor",
		"server accept = 0"},
	{"write", {ARGUMENT_LENGTH}, FORM_NUMBER, endpoint_write, NULL, machine_send, "write(2)",
		"client write 6 = -1 EPIPE"},
	{"send", {ARGUMENT_LENGTH, ARGUMENT_FLAGS}, FORM_NUMBER, endpoint_send, NULL, machine_send,
		"send(2)", "client send 6 MSG_NOSIGNAL|MSG_DONTWAIT = 6"},
	{"read", {ARGUMENT_LENGTH}, FORM_NUMBER, endpoint_read, NULL, machine_receive, "read(2)",
		"client read 16 = 0"},
	{"recv", {ARGUMENT_LENGTH, ARGUMENT_FLAGS}, FORM_NUMBER, endpoint_recv, NULL,
		machine_receive, "recv(2)", "client recv 16 MSG_PEEK = -1 ECONNRESET"},
	{"shutdown", {ARGUMENT_HOW}, FORM_NUMBER, endpoint_shutdown, NULL, machine_shutdown,
		"shutdown(2)", "server shutdown SHUT_WR = 0"},
	{"close", {0}, FORM_NUMBER, endpoint_close, NULL, machine_close,
		"close(2); before accept, of the listening socket", "server close = 0"},
	{"poll", {ARGUMENT_EVENTS}, FORM_EVENTS, endpoint_poll, NULL, machine_poll,
		"poll(2) without waiting; the result is revents", "client poll = POLLOUT"},
	{"getsockopt", {ARGUMENT_GET}, FORM_NUMBER, endpoint_getsockopt, NULL, machine_getsockopt,
		"getsockopt(2); the result is the option's value",
		"client getsockopt SO_ERROR = ECONNRESET"},
	{"setsockopt", {ARGUMENT_SET, ARGUMENT_VALUE}, FORM_NUMBER, endpoint_setsockopt, NULL,
		machine_setsockopt, "setsockopt(2)", "server setsockopt SO_LINGER 1,0 = 0"},
	{"state", {0}, FORM_STATE, endpoint_state, NULL, machine_state,
		"the TCP state: TCP_INFO, or /proc/net/tcp once closed",
		"client state = CLOSE_WAIT"},
	{"await", {ARGUMENT_TARGET}, FORM_AWAIT, endpoint_await, NULL, machine_await,
		"wait until the kernel shows this state, or all of these poll events",
		"server await FIN_WAIT2"},
	{"sigpipe", {ARGUMENT_SIGPIPE}, FORM_NUMBER, endpoint_sigpipe, NULL, machine_sigpipe,
		"what this side does with SIGPIPE from here on: ignore, default or handler",
		"client sigpipe default = 0"},
	{"count", {ARGUMENT_COUNTER}, FORM_NUMBER, NULL, sandbox_count, machine_count,
		"how far the MIB counter moved since the experiment began, named as by nstat",
		"count TcpOutRsts = 1"},
	{"sysctl", {ARGUMENT_SYSCTL, ARGUMENT_TEXT}, FORM_NUMBER, NULL, sandbox_sysctl,
		machine_namespace, "set a sysctl of the namespace until the experiment ends",
		"sysctl net.ipv4.tcp_retries2 3 = 0"},
	{"link", {ARGUMENT_LINK}, FORM_NUMBER, NULL, sandbox_link, machine_namespace,
		"take the loopback interface down, or up again", "link down = 0"},
	{0},
};

static const char *const argument_names[] = {
	[ARGUMENT_LENGTH] = "LENGTH",
	[ARGUMENT_FLAGS] = "[FLAGS]",
	[ARGUMENT_HOW] = "HOW",
	[ARGUMENT_EVENTS] = "[EVENTS]",
	[ARGUMENT_TARGET] = "STATE|EVENTS",
	[ARGUMENT_GET] = "OPTION",
	[ARGUMENT_SET] = "OPTION",
	[ARGUMENT_VALUE] = "VALUE",
	[ARGUMENT_SIGPIPE] = "MODE",
	[ARGUMENT_COUNTER] = "NAME",
	[ARGUMENT_SYSCTL] = "NAME",
	[ARGUMENT_TEXT] = "VALUE",
	[ARGUMENT_LINK] = "down|up",
};

const struct operation *operation_find(const char *name)
{
	for (const struct operation *o = operations; o->name; o++)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

const char *who_text(enum who who)
{
	static const char *const texts[] = {"client", "server", ""};

	return texts[who];
}

bool who_value(const char *text, enum who *who)
{
	const struct operation *operation = operation_find(text);

	*who = operation && operation->act ? NAMESPACE : strcmp(text, "client") ? SERVER : CLIENT;
	return *who == NAMESPACE || !strcmp(text, who_text(*who));
}

bool argument_optional(const struct operation *operation, int i)
{
	return operation->argument[i] == ARGUMENT_NONE ||
	       operation->argument[i] == ARGUMENT_FLAGS ||
	       operation->argument[i] == ARGUMENT_EVENTS;
}

static bool length_argument(const char *text, long *value, char *expected, size_t size)
{
	char *end;

	snprintf(expected, size, "a length in bytes from 0 to %d", LENGTH_LIMIT);
	if (*text < '0' || *text > '9')
		return false;
	*value = strtol(text, &end, 10);
	return !*end && *value <= LENGTH_LIMIT;
}

static bool mask_argument(const struct name *table, const char *what, const char *text, long *mask,
	char *expected, size_t size)
{
	const char *bad;
	size_t length;

	if (name_mask(table, text, mask, &bad, &length))
		return true;
	snprintf(expected, size, "%s joined by |; '%.*s' is none of them", what, (int)length, bad);
	return false;
}

static bool named_argument(
	const struct name *table, const char *text, long *value, char *expected, size_t size)
{
	size_t used = (size_t)snprintf(expected, size, "one of");

	if (name_value(table, text, value))
		return true;
	for (; table->text && used < size; table++)
		used += (size_t)snprintf(expected + used, size - used, " %s", table->text);
	return false;
}

static bool option_argument(
	struct step *step, const char *text, bool set, char *expected, size_t size)
{
	struct nearest nearest = {text, NULL, 0};

	step->option = socket_option(text);
	if (step->option && (!set || step->option->form != OPTION_ERRNO))
		return true;
	for (const struct socket_option *o = socket_options; o->name; o++)
		if (!set || o->form != OPTION_ERRNO)
			nearest_offer(&nearest, o->name);
	snprintf(expected, size, "a socket option%s%s%s", set ? " that can be set" : "",
		nearest.best ? "; did you mean " : "", nearest.best ? nearest.best : "");
	return false;
}

static bool value_argument(struct step *step, const char *text, char *expected, size_t size)
{
	bool linger = step->option->form == OPTION_LINGER;
	int got;
	char tail;

	snprintf(expected, size, "%s",
		linger ? "l_onoff,l_linger such as 1,0" : "a whole number such as 1");
	got = linger ? sscanf(text, "%9ld,%9ld%c", &step->number[1], &step->second, &tail)
		     : sscanf(text, "%9ld%c", &step->number[1], &tail);
	return got == (linger ? 2 : 1) && (!linger || (step->number[1] >= 0 && step->second >= 0));
}

static bool target_argument(struct step *step, const char *text, char *expected, size_t size)
{
	snprintf(expected, size, "a TCP state or poll events");
	step->target_is_state = name_value(tcp_states, text, &step->number[0]);
	if (!*text)
		return false;
	return step->target_is_state || mask_argument(poll_events, "a TCP state or poll events",
						text, &step->number[0], expected, size);
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
		     !strncmp(text, "net.mptcp.", 10);

	snprintf(expected, size, "a sysctl of net.ipv4, net.ipv6 or net.mptcp");
	return known && !text[strspn(text, allowed)] && !strstr(text, "..");
}

bool step_argument(struct step *step, int i, const char *text, char *expected, size_t size)
{
	long *number = &step->number[i];

	snprintf(step->word[i], sizeof step->word[i], "%s", text);
	step->word_count = i + 1;
	switch (step->operation->argument[i]) {
	case ARGUMENT_LENGTH:
		return length_argument(text, number, expected, size);
	case ARGUMENT_FLAGS:
		return mask_argument(message_flags, "MSG_ flags", text, number, expected, size);
	case ARGUMENT_HOW:
		return named_argument(shutdown_hows, text, number, expected, size);
	case ARGUMENT_EVENTS:
		return mask_argument(poll_events, "poll events", text, number, expected, size);
	case ARGUMENT_TARGET:
		return target_argument(step, text, expected, size);
	case ARGUMENT_GET:
		return option_argument(step, text, false, expected, size);
	case ARGUMENT_SET:
		return option_argument(step, text, true, expected, size);
	case ARGUMENT_VALUE:
		return value_argument(step, text, expected, size);
	case ARGUMENT_SIGPIPE:
		return named_argument(sigpipe_modes, text, number, expected, size);
	case ARGUMENT_COUNTER:
		return counter_argument(text, expected, size);
	case ARGUMENT_SYSCTL:
		return sysctl_argument(text, expected, size);
	case ARGUMENT_TEXT:
		snprintf(expected, size, "the sysctl's value, one word");
		return *text;
	case ARGUMENT_LINK:
		return named_argument(link_modes, text, number, expected, size);
	case ARGUMENT_NONE:
		break;
	}
	snprintf(expected, size, "nothing");
	return false;
}

enum result_form step_form(const struct step *step)
{
	if (step->operation->argument[0] != ARGUMENT_GET || !step->option)
		return step->operation->form;
	switch (step->option->form) {
	case OPTION_LINGER:
		return FORM_LINGER;
	case OPTION_ERRNO:
		return FORM_ERRNO;
	case OPTION_INT:
		break;
	}
	return FORM_NUMBER;
}

void step_text(const struct step *step, char *text, size_t size)
{
	size_t used = (size_t)snprintf(text, size, "%s%s%s", who_text(step->who),
		step->who == NAMESPACE ? "" : " ", step->operation->name);

	for (int i = 0; i < step->word_count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, " %s", step->word[i]);
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
