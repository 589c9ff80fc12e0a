#include "strace/strace_log.h"

#include "strace/strace_line.h"

#include <stdlib.h>
#include <string.h>

/* A line that goes on in the next one: something was printed between its parts. */
struct held {
	char *text; /* NULL: none */
	long line;
};

struct strace_log {
	struct follower follower;
	struct processes processes;
	struct held held;
};

struct strace_log *strace_log_new(void)
{
	struct strace_log *log = calloc(1, sizeof *log);

	if (log) {
		log->follower.enough = true;
		log->follower.processes = &log->processes;
	}
	return log;
}

void strace_log_free(struct strace_log *log)
{
	if (!log)
		return;
	processes_free(&log->processes);
	for (int i = 0; i < log->follower.count; i++)
		free(log->follower.connection[i]);
	free(log->held.text);
	free(log);
}

const struct log_totals *strace_log_totals(const struct strace_log *log)
{
	return &log->follower.totals;
}

static void not_understood(struct strace_log *log, long line)
{
	struct log_totals *t = &log->follower.totals;

	if (t->unknown < LOG_UNKNOWN)
		t->unknown_line[t->unknown] = line;
	t->unknown++;
}

/* fork(2), vfork(2), clone(2), clone3(2) */
static bool makes_process(const char *name)
{
	return !strcmp(name, "fork") || !strcmp(name, "vfork") || !strncmp(name, "clone", 5);
}

static void add_child(
	struct strace_log *log, struct process *parent, long child, const char *arguments)
{
	processes_fork(&log->processes, parent, child, strstr(arguments, "CLONE_FILES") != NULL,
		connections_take);
}

static bool is_making(const struct process *process, const void *context)
{
	(void)context;
	return process->arguments && makes_process(process->name);
}

/* A process that another is in the middle of making; its lines come first. */
static void adopt(struct strace_log *log, long pid)
{
	if (processes_known(&log->processes, pid))
		return;
	struct process *parent = processes_only(&log->processes, is_making, NULL);

	if (parent)
		add_child(log, parent, pid, parent->arguments);
}

/* One whose beginning is not in the log; NULL as of processes_find. */
static struct process *add_orphan(struct strace_log *log, long pid)
{
	bool first = !log->processes.count;
	struct process *process = processes_find(&log->processes, pid);

	if (process && !first) {
		process->orphan = true;
		log->follower.totals.orphans++;
	}
	return process;
}

static bool is_any(const struct process *process, const void *context)
{
	(void)process, (void)context;
	return true;
}

static bool is_resumed(const struct process *process, const void *context)
{
	const struct strace_line *line = context;

	return process->arguments && !strcmp(process->name, line->name);
}

/* On a terminal strace names a process while there is more than one. */
static struct process *find_nameless(struct strace_log *log, const struct strace_line *line)
{
	struct process *process = processes_known(&log->processes, 0);

	if (!process && log->processes.count == 1 && log->follower.process)
		return log->follower.process;
	if (!process)
		process = processes_only(&log->processes, is_any, NULL);
	if (!process && line->kind == STRACE_RESUMED)
		process = processes_only(&log->processes, is_resumed, line);
	if (!process && !log->processes.count)
		process = processes_find(&log->processes, 0);
	return process;
}

/* Its lines were not named before. */
static struct process *name(struct strace_log *log, struct process *nameless, long pid)
{
	processes_name(&log->processes, nameless, pid);
	for (int i = 0; i < log->follower.count; i++)
		if (!log->follower.connection[i]->pid)
			log->follower.connection[i]->pid = pid;
	return nameless;
}

/* Whose line is it? The first that is named and no child's is whose lines were not named. */
static struct process *find_process(struct strace_log *log, const struct strace_line *line)
{
	struct process *last = log->follower.process, *nameless;

	if (last && last->pid == line->pid && line->pid)
		return last;
	if (!line->pid)
		return find_nameless(log, line);
	adopt(log, line->pid);
	if (processes_known(&log->processes, line->pid))
		return processes_known(&log->processes, line->pid);
	nameless = line->bracketed ? processes_known(&log->processes, 0) : NULL;
	return nameless ? name(log, nameless, line->pid) : add_orphan(log, line->pid);
}

static void take_finished(
	struct strace_log *log, const char *name, struct span arguments, const char *result)
{
	long child = strtol(result, NULL, 10);

	if (!makes_process(name))
		follow_call(&log->follower, name, arguments, result);
	else if (child > 0)
		processes_fork(&log->processes, log->follower.process, child,
			span_has(arguments, "CLONE_FILES"), connections_take);
}

static void take_unfinished(struct strace_log *log, const struct strace_line *line)
{
	struct process *p = log->follower.process;

	follow_over(&log->follower, p);
	follow_begun(&log->follower, line->name, (struct span){line->arguments, line->length});
	log->follower.enough &= process_begin(p, line->name, line->arguments, line->length);
}

/* The rest of a call; of one whose beginning is not in the log nothing is known. */
static bool take_resumed(struct strace_log *log, const struct strace_line *line)
{
	struct process *p = log->follower.process;
	char *whole = NULL;
	int length = -1;

	if (p->arguments && !strcmp(p->name, line->name))
		length = asprintf(
			&whole, "%s%.*s", p->arguments, (int)line->length, line->arguments);
	bool known = length >= 0;

	if (known) {
		log->follower.resumed = p->on;
		log->follower.flight = p->flight;
		take_finished(log, line->name, (struct span){whole, (size_t)length}, line->result);
		log->follower.resumed = NULL;
	}
	follow_over(&log->follower, p);
	free(known ? whole : NULL);
	free(p->arguments);
	p->arguments = NULL;
	p->name[0] = '\0';
	return known;
}

