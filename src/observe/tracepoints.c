#include "observe/tracepoints.h"

#include "language/symbols.h"
#include "observe/tracefs_instance.h"
#include "util/clock.h"

#include <errno.h>
#include <glob.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <tracefs.h>
#include <kbuffer.h>

static const char tracing[] = "/sys/kernel/tracing";

static const struct source {
	const char *system, *name, *filter;
} sources[] = {
	/* An MPTCP socket has the ports of its first subflow: the subflow alone is meant. */
	{"sock", "inet_sock_set_state", "protocol == 6"},
	{"tcp", "tcp_send_reset", NULL},
	{"tcp", "tcp_receive_reset", NULL},
};

struct tracepoints {
	struct tracefs_instance keeper; /* of the instance */
	struct tracefs_instance *instance;
	const char *attempt; /* what of the instance could not be set up */
	glob_t buffers;      /* trace_pipe_raw of each processor */
	struct tep_handle *tep;
	struct kbuffer *kbuffer;
	void *page;
	int page_size;
};

static int make_instance(struct tracepoints *events)
{
	char name[32];
	int status;

	snprintf(name, sizeof name, "closewait-%d", (int)getpid());
	status = tracefs_instance_start(&events->keeper, tracing, name);
	if (status)
		return status;
	events->instance = tracefs_instance_alloc(tracing, name);
	return events->instance ? 0 : -ENOMEM;
}

static int attempt(struct tracepoints *events, const char *what, bool good)
{
	events->attempt = what;
	return good ? 0 : errno ? -errno : -EIO;
}

/* How the pages of the buffers are laid out. */
static bool load_header(struct tracepoints *events)
{
	int length;
	char *text = tracefs_instance_file_read(events->instance, "events/header_page", &length);
	struct tep_handle *tep = tep_alloc();

	events->tep = tep;
	if (text && tep && !tep_parse_header_page(tep, text, (unsigned long)length, sizeof(long))) {
		bool wide = tep_get_header_page_size(tep) == 8;

		events->page_size = tep_get_sub_buffer_size(tep);
		events->page = malloc((size_t)events->page_size);
		events->kbuffer = kbuffer_alloc(
			wide ? KBUFFER_LSIZE_8 : KBUFFER_LSIZE_4, KBUFFER_ENDIAN_SAME_AS_HOST);
	}
	free(text);
	return events->page && events->kbuffer;
}

/* The port of an event: a number in host byte order, or (tcp_send_reset since 6.10) in a socket
 * address, at the same place for either family; -1 when the event has neither. */
static int port(struct tep_event *event, struct tep_record *record, bool source)
{
	struct tep_format_field *field = tep_find_field(event, source ? "sport" : "dport");
	struct sockaddr_in6 address;
	unsigned long long value;

	if (field)
		return tep_read_number_field(field, record->data, &value) ? -1 : (int)value;
	field = tep_find_field(event, source ? "saddr" : "daddr");
	if (!field || field->size < (int)sizeof address)
		return -1;
	memcpy(&address, (char *)record->data + field->offset, sizeof address);
	return ntohs(address.sin6_port);
}

/* Not by tracefs_local_events_system(): it reads the kernel's symbols, too, for 120 ms. */
static int load_format(struct tracepoints *events, const struct source *source)
{
	char zero[4096] = ""; /* more than any record's fixed fields */
	struct tep_record nothing = {.data = zero};
	struct tep_event *event;
	int length;
	char *text = tracefs_event_file_read(
		events->instance, source->system, source->name, "format", &length);

	if (!text)
		return errno == ENOENT ? -EOPNOTSUPP : -errno;
	/* What cannot be parsed may be the print format alone: the fields decide. */
	tep_parse_event(events->tep, text, (unsigned long)length, source->system);
	free(text);
	event = tep_find_event_by_name(events->tep, source->system, source->name);
	if (!event || port(event, &nothing, true) < 0 || port(event, &nothing, false) < 0)
		return -EOPNOTSUPP;
	return 0;
}

