/*
 * closewait record [NAME|FILE]...
 */
#include "cmd/cmd.h"
#include "cmd/selection.h"
#include "explore/reduce.h"
#include "observe/sysinfo.h"
#include "pool/pool.h"
#include "report/kernlog.h"
#include "report/record.h"
#include "util/clock.h"
#include "util/memstream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { KMSG_LIMIT = 8192 }; /* bytes in one record of /dev/kmsg: PRINTKRB_RECORD_MAX and more */

struct recording {
	bool plan, log, differences;
	struct reduced *reduced; /* shared with the workers; NULL: differences are not asked for */
	unsigned families;
	struct selection selection;
	struct jobs jobs;
	struct progress progress;
	int written; /* frames of runs */
	int kmsg;    /* -1: the kernel's log cannot be read */
};

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"plan", no_argument, NULL, 'p'},
	{"kernel-log", no_argument, NULL, 'l'},
	{"differences", no_argument, NULL, 'D'},
	{"family", required_argument, NULL, 'f'},
	{"deadline", required_argument, NULL, 'd'},
	{"jobs", required_argument, NULL, 'j'},
	{"stack", required_argument, NULL, 'S'},
	{0},
};

/* Takes an option; false when the command is over. */
static bool take_option(int option, struct recording *r)
{
	switch (option) {
	case 'p':
		return r->plan = true;
	case 'l':
		return r->log = true;
	case 'D':
		return r->differences = true;
	case 'f':
		return cmd_family_option(optarg, &r->families);
	case 'd':
		return cmd_int_option("--deadline", DEADLINE_LIMIT, &r->jobs.work.session.deadline);
	case 'S':
		return cmd_stack_option(optarg, &r->jobs.work.session);
	case 'j':
		return cmd_int_option("--jobs", JOBS_LIMIT, &r->jobs.count);
	default:
		return false;
	}
}

/* In a record an experiment has the name of its file, without directory and ".trace". */
static bool shorten_name(struct experiment *e)
{
	const char *slash = strrchr(e->name, '/');
	size_t length;

	if (slash)
		memmove(e->name, slash + 1, strlen(slash + 1) + 1);
	length = strlen(e->name);
	if (length > strlen(".trace") && !strcmp(e->name + length - strlen(".trace"), ".trace"))
		e->name[length - strlen(".trace")] = '\0';
	if (record_name_valid(e->name) && strlen(e->name) <= WORD_LIMIT)
		return true;
	message("%s: expected a name of at most %d letters, digits, '.', '_', '+', '~' and '-'",
		e->name, WORD_LIMIT);
	return false;
}

/* Names that a record can have, each once. */
static bool shorten_names(const struct selection *s)
{
	bool good = true;

	for (int i = 0; i < s->experiment_count; i++) {
		good &= shorten_name(s->experiment[i]);
		for (int j = 0; j < i; j++)
			if (!strcmp(s->experiment[j]->name, s->experiment[i]->name)) {
				message("%s: two experiments of this name", s->experiment[i]->name);
				good = false;
			}
	}
	return good;
}

static long milliseconds_since_boot(void)
{
	return (long)(clock_read(CLOCK_BOOTTIME) / 1000000);
}

/* Writes a frame whose text was printed to stream, and frees it. */
static bool write_stream(const char *head, FILE *stream, char **text, const size_t *size)
{
	bool good = memory_close(stream, text);

	if (good)
		record_write(stdout, head, *text, *size);
	free(*text);
	return good && !fflush(stdout);
}

static void print_file(FILE *out, const char *key, const char *path)
{
	char line[4096];
	FILE *file = fopen(path, "re");

	if (file && fgets(line, sizeof line, file))
		fprintf(out, "%s %.*s\n", key, (int)strcspn(line, "\n"), line);
	if (file)
		fclose(file);
}

