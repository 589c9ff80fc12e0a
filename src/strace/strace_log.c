#include "strace/strace_log.h"

#include "strace/processes.h"
#include "strace/strace_call.h"
#include "strace/strace_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

struct strace_log {
	struct log_totals totals;
	struct processes processes;
	int count;
	struct log_connection *connection[LOG_OPEN]; /* open ones, and those that are kept */
	int failed;
	/* of the line that is read */
	struct process *process;
	struct span first; /* its first argument, with what -y tells of it */
	const char *result;
	bool enough; /* there was memory */
};

struct strace_log *strace_log_new(void)
{
	struct strace_log *log = calloc(1, sizeof *log);

	if (log)
		log->enough = true;
	return log;
}

void strace_log_free(struct strace_log *log)
{
	if (!log)
		return;
	processes_free(&log->processes);
	for (int i = 0; i < log->count; i++)
		free(log->connection[i]);
	free(log);
}

const struct log_totals *strace_log_totals(const struct strace_log *log)
{
	return &log->totals;
}

static void forget(struct strace_log *log, struct log_connection *c)
{
	int i = 0;

	while (i < log->count && log->connection[i] != c)
		i++;
	for (; i + 1 < log->count; i++)
		log->connection[i] = log->connection[i + 1];
	log->count--;
	free(c);
}

/* One more descriptor stands for it. */
static void take_reference(void *what)
{
	((struct log_connection *)what)->references++;
}

/* The last descriptor is gone: kept only if there was an error. */
static void end_connection(struct strace_log *log, struct log_connection *c)
{
	c->end_line = log->totals.lines;
	if (c->error_line && log->failed < LOG_CONNECTIONS) {
		log->failed++;
		return;
	}
	log->totals.dropped += c->error_line != 0;
	forget(log, c);
}

static void leave(void *what, void *context)
{
	struct log_connection *c = what;

	if (!--c->references)
		end_connection(context, c);
}

/* What -y or -yy tells of a descriptor: "TCP:[127.0.0.1:80->127.0.0.1:5]". */
static struct span decoration(struct span argument)
{
	const char *begin = argument.length ? memchr(argument.text, '<', argument.length) : NULL;

	if (!begin || argument.text[argument.length - 1] != '>')
		return (struct span){"", 0};
	return (struct span){begin + 1, argument.length - (size_t)(begin + 1 - argument.text) - 1};
}

static void note_about(struct log_connection *c, struct span about)
{
	if (about.length && about.length < sizeof c->about)
		snprintf(c->about, sizeof c->about, "%.*s", (int)about.length, about.text);
	if (span_has(about, "UNIX") || span_has(about, "MPTCP"))
		c->modelled = false;
}

static struct log_connection *begin_connection(
	struct strace_log *log, int fd, enum who who, bool whole)
{
	void **place = process_place(log->process, fd);
	struct log_connection *c = NULL;

	if (!place)
		return NULL;
	if (*place)
		leave(*place, log); /* its close is not in the log */
	*place = NULL;
	if (log->count == LOG_OPEN) {
		log->totals.beyond++;
		return NULL;
	}
	c = calloc(1, sizeof *c);
	if (!c) {
		log->enough = false;
		return NULL;
	}
	*c = (struct log_connection){.number = ++log->totals.connections,
		.pid = log->process->pid,
		.fd = fd,
		.begin_line = log->totals.lines,
		.who = who,
		.whole = whole,
		.modelled = true,
		.references = 1};
	log->connection[log->count++] = c;
	*place = c;
	return c;
}

/* The connection of a descriptor; one that was there before the log began shows by its decoration.
 */
static struct log_connection *find_connection(struct strace_log *log, int fd)
{
	struct log_connection *c = process_get(log->process, fd);
	struct span about = decoration(log->first);
	bool tcp = about.length > 4 &&
		   (!memcmp(about.text, "TCP:", 4) || !memcmp(about.text, "TCPv6", 5));

	if (!c && tcp && fd == (int)span_number(log->first, -1))
		c = begin_connection(log, fd, CLIENT, false);
	if (c && fd == (int)span_number(log->first, -1))
		note_about(c, about);
	return c;
}

/* Does an error say that the connection came to an end? */
static bool tells_of_end(const struct step *step, const struct result *r)
{
	static const int ends[] = {EPIPE, ECONNRESET, ECONNREFUSED, ECONNABORTED, ETIMEDOUT,
		EHOSTUNREACH, ENETUNREACH, ENOTCONN, ENETDOWN, EHOSTDOWN};

	if (r->kind != RESULT_ERROR && !(r->kind == RESULT_ERRNO && r->value))
		return false;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (r->value == ends[i])
			return step->operation->id != OP_GETPEERNAME;
	return false;
}

