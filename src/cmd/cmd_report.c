/*
 * closewait report DIRECTORY...
 */
#include "cmd/cmd.h"
#include "report/report.h"
#include "util/memstream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { INPUT_LIMIT = 1 << 28 /* bytes of a file */ };

struct command_line {
	const struct report_format *format;
	bool traces, brief;
	char *against; /* a stored kernel's directory; NULL: none */
};

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"format", required_argument, NULL, 'f'},
	{"traces", no_argument, NULL, 't'},
	{"brief", no_argument, NULL, 'b'},
	{"against", required_argument, NULL, 'a'},
	{0},
};

/* Finds the format; false after a message that names them all. */
static bool format_option(const char *text, const struct report_format **format)
{
	char names[128] = "";
	size_t used = 0;

	for (const struct report_format *f = report_formats; f->name; f++) {
		if (!strcmp(f->name, text)) {
			*format = f;
			return true;
		}
		used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
			!used       ? ""
			: f[1].name ? ", "
				    : " or ",
			f->name);
	}
	message("--format=%s: expected %s", text, names);
	return false;
}

static bool read_options(int argc, char **argv, struct command_line *line, enum status *status)
{
	int option;

	*status = STATUS_MISUSE;
	while ((option = cmd_next_option(argc, argv, options)) != -1) {
		if (option == 't') {
			line->traces = true;
		} else if (option == 'b') {
			line->brief = true;
		} else if (option == 'a') {
			line->against = optarg;
		} else if (option == 'f' && format_option(optarg, &line->format)) {
			continue;
		} else {
			*status = option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
			return false;
		}
	}
	if (line->brief && line->format->print) {
		message("report: --brief: --format=%s is always complete", line->format->name);
		return false;
	}
	if (line->against && line->format->print) {
		message("report: --against: --format=%s is not for a comparison",
			line->format->name);
		return false;
	}
	if (argc - optind >= 1 && argc - optind < REPORT_KERNELS)
		return true;
	message("report: expected the directories of 1 to %d kernels", REPORT_KERNELS - 1);
	return false;
}

/* NULL without memory. */
static char *path_in(const char *directory, const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s/%s", directory, name) < 0 ? NULL : path;
}

/* The rest of a file. One that is compressed and is cut off or damaged ends there: a record itself
 * tells whether it is whole. NULL when it cannot be read. */
static char *read_all(gzFile file, size_t *size)
{
	char *text = NULL, buffer[512]; /* as much is lost with a damage */
	size_t length = 0;
	int n, error;
	FILE *out = open_memstream(&text, size);

	if (!out)
		return NULL;
	while ((n = gzread(file, buffer, sizeof buffer)) > 0 &&
		(length += (size_t)n) <= INPUT_LIMIT)
		fwrite(buffer, 1, (size_t)n, out);
	gzerror(file, &error);
	if (memory_close(out, &text) && error != Z_ERRNO && length <= INPUT_LIMIT)
		return text;
	free(text);
	return NULL;
}

/* Reads a whole file, compressed or not, a NUL behind it; NULL when it cannot be read, after a
 * message unless it is optional and just not there. */
static char *read_file(const char *directory, const char *name, bool optional, size_t *size)
{
	char *path = path_in(directory, name), *text = NULL;
	gzFile file = path ? gzopen(path, "rbe") : NULL;

	if (file) {
		text = read_all(file, size);
		gzclose(file);
		if (!text)
			message("%s: cannot be read whole", path);
	} else if (!optional || errno != ENOENT)
		message("%s/%s: %s", directory, name, strerror(errno));
	free(path);
	return text;
}

/* Cuts off the slashes that completion puts behind a directory: the kernel has its name. */
static void cut_slashes(char *directory)
{
	size_t length = strlen(directory);

	while (length > 1 && directory[length - 1] == '/')
		directory[--length] = '\0';
}