static bool write_about(const struct recording *r)
{
	struct version kernel;
	struct utsname name;
	char *context = sysinfo_read(&kernel), *text = NULL;
	size_t size;
	FILE *out = uname(&name) || !context ? NULL : open_memstream(&text, &size);

	free(context);
	if (!out)
		return false;
	fprintf(out, "uname %s %s %s %s\n", name.sysname, name.release, name.version, name.machine);
	if (r->jobs.work.session.stack)
		fprintf(out, "stack %s\njudged-as the newest Linux\n", r->jobs.work.session.stack);
	else
		fprintf(out, "judged-as %d.%d.%d\n", kernel.major, kernel.minor, kernel.patch);
	print_file(out, "version", "/proc/version");
	print_file(out, "command-line", "/proc/cmdline");
	if (r->log && r->kmsg < 0)
		fprintf(out, "note the kernel's log cannot be read\n");
	return write_stream("about", out, &text, &size);
}

/* Writes what the kernel's log has alarming between the last call and this one. A record of
 * /dev/kmsg is "PRIORITY,NUMBER,TIME,FLAGS;MESSAGE" and lines of keys that begin with a blank
 * (Documentation/ABI/testing/dev-kmsg). */
static bool write_log(const struct recording *r, const char *head)
{
	char entry[KMSG_LIMIT + 1], *text = NULL;
	size_t size;
	FILE *out = r->kmsg < 0 ? NULL : open_memstream(&text, &size);

	if (!out)
		return r->kmsg < 0;
	for (int lines = 0; lines < KERNLOG_LIMIT;) {
		ssize_t n = read(r->kmsg, entry, KMSG_LIMIT);

		if (n < 0 && errno == EPIPE)
			continue; /* overwritten before it was read; the next read goes on behind */
		if (n <= 0)
			break;
		entry[n] = '\0';
		const char *line = strchr(entry, ';');

		if (line)
			lines += kernlog_print_alarming(line + 1, out);
	}
	fflush(out);
	if (size)
		return write_stream(head, out, &text, &size);
	fclose(out);
	free(text);
	return true;
}

/* The frame of a run is the result. */
static struct job_result report_frame(const struct trace *trace)
{
	struct job_result result = {.status = verdict_status(trace->verdict), .runs = 1};
	char head[256], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out)
		trace_print(trace, false, out);
	FILE *frame =
		memory_close(out, &text) ? open_memstream(&result.text, &result.length) : NULL;

	snprintf(head, sizeof head, "run %.*s %s %s %ld", WORD_LIMIT, trace->experiment->name,
		family_name(trace->family), symbol_text(verdicts, trace->verdict),
		(long)((trace->end - trace->begin) / 1000));
	if (frame)
		record_write(frame, head, text, size);
	free(text);
	memory_close(frame, &result.text);
	return result;
}

static struct trace *trace_of(const struct work *work, int task, struct version kernel)
{
	const struct task *t = &((const struct recording *)work->context)->selection.task[task];

	return trace_new(t->experiment, t->family, kernel);
}

/* Writes the frame of a difference, whose text is taken. */
static void write_difference(
	const struct trace *trace, const struct difference *difference, FILE *out)
{
	char head[256], *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	snprintf(head, sizeof head, "difference %.*s %s %d %d", WORD_LIMIT, trace->experiment->name,
		family_name(trace->family), difference->shown, REDUCE_REPEATS);
	if (stream)
		fprintf(stream, "call %s\nlinux %s\nstack %s\n\n%s", difference->call,
			difference->expected, difference->observed,
			difference->text ? difference->text : "");
	if (memory_close(stream, &text))
		record_write(out, head, text, size);
	free(text);
	free(difference->text);
}

/* Behind the run's frame one for each difference to Linux that it shows. */
static void add_differences(struct session *session, const struct trace *trace,
	struct reduced *reduced, struct job_result *result)
{
	char *text = NULL;
	size_t size;
	FILE *out = result->text ? open_memstream(&text, &size) : NULL;
	struct difference difference;

	if (!out)
		return;
	fwrite(result->text, 1, result->length, out);
	for (int i = 0; i < trace->reached; i++)
		if (reduce_is_difference(trace, i) &&
			reduce(session, trace, i, reduced, &difference))
			write_difference(trace, &difference, out);
	if (!memory_close(out, &text))
		return;
	free(result->text);
	result->text = text;
	result->length = size;
}

