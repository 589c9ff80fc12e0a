/*
 * closewait try NAME|FILE|--all -- PROGRAM [ARGUMENT]...
 */
#include "cmd/cmd.h"
#include "cmd/try_job.h"
#include "cmd/try_page.h"
#include "pool/pool.h"
#include "util/interrupt.h"
#include "util/output_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PORT_DEFAULT = 8080 };

struct try_command {
	bool family_asked;
	struct try_options options;
	int jobs;           /* of all peers so many are tried at once */
	const char *output; /* NULL: standard output, if the program leaves it alone */
	char *text;         /* what is printed, until it is known where to */
	size_t size;
};

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"all", no_argument, NULL, 'a'},
	{"as", required_argument, NULL, 's'},
	{"family", required_argument, NULL, 'f'},
	{"port", required_argument, NULL, 'p'},
	{"jobs", required_argument, NULL, 'j'},
	{"deadline", required_argument, NULL, 'd'},
	{"free", no_argument, NULL, 'F'},
	{"no-wait", no_argument, NULL, 'w'},
	{"no-sandbox", no_argument, NULL, 'n'},
	{"format", required_argument, NULL, 'o'},
	{"expect", required_argument, NULL, 'e'},
	{"output", required_argument, NULL, 'O'},
	{0},
};

/* A program's sockets are of plain TCP. */
static bool family_option(const char *text, enum family *family)
{
	if (family_value(text, family) && family_is_tcp(*family))
		return true;
	message("--family=%s: expected tcp4, tcp6 or tcp4-mapped", text);
	return false;
}

static bool end_option(const char *text, enum who *program)
{
	if (who_end(text, program) && (*program == CLIENT || *program == SERVER))
		return true;
	message("--as=%s: expected client or server", text);
	return false;
}

static bool value_option(int option, struct try_command *try)
{
	struct trial_options *trial = &try->options.trial;
	long port = 0;

	switch (option) {
	case 's':
		return end_option(optarg, &trial->program);
	case 'f':
		try->family_asked = true;
		return family_option(optarg, &trial->family);
	case 'p':
		if (!cmd_number_option("--port", optarg, 1, 65535, &port))
			return false;
		trial->port = (uint16_t)port;
		return true;
	case 'j':
		return cmd_int_option("--jobs", JOBS_LIMIT, &try->jobs);
	case 'd':
		return cmd_int_option("--deadline", DEADLINE_LIMIT, &trial->deadline);
	case 'o':
		return output_format_option(optarg,
			1 << OUTPUT_JSON | 1 << OUTPUT_HTML | 1 << OUTPUT_SVG,
			&try->options.format);
	case 'e':
		try->options.expected_name = optarg;
		return true;
	case 'O':
		try->output = optarg;
		return true;
	default:
		return false;
	}
}

static bool take_option(int option, struct try_command *try)
{
	switch (option) {
	case 'a':
		return try->options.all = true;
	case 'F':
		return try->options.trial.free = true;
	case 'w':
		return try->options.trial.no_wait = true;
	case 'n':
		try->options.session.sandbox = false;
		return true;
	default:
		return value_option(option, try);
	}
}

/* Is what goes with one peer asked for of all? False after a message. */
static bool goes_together(const struct try_command *try)
{
	const struct try_options *asked = &try->options;

	if (asked->all && asked->expected_name)
		message("--expect: a trace is that of one peer: name it instead of --all");
	else if (asked->all && asked->format == OUTPUT_SVG)
		message("--format=svg: a picture is that of one peer: name it instead of --all");
	else if (try->jobs > 1 && asked->trial.port && !asked->session.sandbox)
		message("--jobs: outside a sandbox several peers cannot listen on one port: leave "
			"out --port");
	else
		return true;
	return false;
}

/* Reads the trace that --expect names. False after a message, and *status is set. */
static bool load_expected(struct try_command *try, enum status *status)
{
	const char *name = try->options.expected_name;

	*status = STATUS_MISUSE;
	if (!goes_together(try))
		return false;
	if (!name)
		return true;
	try->options.expected = catalog_read(name, status);
	return try->options.expected;
}

