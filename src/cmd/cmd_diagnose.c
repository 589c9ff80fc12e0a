/*
 * closewait diagnose CALLS|FILE|-, -- PROGRAM, --pcap=FILE: which ways of a peer's leaving explain
 * what calls returned?
 */
#include "cmd/cmd.h"
#include "cmd/diagnose_calls.h"
#include "cmd/diagnose_capture.h"
#include "cmd/diagnose_live.h"
#include "cmd/diagnose_log.h"
#include "cmd/packets_beside.h"
#include "diagnose/seen.h"
#include "language/catalog.h"
#include "page/page.h"
#include "strace/strace_line.h"
#include "util/lines.h"
#include "util/memstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"reproduce", no_argument, NULL, 'r'},
	{"format", required_argument, NULL, 'o'},
	{"pcap", required_argument, NULL, 'p'},
	{0},
};

/* With the capture of the connection, which has to be its only one, or the only one with a trouble.
 */
static enum status diagnose_beside(struct seen *seen, const struct diagnose_options *asked)
{
	struct packets_beside beside = {0};
	enum status status = packets_beside_read(&beside, asked->capture);
	struct match match = {0};
	struct witness witness;

	if (status == STATUS_EXPECTED)
		match = packets_beside_only(&beside, seen->who == SERVER);
	if (status == STATUS_EXPECTED && !match.c) {
		message("%s: expected one connection, or one with a trouble: which of them the "
			"calls were made on a strace log would tell",
			asked->capture);
		status = STATUS_MISUSE;
	}
	if (match.c) {
		if (asked->format != OUTPUT_JSON && !asked->reproduce)
			packets_beside_print_totals(&beside, asked->sheet);
		sheet_main(asked->sheet);
		witness_begin(&witness, seen, match.c, match.own, NULL, seen->connected ? -1 : 0,
			*beside.totals.cut_short);
		witness.noun = diagnose_noun(&beside.totals);
		status = diagnose_calls(seen, &witness, asked);
	} else
		seen_free(seen);
	packets_beside_free(&beside);
	return status;
}

/* The lines of an experiment or a trace, or calls as they are typed. */
static enum status diagnose_text(const char *name, const char *text, bool typed,
	struct version kernel, const struct diagnose_options *asked)
{
	struct experiment *e = typed ? seen_parse(name, text, stderr)
				     : experiment_parse(name, text, strlen(text), stderr);
	struct seen seen;

	if (!e)
		return errno == ENOMEM ? STATUS_ENVIRONMENT : STATUS_MISUSE;
	seen_take(&seen, e, kernel);
	if (asked->capture)
		return diagnose_beside(&seen, asked);
	sheet_main(asked->sheet);
	return diagnose_calls(&seen, NULL, asked);
}

/* Packets alone have no calls that could be run. */
static bool refuses_reproduce(const struct diagnose_options *asked)
{
	if (asked->reproduce)
		message("diagnose: --reproduce needs calls, or a log, beside the packets");
	return asked->reproduce;
}

/* A file of packets, that is open; head is what was read of its lines, or NULL. */
static enum status diagnose_open_packets(
	struct lines *lines, const char *name, char *head, const struct diagnose_options *asked)
{
	return refuses_reproduce(asked) ? STATUS_MISUSE
					: diagnose_packets(lines, name, head, asked);
}

/* What a file begins with. */
enum beginning { UNDECIDED, A_LOG, PRINTED_PACKETS, A_TEXT };

/* A line of strace's or tcpdump's; or one of an experiment: a comment, or a step's first word. What
 * the program printed may stand in front of strace's. */
static enum beginning beginning_of(const char *line)
{
	char word[WORD_LIMIT + 1];
	enum who who;

	line += strspn(line, " \t");
	snprintf(word, sizeof word, "%.*s", (int)strcspn(line, " \t"), line);
	if (strace_line_is(line))
		return A_LOG;
	if (packet_source_is_line(line))
		return PRINTED_PACKETS;
	return *line == '#' || *line == '=' || !strcmp(word, "use") || !strcmp(word, "wire") ||
			       who_value(word, &who)
		       ? A_TEXT
		       : UNDECIDED;
}

/* Reads into head up to the line that tells which it is, or to the end; an experiment wholly. */
static enum beginning read_head(struct lines *lines, FILE *head)
{
	enum beginning beginning = UNDECIDED;
	size_t used = 0, length;
	char *line;

	while (beginning != A_LOG && beginning != PRINTED_PACKETS && used <= FILE_LIMIT &&
		(line = lines_next(lines, &length))) {
		if (beginning == UNDECIDED)
			beginning = beginning_of(line);
		used += length + 1;
		fprintf(head, "%s\n", line);
	}
	return beginning;
}