static struct job_result record_run(const struct work *work, int task, struct session *session)
{
	const struct recording *r = work->context;
	struct trace *trace = trace_of(work, task, session->kernel);
	struct job_result result = {.status = STATUS_ENVIRONMENT};

	if (!trace)
		return result;
	session_run(session, trace);
	result = report_frame(trace);
	if (r->reduced && trace->verdict == VERDICT_DEVIATES)
		add_differences(session, trace, r->reduced, &result);
	trace_free(trace);
	progress_count(work->progress, 1);
	return result;
}

static struct job_result record_lost(const struct work *work, int task, const char *reason)
{
	struct trace *trace = trace_of(work, task, (struct version){0});
	struct job_result result = {.status = STATUS_ENVIRONMENT};

	if (!trace)
		return result;
	trace_fail(trace, "%s", reason);
	result = report_frame(trace);
	trace_free(trace);
	return result;
}

/* Writes a run's frame. Nothing follows one that is not there: the record ends before it. */
static bool give(void *context, int task, const struct job_result *result)
{
	struct recording *r = context;
	bool written = result->text &&
		       fwrite(result->text, 1, result->length, stdout) == result->length &&
		       !fflush(stdout);

	(void)task;
	r->written += written;
	return written;
}

static bool write_mark(const char *kind, int runs, const char *behind)
{
	char head[64];

	snprintf(head, sizeof head, "%s %d %ld%s", kind, runs, milliseconds_since_boot(), behind);
	record_write(stdout, head, "", 0);
	return !fflush(stdout);
}

/* Writes the whole record. What fails leaves it without its end. */
static bool write_record(struct recording *r)
{
	int runs = r->selection.count;
	char version[16];

	snprintf(version, sizeof version, " %d", RECORD_VERSION);
	if (!write_mark("plan", runs, version) || !write_about(r) || !write_log(r, "log before"))
		return false;
	pool_run(&r->jobs);
	return r->written == runs && write_log(r, "log during") && write_mark("end", runs, "");
}

static enum status record(struct recording *r)
{
	if (progress_start(&r->progress, r->selection.count)) {
		message("no memory for the progress");
		return STATUS_ENVIRONMENT;
	}
	/* Before the sandbox: there a user namespace may hide the caller's right to it. */
	r->kmsg = r->log ? open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	r->reduced = r->differences ? mmap(NULL, sizeof *r->reduced, PROT_READ | PROT_WRITE,
					      MAP_SHARED | MAP_ANONYMOUS, -1, 0)
				    : NULL;
	bool written = r->reduced != MAP_FAILED && write_record(r);

	if (r->kmsg >= 0)
		close(r->kmsg);
	if (r->reduced && r->reduced != MAP_FAILED)
		munmap(r->reduced, sizeof *r->reduced);
	progress_stop(&r->progress);
	if (!written)
		message("the record could not be written whole");
	return written ? STATUS_EXPECTED : STATUS_ENVIRONMENT;
}

static void print_plan(const struct selection *s)
{
	for (int i = 0; i < s->count; i++)
		printf("%s %s\n", s->task[i].experiment->name, family_name(s->task[i].family));
}

enum status cmd_record(int argc, char **argv)
{
	struct recording r = {.jobs = {.count = 1,
				      .work = {.run = record_run,
					      .lost = record_lost,
					      .context = &r,
					      .session = {.deadline = DEADLINE_DEFAULT,
						      .sandbox = true,
						      .wire = WIRE_FULL,
						      .events = true,
						      .counters = true},
					      .progress = &r.progress},
				      .give = give,
				      .context = &r}};
	enum status status;
	int option;

	while ((option = cmd_next_option(argc, argv, options)) != -1)
		if (!take_option(option, &r))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	status = selection_load(&r.selection, argv + optind, r.families);
	r.jobs.work.count = r.selection.count;
	if (status == STATUS_EXPECTED && !shorten_names(&r.selection))
		status = STATUS_MISUSE;
	if (status == STATUS_EXPECTED && r.plan)
		print_plan(&r.selection);
	else if (status == STATUS_EXPECTED)
		status = record(&r);
	selection_free(&r.selection);
	return status;
}