/* Where the results go: not where the program has written to, unless they were asked to. */
static FILE *open_output(const struct try_command *try, struct output_file *file, bool wrote_output)
{
	if (try->output)
		return output_file_open(file, try->output);
	if (!wrote_output || isatty(STDOUT_FILENO))
		return stdout;
	message("the program wrote to standard output, so the results stand here; --output=FILE "
		"puts them into a file");
	return stderr;
}

static enum status give_output(const struct try_command *try, bool wrote_output, enum status status)
{
	struct output_file file = {0};
	FILE *out = open_output(try, &file, wrote_output);

	if (!out) {
		message("%s: cannot write: %s", try->output, strerror(errno));
		return STATUS_ENVIRONMENT;
	}
	fwrite(try->text, 1, try->size, out);
	bool good = !fflush(out) && !ferror(out);

	if (!try->output)
		return status;
	good &= !fclose(out);
	int finished = output_file_finish(&file, good);

	if (good && !finished)
		return status;
	message("%s: cannot write: %s", try->output, strerror(finished ? -finished : errno));
	return STATUS_ENVIRONMENT;
}

/* Which end the program's peer is. */
static enum who peer_side(const struct try_command *try)
{
	return try->options.trial.program == SERVER ? CLIENT : SERVER;
}

/* Is the script for the family that was asked for? If none was, it is the script's first. */
static bool family_fits(struct try_command *try, const struct experiment *peer)
{
	enum family *family = &try->options.trial.family;
	unsigned mapped = *family == FAMILY_TCP4_MAPPED ? 1u << FAMILY_TCP4 : 0;

	if (peer->families & (mapped | 1u << *family))
		return true;
	for (int f = 0; !try->family_asked && f < FAMILY_COUNT; f++)
		if (peer->families & 1u << f && family_is_tcp((enum family)f)) {
			*family = (enum family)f;
			return true;
		}
	message("%s: its use line does not name %s: choose another --family", peer->name,
		family_name(*family));
	return false;
}

static enum status try_one(struct try_command *try, const char *name, FILE *out, bool *wrote_output)
{
	enum status status;
	struct experiment *peer = catalog_load_peer(name, peer_side(try), &status);

	if (!peer)
		return status;
	if (!script_fits(peer, peer_side(try)) || !family_fits(try, peer)) {
		experiment_free(peer);
		return STATUS_MISUSE;
	}
	struct try_row row = try_job_run(&try->options, peer, out);

	*wrote_output = row.wrote_output;
	experiment_free(peer);
	return row.status;
}

static void print_row(const struct try_row *row, const char *peer, FILE *out)
{
	if (row->tried)
		fprintf(out, "%-31s %5ld  %-22s %s%s\n", peer, row->calls, row->error, row->fate,
			row->deviations ? ", deviates from the model" : "");
	else
		fprintf(out, "%-31s %5s  %-22s %s\n", peer, "-", "-", "not tried");
}

/* What is told of all peers, while they are tried; pages: of a page, what has to be kept. */
struct all {
	struct try_command *try;
	FILE *out;
	struct try_pages pages;
	enum status status;
	bool wrote_output;
};

static void begin_table(struct all *all)
{
	if (all->try->options.format == OUTPUT_TEXT)
		fprintf(all->out, "%-31s %5s  %-22s %s\n", "peer", "calls", "first error", "fate");
}

/* A peer whose turn it is. */
struct turn {
	struct experiment *peer;
	struct try_child child;
};

static void end_turn(struct all *all, const struct turn *turn)
{
	const struct try_options *asked = &all->try->options;
	struct try_row row = try_job_end(&turn->child, all->pages.parts);

	if (asked->format == OUTPUT_JSON)
		try_job_print_json(&row, turn->peer->name, asked->trial.argv, all->out);
	else if (asked->format == OUTPUT_HTML)
		try_pages_add(&all->pages, &row, turn->peer->name);
	else
		print_row(&row, turn->peer->name, all->out);
	all->wrote_output |= row.wrote_output;
	all->status = status_merge(all->status, row.status);
	experiment_free(turn->peer);
}