static enum status diagnose_head(struct lines *lines, const char *name, struct version kernel,
	const struct diagnose_options *asked)
{
	char *text = NULL;
	size_t size;
	FILE *head = open_memstream(&text, &size);
	enum beginning beginning = head ? read_head(lines, head) : UNDECIDED;
	enum status status = STATUS_ENVIRONMENT;

	if (!memory_close(head, &text))
		message("%s: no memory to read it", name);
	else if (lines->error)
		message("%s: cannot read: %s", name, strerror(lines->error));
	else if (beginning == A_LOG)
		status = diagnose_log(lines, name, text, kernel, asked);
	else if (beginning == PRINTED_PACKETS)
		status = diagnose_open_packets(lines, name, text, asked);
	else
		status = diagnose_text(name, text, false, kernel, asked);
	free(text);
	return status;
}

static enum status diagnose_file(
	const char *name, struct version kernel, const struct diagnose_options *asked)
{
	enum status status;
	struct lines lines;
	int fd = catalog_open("trace", name, &status);

	if (fd < 0)
		return status;
	if (lines_begin(&lines, fd)) {
		message("%s: no memory to read it", name);
		status = STATUS_ENVIRONMENT;
	} else {
		status = packet_source_is_capture(&lines)
				 ? diagnose_open_packets(&lines, name, NULL, asked)
				 : diagnose_head(&lines, name, kernel, asked);
		lines_end(&lines);
	}
	close(fd);
	return status;
}

static enum status diagnose(
	const char *argument, struct version kernel, const struct diagnose_options *asked)
{
	const char *known = catalog_text("trace", argument);

	if (known)
		return diagnose_text(argument, known, false, kernel, asked);
	if (strchr(argument, '=') && access(argument, F_OK))
		return diagnose_text("calls", argument, true, kernel, asked);
	return diagnose_file(argument, kernel, asked);
}

/* What is to be diagnosed: words behind "--" are a program, otherwise there is one; without any it
 * is the capture. */
struct subject {
	int count;
	char **word;
	bool program;
};

static enum status diagnose_subject(
	const struct subject *subject, const struct diagnose_options *asked)
{
	struct version kernel;

	if (!subject->count)
		return diagnose_capture(asked->capture, asked);
	if (!cmd_kernel(&kernel))
		return STATUS_ENVIRONMENT;
	return subject->program ? diagnose_live(subject->word, kernel, asked)
				: diagnose(subject->word[0], kernel, asked);
}

/* The page is printed when it is whole: nothing of it where there was nothing to diagnose. */
static enum status diagnose_page(
	const struct subject *subject, const struct diagnose_options *asked)
{
	const char *name = subject->count ? subject->word[0] : asked->capture;
	char *text = NULL, title[SHEET_TEXT];
	size_t size;

	asked->sheet->html = true;
	asked->sheet->out = open_memstream(&text, &size);
	if (asked->sheet->out) {
		snprintf(title, sizeof title, "Diagnosis: %s", page_name(name));
		page_begin(title, asked->sheet->out);
	}
	enum status status =
		asked->sheet->out ? diagnose_subject(subject, asked) : STATUS_ENVIRONMENT;

	if (asked->sheet->out)
		page_end(asked->sheet->out);
	if (!memory_close(asked->sheet->out, &text) || asked->sheet->lacks_memory) {
		message("diagnose: no memory for the page");
		status = STATUS_ENVIRONMENT;
	} else if (status == STATUS_EXPECTED || status == STATUS_DEVIATES)
		fputs(text, stdout);
	free(text);
	return status;
}

/* Is there something to diagnose, and no more? False after a message. */
static bool is_complete(const struct subject *subject, const struct diagnose_options *asked)
{
	if (!subject->count && asked->capture)
		return !refuses_reproduce(asked);
	if (!subject->count)
		message("diagnose: expected calls with their results, as in 'write 6 = 6; write 6 "
			"= -1 EPIPE', a file or '-'");
	else if (subject->count > 1 && !subject->program)
		message("diagnose: unexpected '%s'", subject->word[1]);
	else
		return true;
	return false;
}

enum status cmd_diagnose(int argc, char **argv)
{
	struct sheet sheet = {.out = stdout};
	struct diagnose_options asked = {.noun = "line", .sheet = &sheet};
	int option;

	while ((option = cmd_next_option(argc, argv, options)) != -1) {
		if (option == 'r')
			asked.reproduce = true;
		else if (option == 'p')
			asked.capture = optarg;
		else if (option != 'o' ||
			 !output_format_option(
				 optarg, 1 << OUTPUT_JSON | 1 << OUTPUT_HTML, &asked.format))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	}
	const struct subject subject = {.count = argc - optind,
		.word = argv + optind,
		.program = optind < argc && !strcmp(argv[optind - 1], "--")};

	if (!is_complete(&subject, &asked))
		return STATUS_MISUSE;
	return asked.format == OUTPUT_HTML && !asked.reproduce ? diagnose_page(&subject, &asked)
							       : diagnose_subject(&subject, &asked);
}