/* A length that is longer than the model's queues take stands for any that is. */
static void shorten(struct log_connection *c, struct call *call)
{
	bool part = call->returned >= 0 && call->returned < call->length;

	if (call->id == CALL_write || call->id == CALL_writev || call->id == CALL_sendto ||
		call->id == CALL_sendmsg || call->id == CALL_sendfile || call->id == CALL_splice)
		if (part) {
			call->length = call->returned; /* the rest is the next call's */
			part = false;
		}
	if (call->length <= LOG_LENGTH && call->returned <= LOG_LENGTH)
		return;
	c->shortened = true;
	if (call->length > LOG_LENGTH)
		call->length = part ? 2L * LOG_LENGTH : LOG_LENGTH;
	if (call->returned > LOG_LENGTH)
		call->returned = LOG_LENGTH;
	if (part && call->length == call->returned)
		call->length = 2L * LOG_LENGTH;
}

/* Is the result one that an experiment may have? A number that is no errno, say, is none. */
static bool is_result(const struct step *step, const char *text)
{
	struct words words;
	struct result result;
	int at;
	const char *what;

	return text_cut(&words, text, strlen(text), &at, &what) &&
	       result_parse(&result, step_form(step), words.word, words.count, &at, &what) ==
		       words.count;
}

static void add_step(struct strace_log *log, struct log_connection *c, const struct call *seen)
{
	struct call call = *seen;
	struct step step;
	char left[LOG_STEP], right[RESULT_TEXT];

	if (call_shape(call.id) == SHAPE_LENGTH)
		shorten(c, &call);
	if (!call_step(&call, c->who, &step)) {
		log->totals.lacking++;
		return;
	}
	struct result result = call_result(&call, &step);

	step_text(&step, left, sizeof left);
	result_text(&result, right, sizeof right);
	if (!is_result(&step, right)) {
		log->totals.lacking++;
		return;
	}
	char *text = c->step[c->count++ % LOG_CALLS];

	if (snprintf(text, LOG_STEP, "%s = %s", left, right) >= LOG_STEP)
		text[0] = '\0';
	bool receives = step.operation->flags & RECEIVES && result.kind == RESULT_NUMBER;
	bool empty = receives && !result.value && step.number[0] && !c->received;

	c->received += receives ? result.value : 0;
	if (!c->error_line && (empty || tells_of_end(&step, &result))) {
		c->error_line = log->totals.lines;
		snprintf(c->error, sizeof c->error, "%s", text);
	}
}

/* accept(2): a connection of the server's. */
static void take_accepted(struct strace_log *log, const struct call *call)
{
	struct log_connection *listener = process_get(log->process, call->fd), *c;
	const char *told = log->result;

	if (call->returned < 0)
		return;
	c = begin_connection(log, (int)call->returned, SERVER, true);
	if (!c)
		return;
	c->modelled = !listener || listener->modelled;
	snprintf(c->step[c->count++], LOG_STEP, "server accept = 0");
	note_about(c, decoration((struct span){told, strcspn(told, " ")}));
}

static void close_descriptor(struct strace_log *log, const struct call *call)
{
	void **place = process_place(log->process, call->fd);
	struct log_connection *c = place ? *place : NULL;

	if (!c)
		return;
	*place = NULL;
	if (c->references == 1)
		add_step(log, c, call);
	leave(c, log);
}

/* dup(2), dup2(2), fcntl(2) F_DUPFD: one more descriptor. */
static void duplicate(struct strace_log *log, const struct call *call)
{
	struct log_connection *c = process_get(log->process, call->fd);
	void **place =
		call->returned >= 0 ? process_place(log->process, (int)call->returned) : NULL;

	if (!place || *place == c)
		return;
	if (*place)
		leave(*place, log);
	*place = c;
	if (c)
		take_reference(c);
}

static void take_call(const struct call *call, void *context)
{
	struct strace_log *log = context;
	enum operation_id id = call_operation(call);
	struct log_connection *c;

	if (id == OP_ACCEPT) {
		take_accepted(log, call);
		return;
	}
	c = find_connection(log, call->fd);
	if (id == OP_CLOSE)
		close_descriptor(log, call);
	else if (id == OP_DUP)
		duplicate(log, call);
	else if (c && id == OP_LISTEN)
		c->listens = true;
	else if (c && !c->listens && call->id != CALL_bind && call->id != CALL_getsockname)
		add_step(log, c, call);
	log->totals.calls += c != NULL;
}

/* socket(2): a stream socket may become a connection. */
static void take_socket(struct strace_log *log, struct span arguments)
{
	struct strace_arguments cut;
	long fd = strtol(log->result, NULL, 10);

	strace_arguments_cut(&cut, arguments);
	if (cut.count < 3 || fd < 0 || !span_has(cut.argument[1], "SOCK_STREAM"))
		return;
	struct log_connection *c = begin_connection(log, (int)fd, CLIENT, true);

	if (!c)
		return;
	c->modelled = span_has(cut.argument[0], "INET") && !span_has(cut.argument[2], "MPTCP");
	snprintf(c->about, sizeof c->about, "%.*s", (int)cut.argument[0].length,
		cut.argument[0].text);
	if (span_has(cut.argument[1], "SOCK_NONBLOCK"))
		snprintf(c->step[c->count++], LOG_STEP, "client fcntl F_SETFL O_NONBLOCK = 0");
}