static int enable(struct tracepoints *events, const struct source *source)
{
	struct tracefs_instance *instance = events->instance;
	const char *system = source->system, *name = source->name;
	int status;

	events->attempt = name;
	status = load_format(events, source);
	if (!status && source->filter)
		status = attempt(events, name,
			tracefs_event_file_write(
				instance, system, name, "filter", source->filter) >= 0);
	if (!status)
		status = attempt(events, name, !tracefs_event_enable(instance, system, name));
	return status;
}

static int find_buffers(struct tracepoints *events)
{
	char pattern[128];

	snprintf(pattern, sizeof pattern, "%s/per_cpu/cpu*/trace_pipe_raw", events->keeper.path);
	return attempt(events, "per_cpu", !glob(pattern, GLOB_NOSORT, NULL, &events->buffers));
}

static int start(struct tracepoints *events)
{
	int status = make_instance(events);

	if (!status)
		status = attempt(events, "events/header_page", load_header(events));
	if (!status)
		status = find_buffers(events);
	/* Before an event is recorded: a change of the clock empties the buffers. */
	if (!status)
		status = attempt(events, "trace_clock",
			tracefs_instance_file_write(events->instance, "trace_clock", "mono") >= 0);
	for (size_t i = 0; !status && i < sizeof sources / sizeof *sources; i++)
		status = enable(events, &sources[i]);
	return status;
}

static void explain(const struct tracepoints *events, int error, char *message, size_t size)
{
	const char *hint = error == -EACCES || error == -EPERM
				   ? ": run as root, outside of a container or a locked down kernel"
				   : "";

	if (error == -EOPNOTSUPP)
		snprintf(message, size,
			"this kernel has no tracepoint %s that tells a connection's ports: "
			"run without events",
			events->attempt);
	else if (events->instance)
		snprintf(message, size, "cannot set up %s of the trace instance %s: %s%s",
			events->attempt, events->keeper.path, strerror(-error), hint);
	else if (error == -ENOENT)
		snprintf(message, size,
			"tracefs is not mounted: as root, mount -t tracefs nodev %s "
			"(no such directory: a kernel without tracing)",
			tracing);
	else if (error == -EEXIST)
		snprintf(message, size,
			"the trace instance %s exists: close the events that are open, or remove "
			"what another process of this number left, with rmdir",
			events->keeper.path);
	else
		snprintf(message, size, "cannot create the trace instance %s: %s%s",
			events->keeper.path, strerror(-error), hint);
}

int tracepoints_open(struct tracepoints **events, char *message, size_t size)
{
	int status;

	*events = calloc(1, sizeof **events);
	if (!*events) {
		snprintf(message, size, "no memory for events");
		return -ENOMEM;
	}
	status = start(*events);
	if (status) {
		explain(*events, status, message, size);
		tracepoints_close(*events);
		*events = NULL;
	}
	return status;
}

void tracepoints_close(struct tracepoints *events)
{
	if (!events)
		return;
	tracefs_instance_stop(&events->keeper);
	globfree(&events->buffers);
	kbuffer_free(events->kbuffer);
	free(events->page);
	tep_free(events->tep);
	tracefs_instance_free(events->instance);
	free(events);
}

struct reading {
	int client_port, server_port;
	int64_t offset; /* from the buffers' clock to a trace's */
	struct event *event;
	int count, limit;
	bool lost;
};