/* What a guest left in its directory. No record is an empty one. */
static bool load_kernel(struct report_kernel *kernel, char *directory)
{
	cut_slashes(directory);
	const char *slash = strrchr(directory, '/');
	size_t size;

	kernel->label = slash ? slash + 1 : directory;
	kernel->plan = read_file(directory, "plan", false, &size);
	kernel->about = read_file(directory, "about", true, &size);
	kernel->host = read_file(directory, "host", true, &size);
	kernel->console = read_file(directory, "console", true, &size);
	char *bytes = read_file(directory, "record", true, &size);

	kernel->record = record_read(bytes ? bytes : "", bytes ? size : 0);
	free(bytes);
	return kernel->plan && kernel->record;
}

static bool write_text(const char *directory, const char *name, const char *text)
{
	char *path = path_in(directory, name);
	FILE *file = path ? fopen(path, "we") : NULL;
	bool good = file && fputs(text, file) >= 0;

	if (file)
		good &= !fclose(file);
	if (!good)
		message("%s/%s: cannot be written: %s", directory, name, strerror(errno));
	free(path);
	return good;
}

/* Writes the experiment of a difference, if there is one, into DIRECTORY/difference-NUMBER.trace.
 */
static bool write_difference(
	const char *directory, const struct record_difference *difference, int number)
{
	char name[64], *text = NULL;
	const char *experiment = record_experiment(difference);

	if (!*experiment)
		return true;
	snprintf(name, sizeof name, "difference-%d.trace", number + 1);
	if (asprintf(&text, "# Of %s on %s: where this stack differs from Linux.\n%s",
		    difference->name, difference->family, experiment) < 0)
		return false;
	bool good = write_text(directory, name, text);

	free(text);
	return good;
}

/* Writes every trace of a record into DIRECTORY/traces, and what the kernel said of itself. */
static bool write_traces(const char *directory, const struct run_record *record)
{
	char *path = path_in(directory, "traces"), name[NAME_LIMIT];
	bool good = path;

	if (good && mkdir(path, 0777) && errno != EEXIST) {
		message("%s: %s", path, strerror(errno));
		good = false;
	}
	for (int i = 0; good && i < record->run_count; i++) {
		snprintf(name, sizeof name, "%s.%s.trace", record->run[i].name,
			record->run[i].family);
		good = write_text(path, name, record->run[i].trace);
	}
	for (int i = 0; good && i < record->difference_count; i++)
		good = write_difference(path, &record->difference[i], i);
	if (good && record->about)
		good = write_text(directory, "kernel-about", record->about);
	free(path);
	return good;
}

/* Tells what goes wrong, unless it was told already. */
static bool load(const struct command_line *line, struct report *report, char **directories)
{
	int stored = line->against != NULL; /* the first kernel, whose traces stay as they are */

	if (stored && !load_kernel(&report->kernel[0], line->against))
		return false;
	for (int k = stored; k < report->kernel_count; k++)
		if (!load_kernel(&report->kernel[k], directories[k - stored]) ||
			(line->traces &&
				!write_traces(directories[k - stored], report->kernel[k].record)))
			return false;
	int error = report_judge(report);

	if (error == -EINVAL)
		message("report: a plan is malformed: expected lines of \"EXPERIMENT FAMILY\"");
	else if (error)
		message("report: %s", strerror(-error));
	return !error;
}

enum status cmd_report(int argc, char **argv)
{
	struct command_line line = {.format = report_formats};
	enum status status;

	if (!read_options(argc, argv, &line, &status))
		return status;
	struct report *report = report_new(argc - optind + (line.against != NULL));
	bool good = report && load(&line, report, argv + optind);

	if (good && line.against)
		report_print_against(
			report, (struct report_style){line.format->markup, line.brief}, stdout);
	else
		good = good && report_print_as(line.format, report, line.brief, stdout);
	if (!good)
		message("report: nothing could be reported, or not all of it");
	status = !good          ? STATUS_ENVIRONMENT
		 : line.against ? report_status_against(report)
				: report_status(report);
	report_free(report);
	return status;
}
