#include "cmd.h"
#include "family.h"
#include "version.h"
#include "words.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct command commands[] = {
	{"run", cmd_run, "run experiments and hold their traces against what is expected"},
	{"list", cmd_list, "list the experiments of the catalogue"},
	{"show", cmd_show, "print an experiment"},
	{"predict", cmd_predict, "print what the machine answers, without touching a socket"},
	{"help", cmd_help, "explain a command or a topic"},
	{0},
};

bool colour_wanted(void)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && (!no_color || !*no_color);
}

bool number_option(const char *option, const char *text, long least, long most, long *value)
{
	if (*text >= '0' && *text <= '9') {
		char *end;

		*value = strtol(text, &end, 10);
		if (*value >= least && *value <= most && !*end)
			return true;
	}
	message("%s=%s: expected a whole number from %ld to %ld", option, text, least, most);
	return false;
}

static void unknown_option(const char *word, const struct option *options)
{
	char name[WORD_LIMIT + 1];
	struct nearest nearest = {name, NULL, 0};

	snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word + strspn(word, "-"));
	name[strcspn(name, "=")] = '\0';
	for (const struct option *o = options; o->name; o++) {
		if (!strcmp(o->name, name)) {
			message("--%s takes no value", name);
			return;
		}
		nearest_offer(&nearest, o->name);
	}
	if (nearest.best)
		message("%s: unknown option; did you mean --%s?", word, nearest.best);
	else
		message("%s: unknown option; --help lists them", word);
}

int next_option(int argc, char **argv, const struct option *options)
{
	opterr = 0;
	int c = getopt_long(argc, argv, ":", options, NULL);

	if (c == 'h')
		print_help(argv[0]);
	else if (c == ':')
		message("%s: expected a value, as in %s=VALUE", argv[optind - 1], argv[optind - 1]);
	else if (c == '?')
		unknown_option(argv[optind - 1], options);
	return c == ':' ? '?' : c;
}

bool family_option(const char *text, unsigned *families)
{
	enum family family;

	if (family_value(text, &family)) {
		*families |= 1u << family;
		return true;
	}
	message("--family=%s: expected tcp4 or tcp6", text);
	return false;
}

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

	if (!fflush(stdout) && !ferror(stdout))
		return (int)status;
	message("cannot write the results to standard output");
	return STATUS_ENVIRONMENT;
}