/* Every peer of the catalogue, jobs of them at once, and told in their order. What the first one
 * says is waited for: a mistake of the caller's is told once, and ends it. */
static void try_peers(struct all *all)
{
	enum who side = peer_side(all->try);
	int jobs = all->try->jobs, begun = 0, ended = 0;
	struct turn turn[JOBS_LIMIT];
	enum status status;

	for (const struct text *t = texts; t->name; t++) {
		if (begun - ended == (ended ? jobs : 1))
			end_turn(all, &turn[ended++ % jobs]);
		if (all->status == STATUS_MISUSE || interrupted())
			break;
		struct experiment *peer =
			strcmp(t->kind, "peer") ? NULL : catalog_load_peer(t->name, side, &status);

		if (peer && script_side(peer) == side)
			turn[begun++ % jobs] = (struct turn){
				peer, try_job_begin(&all->try->options, peer, all->pages.parts)};
		else
			experiment_free(peer);
	}
	while (ended < begun)
		end_turn(all, &turn[ended++ % jobs]);
}

static enum status try_all(struct try_command *try, FILE *out, bool *wrote_output)
{
	struct all all = {.try = try, .out = out, .status = STATUS_SKIPPED};
	bool html = try->options.format == OUTPUT_HTML;
	bool good = !html || try_pages_begin(&all.pages);

	if (good) {
		begin_table(&all);
		try_peers(&all);
	}
	if (good && html)
		good = try_pages_end(&all.pages, try->options.trial.argv,
			all.status == STATUS_MISUSE ? NULL : out);
	if (!good) {
		message("no memory for the output");
		all.status = STATUS_ENVIRONMENT;
	}
	*wrote_output = all.wrote_output;
	return all.status;
}

static enum status try_and_print(struct try_command *try, char **words)
{
	FILE *out = open_memstream(&try->text, &try->size);
	bool wrote_output = false;

	if (!out) {
		message("no memory for the output");
		return STATUS_ENVIRONMENT;
	}
	try->options.trial.argv = words + !try->options.all;
	enum status status = try->options.all ? try_all(try, out, &wrote_output)
					      : try_one(try, words[0], out, &wrote_output);

	if (fclose(out)) {
		message("no memory for the output");
		status = STATUS_ENVIRONMENT;
	} else if (try->size)
		status = give_output(try, wrote_output, status);
	free(try->text);
	return status;
}

/* Is the program told where to listen? */
static bool names_port(char *const *words)
{
	for (; *words; words++)
		if (strstr(*words, "{port}"))
			return true;
	return false;
}

enum status cmd_try(int argc, char **argv)
{
	struct try_command try = {
		.options = {.session = {.sandbox = true, .wire = WIRE_BRIEF, .states = true},
			.trial = {.deadline = DEADLINE_DEFAULT, .family = FAMILY_TCP4},
			.colour = cmd_colour()},
		.jobs = 1};
	enum status status;
	int option;

	while ((option = cmd_next_option(argc, argv, options)) != -1)
		if (!take_option(option, &try))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	if (argc - optind < 2 - try.options.all) {
		message("try: expected %sa program, as in: closewait try %s -- ./client 127.0.0.1 "
			"{port}",
			try.options.all ? "" : "the name of a peer and ",
			try.options.all ? "--all" : "close");
		return STATUS_MISUSE;
	}
	if (!load_expected(&try, &status))
		return status;
	try.options.trial.any_port = !try.options.trial.port && !names_port(argv + optind);
	/* In the sandbox every port is free, and the same one makes the same trace. */
	if (!try.options.trial.port && try.options.session.sandbox)
		try.options.trial.port = PORT_DEFAULT;
	try.options.session.deadline = try.options.trial.deadline;
	try.options.colour &= !try.output;
	interrupt_catch();
	status = try_and_print(&try, argv + optind);
	free(try.options.expected);
	return status;
}
