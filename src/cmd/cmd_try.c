/*
 * closewait try NAME|FILE -- PROGRAM [ARGUMENT]...
 */
#include "cmd/cmd.h"
#include "language/catalog.h"
#include "trial/fate.h"
#include "trial/section_text.h"
#include "trial/trial.h"
#include "util/interrupt.h"
#include "util/memstream.h"

#include <string.h>

struct
try {
	struct session_options session;
	struct trial_options trial;
	unsigned families;
};

static const struct option options[] = {
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{"family", required_argument, NULL, 'f'},
	{"port", required_argument, NULL, 'p'},
	{"deadline", required_argument, NULL, 'd'},
	{"free", no_argument, NULL, 'F'},
	{"no-wait", no_argument, NULL, 'w'},
	{0},
};

static bool take_option(int option, struct try *try)
{
	long port;

	switch (option) {
	case 'f':
		return cmd_family_option(optarg, &try->families);
	case 'p':
		if (!cmd_number_option("--port", optarg, 1, 65535, &port))
			return false;
		try->trial.port = (uint16_t)port;
		return true;
	case 'd':
		return cmd_int_option("--deadline", DEADLINE_LIMIT, &try->trial.deadline);
	case 'F':
		return try->trial.free = true;
	case 'w':
		return try->trial.no_wait = true;
	default:
		return false;
	}
}

/* A word of the program's command line, in one line whatever stands in it. */
static void print_word(FILE *out, const char *word)
{
	fputc(' ', out);
	for (; *word; word++)
		fputc((unsigned char)*word < ' ' ? ' ' : *word, out);
}

static char *make_introduction(const struct experiment *peer, char *const *argv)
{
	char title[LINE_LIMIT + 1], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	experiment_title(peer, title, sizeof title);
	if (out) {
		fprintf(out, "# %s against %s: %s\n#\n# Recorded by closewait try. The program:",
			argv[0], peer->name, title);
		for (char *const *at = argv; *at; at++)
			print_word(out, *at);
		fputs("\n", out);
	}
	memory_close(out, &text);
	return text;
}

static enum status print_sections(const struct trial *trial, const struct experiment *peer)
{
	enum status status = STATUS_EXPECTED;
	char *introduction = make_introduction(peer, trial->options->argv);

	for (int i = 0; introduction && i < trial->section_count; i++) {
		struct section_trace made;

		if (!trial->section[i].connected)
			continue;
		if (!section_trace_make(&made, trial, &trial->section[i], introduction)) {
			status = STATUS_ENVIRONMENT;
			continue;
		}
		trace_print(made.trace, cmd_colour(), stdout);
		status = status_merge(status, verdict_status(made.trace->verdict));
		section_trace_free(&made);
	}
	free(introduction);
	fate_print(trial, stdout);
	return status;
}

static enum status try_one(struct try *try, const struct experiment *peer)
{
	struct session session;
	struct trial trial;
	char why[REASON_LIMIT];

	try->session.deadline = try->trial.deadline;
	if (session_open(&session, &try->session, why, sizeof why)) {
		message("%s", why);
		return STATUS_ENVIRONMENT;
	}
	trial_run(&trial, &session, peer, &try->trial);
	enum status status = STATUS_ENVIRONMENT;

	if (trial.fate.trouble[0]) {
		message("%s", trial.fate.trouble);
		status = trial.fate.misuse ? STATUS_MISUSE : STATUS_ENVIRONMENT;
	} else
		status = print_sections(&trial, peer);
	trial_free(&trial);
	session_close(&session);
	return status;
}

enum status cmd_try(int argc, char **argv)
{
	struct try try = {.session = {.sandbox = true, .wire = WIRE_BRIEF, .states = true},
		.trial = {.deadline = DEADLINE_DEFAULT, .family = FAMILY_TCP4}};
	enum status status;
	int option;

	while ((option = cmd_next_option(argc, argv, options)) != -1)
		if (!take_option(option, &try))
			return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	if (argc - optind < 2) {
		message("try: expected the name of a peer and a program, as in: closewait try "
			"close -- "
			"./client 127.0.0.1 {port}");
		return STATUS_MISUSE;
	}
	struct experiment *peer = catalog_load_peer(argv[optind], &status);

	if (!peer)
		return status;
	try.trial.argv = argv + optind + 1;
	interrupt_catch();
	status = script_fits(peer) ? try_one(&try, peer) : STATUS_MISUSE;
	experiment_free(peer);
	return status;
}
