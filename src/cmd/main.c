#include "cmd/cmd.h"
#include "cmd/cmd_help.h"
#include "language/catalog.h"
#include "util/interrupt.h"
#include "util/text.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum status help(int argc, char **argv);

static const struct command commands[] = {
	{"run", cmd_run, "run experiments and hold their traces against what is expected"},
	{"list", cmd_list, "list the experiments of the catalogue"},
	{"show", cmd_show, "print an experiment, in the canonical layout"},
	{"check", cmd_check, "say what is wrong with an experiment, without running it"},
	{"predict", cmd_predict, "print what the model answers, without touching a socket"},
	{"explain", cmd_explain, "run an experiment, and tell what its packets and states mean"},
	{"try", cmd_try, "run a program of yours against a peer that leaves"},
	{"diagnose", cmd_diagnose, "find what explains the results that calls gave"},
	{"explore", cmd_explore, "run random experiments; kernel and model must agree"},
	{"orders", cmd_orders, "run programs in every order, and list the outcomes"},
	{"record", cmd_record, "run experiments and write what a report is made of"},
	{"guest", cmd_guest, "be the init of a virtual machine (for scripts/matrix)"},
	{"report", cmd_report, "make a table of records: experiments down, kernels across"},
	{"help", help, "explain a command or a topic"},
	{0},
};

static bool is_command(const char *word)
{
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, word))
			return true;
	return false;
}

static void print_overview(void)
{
	puts("usage: closewait [COMMAND [ARGUMENT]...]\n\n"
	     "Without a command: runs the classic, write-after-close, on tcp4.\n\nCommands:");
	for (const struct command *c = commands; c->name; c++)
		printf("  %-10s %s\n", c->name, c->summary);
	puts("\n\"closewait help COMMAND\" explains one. Topics of closewait help besides:");
	for (const struct text *t = texts; t->name; t++)
		if (!strcmp(t->kind, "txt") && !is_command(t->name))
			printf("  %-10s %.*s\n", t->name, (int)strcspn(t->text, "\n"), t->text);
	puts("\nExit status: 0 as expected, 1 something deviated, 2 misuse or malformed input,\n"
	     "3 the environment failed us, 4 everything was skipped.");
}

static enum status help(int argc, char **argv)
{
	if (argc == 2 && (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))) {
		print_overview();
		return STATUS_EXPECTED;
	}
	if (argc > 2) {
		message("help: unexpected '%s'", argv[2]);
		return STATUS_MISUSE;
	}
	if (argc == 2)
		return cmd_print_help(argv[1]);
	print_overview();
	return STATUS_EXPECTED;
}

/* A word that belongs behind a command. */
static const char *command_for(const char *word)
{
	if (catalog_text("trace", word))
		return "an experiment: closewait run";
	if (catalog_text("peer", word))
		return "the peer of a program: closewait try";
	if (catalog_text("txt", word))
		return "a topic: closewait help";
	return access(word, F_OK) ? NULL : "a file: closewait run";
}

static enum status unknown_command(const char *word)
{
	struct nearest nearest = {word, NULL, 0};
	const char *command = command_for(word);

	if (command) {
		message("%s: %s %s", word, command, word);
		return STATUS_MISUSE;
	}
	for (const struct command *c = commands; c->name; c++)
		text_offer_nearest(&nearest, c->name);
	if (nearest.best)
		message("%s: unknown command; did you mean '%s'?", word, nearest.best);
	else
		message("%s: unknown command; closewait help lists them", word);
	return STATUS_MISUSE;
}

static enum status dispatch(int argc, char **argv)
{
	static char *classic[] = {"run", "--family=tcp4", "--wire=full", "--states", "--counters",
		"write-after-close", NULL};

	if (argc < 2)
		return cmd_run(6, classic);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		print_overview();
		return STATUS_EXPECTED;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		cmd_print_version();
		return STATUS_EXPECTED;
	}
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(argv[1], c->name))
			return c->run(argc - 1, argv + 1);
	return unknown_command(argv[1]);
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN); /* a closed stdout is reported below */
	enum status status = dispatch(argc, argv);

	if (interrupted()) {
		message("interrupted by SIG%s", sigabbrev_np(interrupted()));
		status = STATUS_ENVIRONMENT;
	}

	if (!fflush(stdout) && !ferror(stdout))
		return (int)status;
	message("cannot write the results to standard output");
	return STATUS_ENVIRONMENT;
}