/* "+++ killed by SIGPIPE +++": so it was not ignored. */
static void take_exit(struct strace_log *log, const struct strace_line *line)
{
	const struct descriptors *d = log->follower.process->descriptors;

	for (int i = 0; i < d->room && strstr(line->text, "killed by SIGPIPE"); i++) {
		struct log_connection *c = d->at[i];

		if (c && c->error_line)
			c->killed = true;
	}
	follow_over(&log->follower, log->follower.process);
	processes_end(&log->processes, log->follower.process, connections_leave, &log->follower);
	log->follower.process = NULL;
}

static void take_line(struct strace_log *log, const struct strace_line *line)
{
	bool understood = true;

	log->follower.process = find_process(log, line);
	if (!log->follower.process) {
		if (log->processes.exhausted)
			log->follower.enough = false;
		else if (log->processes.count == PROCESS_LIMIT)
			log->follower.totals.crowd++;
		else
			not_understood(log, log->follower.totals.lines);
		return;
	}
	if (line->kind == STRACE_CALL)
		take_finished(log, line->name, (struct span){line->arguments, line->length},
			line->result);
	else if (line->kind == STRACE_UNFINISHED)
		take_unfinished(log, line);
	else if (line->kind == STRACE_RESUMED)
		understood = take_resumed(log, line);
	else if (line->kind == STRACE_EXIT)
		take_exit(log, line);
	if (!understood)
		not_understood(log, log->follower.totals.lines);
	log->follower.enough &= !log->processes.exhausted;
}

/* strace ends a line before it begins another: nothing more comes of what is held. */
static void give_up_held(struct strace_log *log)
{
	if (log->held.text)
		not_understood(log, log->held.line);
	free(log->held.text);
	log->held.text = NULL;
}

/* A call of which the rest comes in another line: what the program printed stands between, or
 * strace's own message of a process that the call makes. */
static bool hold(struct strace_log *log, const struct strace_line *line, const char *text)
{
	if (line->kind != STRACE_CUT)
		return false;
	give_up_held(log);
	log->held = (struct held){
		.text = strndup(text, line->length), .line = log->follower.totals.lines};
	log->follower.enough &= log->held.text != NULL;
	if (!line->attached || !log->held.text)
		return true;
	struct strace_line begun = *line;
	struct process *parent;

	begun.kind = STRACE_UNFINISHED;
	parent = find_process(log, &begun);
	if (parent)
		add_child(log, parent, line->attached, log->held.text);
	return true;
}

/* Is text the rest of the line that is held? Then it is taken. */
static bool take_rest(struct strace_log *log, const char *text)
{
	struct strace_line line;
	char *whole = NULL;

	if (!log->held.text || asprintf(&whole, "%s%s", log->held.text, text) < 0)
		return false;
	strace_line_read(&line, whole);
	bool joined = line.kind == STRACE_CALL || line.kind == STRACE_UNFINISHED ||
		      line.kind == STRACE_RESUMED;

	if (joined) {
		take_line(log, &line);
		free(log->held.text);
		log->held.text = NULL;
	}
	free(whole);
	return joined;
}

bool strace_log_feed(struct strace_log *log, const char *text)
{
	struct strace_line line;

	log->follower.totals.lines++;
	strace_line_read(&line, text);
	if (line.kind == STRACE_MESSAGE && line.attached) {
		adopt(log, line.attached);
		if (log->processes.count && !processes_known(&log->processes, line.attached))
			add_orphan(log, line.attached);
	} else if (line.kind == STRACE_UNKNOWN || line.kind == STRACE_MESSAGE) {
		if (!take_rest(log, text) && line.kind == STRACE_UNKNOWN)
			not_understood(log, log->follower.totals.lines);
	} else if (!hold(log, &line, text)) {
		give_up_held(log);
		take_line(log, &line);
	}
	return log->follower.enough;
}

bool strace_log_call(struct strace_log *log, long pid, const struct call *call)
{
	struct strace_line line = {.kind = STRACE_CALL, .pid = pid};

	log->follower.totals.lines++;
	log->follower.process = find_process(log, &line);
	if (!log->follower.process) {
		log->follower.totals.crowd++;
		return !log->processes.exhausted;
	}
	follow_seen(&log->follower, call);
	return log->follower.enough && !log->processes.exhausted;
}

static void take_hanging(struct process *process, void *context)
{
	follow_hangs(context, process);
}

void strace_log_end(struct strace_log *log)
{
	give_up_held(log);
	processes_each(&log->processes, take_hanging, &log->follower);
}

const struct log_connection *strace_log_connection(const struct strace_log *log, int i)
{
	for (int failed = 1; failed >= 0; failed--)
		for (int j = 0; j < log->follower.count; j++) {
			const struct log_connection *c = log->follower.connection[j];

			if (c->proof == PROOF_NONE || c->listens || !c->count ||
				(c->error_line != 0) != failed)
				continue;
			if (!i--)
				return c;
		}
	return NULL;
}
