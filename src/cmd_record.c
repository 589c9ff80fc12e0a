/*
 * closewait record [NAME|FILE]...
 */
#include "catalog.h"
#include "clock.h"
#include "cmd.h"
#include "kernlog.h"
#include "record.h"
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { KMSG_LIMIT = 8192 }; /* bytes in one record of /dev/kmsg: PRINTKRB_RECORD_MAX and more */

struct recording {
	bool plan, log;
	unsigned families;
	struct session_options options;
	int experiment_count, run_count;
	struct experiment **experiment;
	struct session session;
	int kmsg; /* -1: the kernel's log cannot be read */
};

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"plan", no_argument, NULL, 'p'},
	{"kernel-log", no_argument, NULL, 'l'},
	{"family", required_argument, NULL, 'f'},
	{"deadline", required_argument, NULL, 'd'},
	{0},
};

/* Reads the command line; false with *status when the command is over. */
static bool read_options(int argc, char **argv, struct recording *r, enum status *status)
{
	int option;
	long deadline;

	*status = STATUS_MISUSE;
	while ((option = next_option(argc, argv, options)) != -1)
		switch (option) {
		case 'p':
			r->plan = true;
			break;
		case 'l':
			r->log = true;
			break;
		case 'f':
			if (!family_option(optarg, &r->families))
				return false;
			break;
		case 'd':
			if (!number_option("--deadline", optarg, 1, DEADLINE_LIMIT, &deadline))
				return false;
			r->options.deadline = (int)deadline;
			break;
		default:
			*status = option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
			return false;
		}
	return true;
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

static void add_experiment(struct recording *r, const char *name, enum status *status)
{
	enum status loaded;
	struct experiment *e = catalog_load(name, &loaded);

	*status = status_merge(*status, loaded);
	if (!e)
		return;
	r->experiment[r->experiment_count++] = e;
	if (!shorten_name(e))
		*status = STATUS_MISUSE;
	for (int i = 0; i + 1 < r->experiment_count; i++)
		if (!strcmp(r->experiment[i]->name, e->name)) {
			message("%s: two experiments of this name", e->name);
			*status = STATUS_MISUSE;
		}
}

/* Reads every experiment before the first is run; without names the catalogue. */
static enum status load_experiments(struct recording *r, char **names)
{
	enum status status = STATUS_EXPECTED;
	size_t count = 1;

	for (char **name = names; *name; name++)
		count++;
	for (const struct text *t = texts; t->name; t++)
		count++;
	r->experiment = calloc(count, sizeof(struct experiment *));
	if (!r->experiment) {
		message("no memory for the experiments");
		return STATUS_ENVIRONMENT;
	}
	for (char **name = names; *name; name++)
		add_experiment(r, *name, &status);
	for (const struct text *t = texts; !*names && t->name; t++)
		if (!strcmp(t->kind, "trace"))
			add_experiment(r, t->name, &status);
	return status;
}

/* Calls run for every experiment and family, until it returns false. */
static bool each_run(struct recording *r,
	bool (*run)(struct recording *r, const struct experiment *e, enum family family))
{
	unsigned families = r->families ? r->families : ~0U;

	for (int i = 0; i < r->experiment_count; i++)
		for (int f = 0; f < FAMILY_COUNT; f++)
			if (r->experiment[i]->families & families & 1u << f &&
				!run(r, r->experiment[i], (enum family)f))
				return false;
	return true;
}

static bool count_run(struct recording *r, const struct experiment *e, enum family family)
{
	(void)e;
	(void)family;
	r->run_count++;
	return true;
}

static bool print_run(struct recording *r, const struct experiment *e, enum family family)
{
	(void)r;
	printf("%s %s\n", e->name, family_name(family));
	return true;
}

static long milliseconds_since_boot(void)
{
	return (long)(clock_read(CLOCK_BOOTTIME) / 1000000);
}

/* Writes a frame whose text was printed to *stream, and frees it. */
static bool write_stream(const char *head, FILE *stream, char **text, const size_t *size)
{
	bool good = !fclose(stream);

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
	struct utsname name;
	char *text = NULL;
	size_t size;
	FILE *out = uname(&name) ? NULL : open_memstream(&text, &size);

	if (!out)
		return false;
	fprintf(out, "uname %s %s %s %s\n", name.sysname, name.release, name.version, name.machine);
	fprintf(out, "judged-as %d.%d.%d\n", r->session.kernel.major, r->session.kernel.minor,
		r->session.kernel.patch);
	print_file(out, "version", "/proc/version");
	print_file(out, "command-line", "/proc/cmdline");
	for (const char *at = r->session.notes; *at; at += strcspn(at, "\n") + 1)
		fprintf(out, "note %.*s\n", (int)strcspn(at, "\n"), at);
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

static bool record_run(struct recording *r, const struct experiment *e, enum family family)
{
	struct trace *trace = trace_new(e, family, r->session.kernel);
	char head[256], *text = NULL;
	size_t size;
	FILE *out = trace ? open_memstream(&text, &size) : NULL;

	if (!out) {
		trace_free(trace);
		return false;
	}
	session_run(&r->session, trace);
	trace_print(trace, false, out);
	snprintf(head, sizeof head, "run %.*s %s %s %ld", WORD_LIMIT, e->name, family_name(family),
		name_text(verdicts, trace->verdict), (long)((trace->end - trace->begin) / 1000));
	trace_free(trace);
	return write_stream(head, out, &text, &size);
}

/* Writes the whole record. What fails leaves it without its end. */
static bool write_record(struct recording *r)
{
	char head[64];

	snprintf(head, sizeof head, "plan %d %ld", r->run_count, milliseconds_since_boot());
	record_write(stdout, head, "", 0);
	if (!write_about(r) || !write_log(r, "log before") || !each_run(r, record_run) ||
		!write_log(r, "log during"))
		return false;
	snprintf(head, sizeof head, "end %d %ld", r->run_count, milliseconds_since_boot());
	record_write(stdout, head, "", 0);
	return !fflush(stdout);
}

static enum status record_session(struct recording *r)
{
	char why[REASON_LIMIT];

	/* Before the sandbox: there a user namespace may hide the caller's right to it. */
	r->kmsg = r->log ? open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	if (session_open(&r->session, &r->options, why, sizeof why)) {
		message("%s", why);
		if (r->kmsg >= 0)
			close(r->kmsg);
		return STATUS_ENVIRONMENT;
	}
	bool written = write_record(r);

	session_close(&r->session);
	if (r->kmsg >= 0)
		close(r->kmsg);
	if (!written)
		message("the record could not be written whole");
	return written ? STATUS_EXPECTED : STATUS_ENVIRONMENT;
}

enum status cmd_record(int argc, char **argv)
{
	struct recording r = {.options = {.deadline = DEADLINE_DEFAULT,
				      .sandbox = true,
				      .wire = WIRE_FULL,
				      .events = true,
				      .counters = true}};
	enum status status;

	if (!read_options(argc, argv, &r, &status))
		return status;
	status = load_experiments(&r, argv + optind);
	if (status == STATUS_EXPECTED && r.plan)
		each_run(&r, print_run);
	else if (status == STATUS_EXPECTED) {
		each_run(&r, count_run);
		status = record_session(&r);
	}
	for (int i = 0; i < r.experiment_count; i++)
		experiment_free(r.experiment[i]);
	free((void *)r.experiment);
	return status;
}
