#include "cmd/try_job.h"

#include "cmd/try_page.h"
#include "format/format.h"
#include "page/ladder_svg.h"
#include "trial/fate.h"
#include "trial/section_text.h"
#include "util/child.h"
#include "util/clean.h"
#include "util/diff.h"
#include "util/interrupt.h"
#include "util/memstream.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A word of the program's command line, in one line whatever stands in it. */
static void print_word(FILE *out, const char *word)
{
	char *cleaned = clean_line(word);

	fprintf(out, " %s", cleaned ? cleaned : "?");
	free(cleaned);
}

/* The comment that a trace begins with. */
static char *make_introduction(const struct experiment *peer, char *const *argv)
{
	char title[LINE_LIMIT + 1], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	experiment_title(peer, title, sizeof title);
	if (out) {
		fprintf(out, "#");
		print_word(out, argv[0]);
		fprintf(out,
			" against %s: %s\n#\n# Recorded by closewait try. The program:", peer->name,
			title);
		for (char *const *at = argv; *at; at++)
			print_word(out, *at);
		fputs("\n", out);
	}
	memory_close(out, &text);
	return text;
}

/* What is printed of a trial goes through this. */
struct printing {
	const struct try_options *options;
	const struct trial *trial;
	const struct experiment *peer;
	FILE *out;      /* NULL: nowhere */
	FILE *observed; /* what is compared with what is expected */
	struct try_row *row;
	int printed;
};

/* A picture has room for one. */
static bool print_picture(const struct printing *p, const struct trace *trace)
{
	char title[NAME_LIMIT + 1];

	if (p->printed) {
		message("--format=svg: the first of %d connections is drawn; html has them all",
			p->row->connections);
		return true;
	}
	try_page_title(p->options->trial.argv, p->peer, title, sizeof title);
	return ladder_svg_document(trace, title, p->out);
}

static bool print_text(const struct printing *p, const struct trace *trace)
{
	if (p->printed)
		fputs("\n", p->out);
	trace_print(trace, p->options->colour, p->out);
	return true;
}

/* False without memory. */
static bool print_formatted(const struct printing *p, const struct trace *trace)
{
	const struct format_trace ft = {.trace = trace,
		.number = p->printed + 1,
		.count = p->row->connections,
		.runs = 1,
		.repeat = 1,
		.spent = trace->end - trace->begin};

	switch (p->options->format) {
	case OUTPUT_JSON:
		return format_json_print(&ft, p->out);
	case OUTPUT_HTML:
		return try_page_trace(&ft, p->options->all, p->out);
	case OUTPUT_SVG:
		return print_picture(p, trace);
	case OUTPUT_TEXT:
	case OUTPUT_FORMATS:
		break;
	}
	return print_text(p, trace);
}

static void print_trace(struct printing *p, const struct trace *trace)
{
	if (p->out && !print_formatted(p, trace)) {
		message("no memory for the output");
		p->row->status = STATUS_ENVIRONMENT;
	}
	if (p->observed)
		trace_print_observed(trace, p->observed);
	p->printed++;
}

static void print_section(
	struct printing *p, const struct section *section, const char *introduction)
{
	struct section_trace made;

	if (!section_trace_make(&made, p->trial, section, introduction)) {
		p->row->status = status_merge(p->row->status, STATUS_ENVIRONMENT);
		return;
	}
	print_trace(p, made.trace);
	p->row->deviations += made.trace->deviations;
	if (made.trace->reason[0])
		message("%s", made.trace->reason);
	p->row->status = status_merge(p->row->status, verdict_status(made.trace->verdict));
	section_trace_free(&made);
}

/* Holds what was observed against the trace that was recorded before. */
static void compare(struct printing *p, const char *observed)
{
	char *wanted = trace_essence(p->options->expected, false);
	char *got = trace_essence(observed, false);
	char *diff = NULL;

	errno = ENOMEM;
	if (wanted && got)
		diff = diff_lines(wanted, got);
	if (diff) {
		message("%s: the program does otherwise than recorded there:\n%s",
			p->options->expected_name, diff);
		p->row->status = STATUS_DEVIATES;
	} else if (errno) {
		message("no memory to compare with %s", p->options->expected_name);
		p->row->status = STATUS_ENVIRONMENT;
	}
	free(wanted);
	free(got);
	free(diff);
}

static void print_sections(struct printing *p, const char *introduction)
{
	const struct trial *trial = p->trial;
	char *observed = NULL;
	size_t size;

	if (p->options->expected)
		p->observed = open_memstream(&observed, &size);
	for (int i = 0; i < trial->section_count; i++)
		if (trial->section[i].connected)
			print_section(p, &trial->section[i], introduction);
	if (p->observed && memory_close(p->observed, &observed))
		compare(p, observed);
	free(observed);
}

/* What stands before the traces. */
static void print_begin(const struct printing *p)
{
	if (p->out && p->options->format == OUTPUT_HTML && p->options->all)
		try_page_part_begin(p->trial, p->row, p->peer, p->out);
	else if (p->out && p->options->format == OUTPUT_HTML)
		try_page_begin(p->trial, p->peer, p->out);
}