/* fork(2), vfork(2), clone(2), clone3(2) */
static bool makes_process(const char *name)
{
	return !strcmp(name, "fork") || !strcmp(name, "vfork") || !strncmp(name, "clone", 5);
}

static void take_fork(struct strace_log *log, struct span arguments)
{
	long child = strtol(log->result, NULL, 10);

	if (child > 0)
		log->enough &= processes_fork(&log->processes, log->process->pid, child,
			span_has(arguments, "CLONE_FILES"), take_reference);
}

/* Connects, so its address is known. */
static void take_address(struct strace_log *log, struct span arguments)
{
	struct log_connection *c = process_get(log->process, (int)span_number(arguments, -1));
	const char *begin = memchr(arguments.text, '{', arguments.length), *end;

	if (!c || !begin ||
		!(end = memchr(begin, '}', (size_t)(arguments.text + arguments.length - begin))))
		return;
	note_about(c, (struct span){begin, (size_t)(end + 1 - begin)});
}

/* Names that no connection is followed by, and that are nevertheless understood. */
static void take_finished(
	struct strace_log *log, const char *name, struct span arguments, const char *result)
{
	struct strace_arguments cut;

	log->result = result;
	strace_arguments_cut(&cut, arguments);
	log->first = cut.count ? cut.argument[0] : (struct span){"", 0};
	if (!strcmp(name, "socket"))
		take_socket(log, arguments);
	else if (makes_process(name))
		take_fork(log, arguments);
	else {
		if (!strcmp(name, "connect"))
			take_address(log, arguments);
		strace_call_each(name, arguments, result, take_call, log);
	}
}

static void take_unfinished(struct strace_log *log, const struct strace_line *line)
{
	struct process *p = log->process;

	free(p->arguments);
	p->arguments = strndup(line->arguments, line->length);
	snprintf(p->name, sizeof p->name, "%s", line->name);
	log->enough &= p->arguments != NULL;
}

/* The rest of a call; of one whose beginning is not in the log nothing is known. */
static bool take_resumed(struct strace_log *log, const struct strace_line *line)
{
	struct process *p = log->process;
	char *whole = NULL;
	int length = -1;

	if (p->arguments && !strcmp(p->name, line->name))
		length = asprintf(
			&whole, "%s%.*s", p->arguments, (int)line->length, line->arguments);
	bool known = length >= 0;

	if (known)
		take_finished(log, line->name, (struct span){whole, (size_t)length}, line->result);
	free(known ? whole : NULL);
	free(p->arguments);
	p->arguments = NULL;
	p->name[0] = '\0';
	return known;
}

/* A process that is in the middle of making another, whose lines come first. */
static void adopt(struct strace_log *log, long pid)
{
	for (int i = 0; i < log->processes.count; i++) {
		const struct process *p = &log->processes.process[i];

		if (p->pid == pid)
			return;
		if (p->arguments && makes_process(p->name)) {
			processes_fork(&log->processes, p->pid, pid,
				strstr(p->arguments, "CLONE_FILES") != NULL, take_reference);
			return;
		}
	}
}

static void not_understood(struct strace_log *log)
{
	if (log->totals.unknown < LOG_UNKNOWN)
		log->totals.unknown_line[log->totals.unknown] = log->totals.lines;
	log->totals.unknown++;
}

bool strace_log_feed(struct strace_log *log, const char *text)
{
	struct strace_line line;
	bool understood = true;

	log->totals.lines++;
	strace_line_read(&line, text);
	if (line.kind == STRACE_UNKNOWN || line.kind == STRACE_MESSAGE) {
		if (line.kind == STRACE_UNKNOWN)
			not_understood(log);
		return true;
	}
	adopt(log, line.pid);
	log->process = processes_find(&log->processes, line.pid);
	if (!log->process) {
		not_understood(log);
		return true;
	}
	if (line.kind == STRACE_CALL)
		take_finished(
			log, line.name, (struct span){line.arguments, line.length}, line.result);
	else if (line.kind == STRACE_UNFINISHED)
		take_unfinished(log, &line);
	else if (line.kind == STRACE_RESUMED)
		understood = take_resumed(log, &line);
	else if (line.kind == STRACE_EXIT)
		processes_end(&log->processes, line.pid, leave, log);
	if (!understood)
		not_understood(log);
	return log->enough;
}

const struct log_connection *strace_log_connection(const struct strace_log *log, int i)
{
	for (int failed = 1; failed >= 0; failed--)
		for (int j = 0; j < log->count; j++) {
			const struct log_connection *c = log->connection[j];

			if (c->listens || !c->count || (c->error_line != 0) != failed)
				continue;
			if (!i--)
				return c;
		}
	return NULL;
}

void log_connection_print(const struct log_connection *c, FILE *out)
{
	long first = c->count > LOG_CALLS ? c->count - LOG_CALLS : 0;

	for (long i = first; i < c->count; i++)
		if (*c->step[i % LOG_CALLS])
			fprintf(out, "%s\n", c->step[i % LOG_CALLS]);
}