__attribute__((format(printf, 2, 3))) static void append(struct event *to, const char *format, ...)
{
	size_t length = strlen(to->text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(to->text + length, sizeof to->text - length, format, arguments);
	va_end(arguments);
}

static void append_state(struct event *to, const char *before, struct tep_event *event,
	struct tep_record *record, const char *field)
{
	unsigned long long state;
	const char *name;

	if (tep_get_field_val(NULL, event, field, record, &state, 0))
		return;                     /* not on this kernel */
	name = state == 12 ? "NEW_SYN_RECV" /* the kernel's own */
			   : symbol_text(tcp_states, (long)state);
	append(to, "%s%s", before, name ? name : "UNKNOWN");
}

/* The symbols of a reason are in the event's print format alone. */
static void append_reason(struct event *to, struct tep_event *event, struct tep_record *record)
{
	static const char key[] = " reason=";
	struct trace_seq text;
	const char *reason;

	trace_seq_init(&text);
	tep_print_event(event->tep, &text, record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&text);
	reason = strstr(text.buffer, key);
	if (reason) {
		reason += sizeof key - 1;
		append(to, " reason %.*s", (int)strcspn(reason, " "), reason);
	}
	trace_seq_destroy(&text);
}

static void describe(struct event *to, struct tep_event *event, struct tep_record *record)
{
	append(to, "%s", event->name);
	append_state(to, " ", event, record, "oldstate");
	append_state(to, " -> ", event, record, "newstate");
	append_state(to, " state ", event, record, "state");
	if (tep_find_field(event, "reason"))
		append_reason(to, event, record);
}

/* Keeps the record if it is of the connection, behind those of the same time. */
static void take(struct reading *reading, struct tep_event *event, struct tep_record *record)
{
	int source = port(event, record, true), destination = port(event, record, false);
	bool client = source == reading->client_port && destination == reading->server_port;
	struct event new = {.time = (int64_t)record->ts + reading->offset, .client = client};
	int i = reading->count;

	if (!client && (source != reading->server_port || destination != reading->client_port))
		return;
	if (reading->count++ >= reading->limit)
		return;
	describe(&new, event, record);
	for (; i > 0 && reading->event[i - 1].time > new.time; i--)
		reading->event[i] = reading->event[i - 1];
	reading->event[i] = new;
}

static void take_page(struct tracepoints *events, struct reading *reading)
{
	struct kbuffer *kbuffer = events->kbuffer;
	struct tep_record record = {0};
	struct tep_event *event;

	kbuffer_load_subbuffer(kbuffer, events->page);
	while ((record.data = kbuffer_read_event(kbuffer, &record.ts))) {
		record.size = kbuffer_event_size(kbuffer);
		reading->lost |= kbuffer_missed_events(kbuffer) != 0;
		event = tep_find_event_by_record(events->tep, &record);
		if (event)
			take(reading, event, &record);
		kbuffer_next_event(kbuffer, NULL);
	}
}

/* Drains one processor's buffer. Nothing of the instance stays open between two reads: a child
 * that inherits a descriptor would keep the instance from being removed. */
static int drain(struct tracepoints *events, const char *buffer, struct reading *reading)
{
	int error, fd = open(buffer, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, events->page, (size_t)events->page_size)) > 0)
		take_page(events, reading);
	error = n < 0 ? errno : 0;
	close(fd);
	/* ENODEV: that processor has never been there. */
	return error == EAGAIN || error == ENODEV ? 0 : -error;
}

/* From the clock of the buffers to that of a trace; read again when something came between. */
static int64_t clock_offset(void)
{
	int64_t before, now;

	do {
		before = clock_read(CLOCK_MONOTONIC);
		now = clock_now();
	} while (clock_read(CLOCK_MONOTONIC) - before > 100000);
	return now - before;
}

int tracepoints_read(struct tracepoints *events, uint16_t client_port, uint16_t server_port,
	struct event *event, int limit)
{
	struct reading reading = {client_port, server_port, clock_offset(), event, 0, limit, false};
	int status = 0;

	for (size_t i = 0; i < events->buffers.gl_pathc; i++) {
		int error = drain(events, events->buffers.gl_pathv[i], &reading);

		status = status ? status : error;
	}
	if (!status && reading.lost)
		status = -EOVERFLOW;
	if (!status && reading.count > limit)
		status = -ENOBUFS;
	return status ? status : reading.count;
}
