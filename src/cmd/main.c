#include "cmd/cmd.h"
#include "util/interrupt.h"
#include "version.h"
#include "util/text.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

const struct command commands[] = {
	{"run", cmd_run, "run experiments and hold their traces against what is expected"},
	{"list", cmd_list, "list the experiments of the catalogue"},
	{"show", cmd_show, "print an experiment"},
	{"predict", cmd_predict, "print what the machine answers, without touching a socket"},
	{"explain", cmd_explain, "run an experiment, and tell what its packets and states mean"},
	{"explore", cmd_explore, "run random experiments; kernel and machine must agree"},
	{"record", cmd_record, "run experiments and write what a report is made of"},
	{"guest", cmd_guest, "be the init of a virtual machine (for scripts/matrix)"},
	{"report", cmd_report, "make a table of records: experiments down, kernels across"},
	{"help", cmd_help, "explain a command or a topic"},
	{0},
};

static enum status unknown_command(const char *word)
{
	struct nearest nearest = {word, NULL, 0};

	for (const struct command *c = commands; c->name; c++)
		nearest_offer(&nearest, c->name);
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
	static char *help[] = {"help", NULL};

	if (argc < 2)
		return cmd_run(6, classic);
	if (!strcmp(argv[1], "--help"))
		return cmd_help(1, help);
	if (!strcmp(argv[1], "--version")) {
		puts("closewait " CLOSEWAIT_VERSION);
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