/* And what stands behind them. */
static void print_end(const struct printing *p)
{
	if (!p->out)
		return;
	switch (p->options->format) {
	case OUTPUT_JSON:
		try_job_print_json(p->row, p->peer->name, p->options->trial.argv, p->out);
		return;
	case OUTPUT_HTML:
		(p->options->all ? try_page_part_end : try_page_end)(p->peer, p->out);
		return;
	case OUTPUT_SVG:
		if (!p->printed) {
			message("--format=svg: there was no connection that could be drawn");
			p->row->status = STATUS_ENVIRONMENT;
		}
		return;
	case OUTPUT_TEXT:
	case OUTPUT_FORMATS:
		fate_print(p->trial, p->out);
	}
}

static void print_trial(struct printing *p)
{
	char *introduction = make_introduction(p->peer, p->options->trial.argv);

	if (!introduction) {
		message("no memory for the trace");
		p->row->status = STATUS_ENVIRONMENT;
		return;
	}
	print_begin(p);
	print_sections(p, introduction);
	free(introduction);
	print_end(p);
}

static void fill_in(struct try_row *row, const struct trial *trial)
{
	row->tried = true;
	row->status = STATUS_EXPECTED;
	row->wrote_output = trial->fate.wrote_output;
	row->connections = fate_connections(trial);
	row->calls = fate_calls(trial);
	fate_error(trial, row->error, sizeof row->error);
	fate_word(trial, row->fate, sizeof row->fate);
}

struct try_row try_job_run(
	const struct try_options *options, const struct experiment *peer, FILE *out)
{
	struct try_row row = {.status = STATUS_ENVIRONMENT};
	struct session session;
	struct trial trial;
	char why[REASON_LIMIT];

	if (session_open(&session, &options->session, why, sizeof why)) {
		message("%s", why);
		return row;
	}
	trial_run(&trial, &session, peer, &options->trial);
	if (trial.fate.trouble[0]) {
		message("%s", trial.fate.trouble);
		snprintf(row.why, sizeof row.why, "%s", trial.fate.trouble);
		row.status = trial.fate.misuse    ? STATUS_MISUSE
			     : trial.fate.skipped ? STATUS_SKIPPED
						  : STATUS_ENVIRONMENT;
	} else if (!interrupted()) {
		struct printing p = {
			.options = options, .trial = &trial, .peer = peer, .out = out, .row = &row};

		fill_in(&row, &trial);
		print_trial(&p);
	}
	trial_free(&trial);
	session_close(&session);
	return row;
}

/* In the process of its own: the row, and behind it what is printed, go to end. */
static _Noreturn void tell_parent(
	const struct try_options *options, const struct experiment *peer, bool prints, int end)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to_parent = fdopen(end, "w"), *out = open_memstream(&text, &size);
	struct try_row row;

	if (!to_parent || !out)
		_exit(1);
	row = try_job_run(options, peer, prints ? out : NULL);
	bool good = memory_close(out, &text) && fwrite(&row, sizeof row, 1, to_parent) == 1 &&
		    fwrite(text, 1, size, to_parent) == size && !fclose(to_parent);

	_exit(good ? 0 : 1);
}

/* All that tell_parent gave; how many bytes there are. */
static size_t hear_child(int end, char **told)
{
	char bytes[4096];
	size_t size = 0;
	ssize_t n;
	FILE *stream = open_memstream(told, &size);

	while ((n = read(end, bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && stream)
			fwrite(bytes, 1, (size_t)n, stream);
	return memory_close(stream, told) ? size : 0;
}

struct try_child try_job_begin(
	const struct try_options *options, const struct experiment *peer, bool prints)
{
	int end[2];
	pid_t parent = getpid(), pid = pipe2(end, O_CLOEXEC) ? -1 : fork();

	if (!pid) {
		child_begin(parent, "closewait-try");
		tell_parent(options, peer, prints, end[1]);
	}
	if (pid < 0)
		message("cannot start a process: %s", strerror(errno));
	else
		close(end[1]);
	return (struct try_child){pid, end[0]};
}

struct try_row try_job_end(const struct try_child *child, FILE *out)
{
	struct try_row row = {.status = STATUS_ENVIRONMENT};
	char *told = NULL;
	int status = 0;

	if (child->pid < 0)
		return row;
	size_t size = hear_child(child->end, &told);

	close(child->end);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!status && size >= sizeof row) {
		memcpy(&row, told, sizeof row);
		if (out)
			fwrite(told + sizeof row, 1, size - sizeof row, out);
	}
	free(told);
	return row;
}

bool try_job_print_json(const struct try_row *row, const char *peer, char *const *argv, FILE *out)
{
	json_t *program = json_array();
	json_t *object;

	for (char *const *at = argv; *at; at++) {
		char *cleaned = clean_text(*at);

		json_array_append_new(program, json_string(cleaned ? cleaned : "?"));
		free(cleaned);
	}
	object = json_pack("{s:s, s:o, s:b, s:i, s:I, s:s, s:s, s:i}", "peer", peer, "program",
		program, "tried", row->tried, "connections", row->connections, "calls",
		(json_int_t)row->calls, "first_error", row->error, "fate", row->fate, "deviations",
		row->deviations);
	bool good = object && !json_dumpf(object, out, JSON_COMPACT);

	fputc('\n', out);
	json_decref(object);
	return good;
}
