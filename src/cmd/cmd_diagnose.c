/*
 * closewait diagnose CALLS|FILE|-: which ways of a peer's leaving explain what calls returned?
 */
#include "cmd/cmd.h"
#include "cmd/diagnose_calls.h"
#include "cmd/diagnose_capture.h"
#include "cmd/diagnose_log.h"
#include "diagnose/seen.h"
#include "language/catalog.h"
#include "strace/strace_line.h"
#include "util/memstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"reproduce", no_argument, NULL, 'r'},
	{"format", required_argument, NULL, 'o'},
	{"pcap", required_argument, NULL, 'p'},
	{0},
};

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
	return diagnose_calls(&seen, asked);
}

/* The lines from first on, as one text of FILE_LIMIT bytes at most and one that is too many; NULL
 * without memory. */
static char *read_rest(FILE *in, const char *first)
{
	char *text = NULL, *line = NULL;
	size_t size, room = 0, used = strlen(first);
	FILE *out = open_memstream(&text, &size);

	if (out)
		fprintf(out, "%s\n", first);
	while (out && used <= FILE_LIMIT && getline(&line, &room, in) > 0) {
		used += strlen(line);
		fputs(line, out);
	}
	free(line);
	return memory_close(out, &text) ? text : NULL;
}

/* A file is a log of strace's, or what tcpdump printed, if its first line that says anything looks
 * like one of theirs. */
static enum status diagnose_stream(
	FILE *in, const char *name, struct version kernel, const struct diagnose_options *asked)
{
	char *line = NULL;
	size_t room = 0;
	enum status status;
	ssize_t length;
	long skipped = 0;

	while ((length = getline(&line, &room, in)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "strace: ", 8) != 0 && !packet_source_is_message(line))
			break;
		skipped++;
	}
	if (length > 0 && strace_line_is(line))
		status = diagnose_log(in, name, line, kernel, asked);
	else if (length > 0 && packet_source_is_line(line))
		status = diagnose_lines(in, name, line, skipped);
	else {
		char *text = read_rest(in, length > 0 ? line : "");

		status =
			text ? diagnose_text(name, text, false, kernel, asked) : STATUS_ENVIRONMENT;
		if (!text)
			message("%s: no memory to read it", name);
		free(text);
	}
	free(line);
	return status;
}

static enum status diagnose(
	const char *argument, struct version kernel, const struct diagnose_options *asked)
{
	const char *known = catalog_text("trace", argument);

	if (known)
		return diagnose_text(argument, known, false, kernel, asked);
	if (strchr(argument, '='))
		return diagnose_text("calls", argument, true, kernel, asked);
	if (!strcmp(argument, "-"))
		return diagnose_stream(stdin, "-", kernel, asked);
	FILE *in = fopen(argument, "re");

	if (!in) {
		message("%s: cannot open: %s", argument, strerror(errno));
		return STATUS_MISUSE;
	}
	enum status status = diagnose_stream(in, argument, kernel, asked);

	fclose(in);
	return status;
}

enum status cmd_diagnose(int argc, char **argv)
{
	struct diagnose_options asked = {0};
	const char *capture = NULL;
	struct version kernel;
	int option;

	while ((option = cmd_next_option(argc, argv, options)) != -1) {
		if (option == 'r')
			asked.reproduce = true;
		else if (option == 'p')
			capture = optarg;
		else if (option != 'o' || !cmd_json_option(optarg, &asked.json))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	}
	if (capture && optind == argc)
		return diagnose_capture(capture);
	if (optind + 1 != argc || capture) {
		message(optind == argc
				? "diagnose: expected calls with their results, as in 'write 6 "
				  "= 6; write 6 = -1 EPIPE', a file or '-'"
				: "diagnose: unexpected '%s'",
			argv[optind == argc ? optind - 1 : optind + 1]);
		return STATUS_MISUSE;
	}
	if (!cmd_kernel(&kernel))
		return STATUS_ENVIRONMENT;
	return diagnose(argv[optind], kernel, &asked);
}
