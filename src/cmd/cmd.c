#include "cmd/cmd.h"

#include "cmd/cmd_help.h"
#include "language/family.h"
#include "observe/sysinfo.h"
#include "util/text.h"
#include "version.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool cmd_colour(void)
{
	const char *no_color = getenv("NO_COLOR"), *type = getenv("TERM");

	return isatty(STDOUT_FILENO) && (!no_color || !*no_color) &&
	       (!type || strcmp(type, "dumb") != 0);
}

bool cmd_number_option(const char *option, const char *text, long least, long most, long *value)
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

bool cmd_int_option(const char *option, int most, int *value)
{
	long number;

	if (!cmd_number_option(option, optarg, 1, most, &number))
		return false;
	*value = (int)number;
	return true;
}

void cmd_print_version(void)
{
	puts("closewait " CLOSEWAIT_VERSION);
}

static void unknown_option(const char *word, const struct option *options)
{
	char name[WORD_LIMIT + 1];

	if (optopt && strncmp(word, "--", 2) != 0) {
		message("-%c: unknown option; --help lists them", optopt);
		return;
	}
	snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word + strspn(word, "-"));
	name[strcspn(name, "=")] = '\0';
	struct nearest nearest = {name, NULL, 0};

	for (const struct option *o = options; o->name; o++) {
		if (!strcmp(o->name, name)) {
			message("--%s takes no value", name);
			return;
		}
		text_offer_nearest(&nearest, o->name);
	}
	if (nearest.best)
		message("%s: unknown option; did you mean '--%s'?", word, nearest.best);
	else
		message("%s: unknown option; --help lists them", word);
}

int cmd_next_option(int argc, char **argv, const struct option *options)
{
	opterr = 0;
	int c = getopt_long(argc, argv, ":hV", options, NULL);

	if (c == 'h')
		cmd_print_help(argv[0]);
	else if (c == 'V')
		cmd_print_version();
	else if (c == ':')
		message("%s: expected a value, as in %s=VALUE", argv[optind - 1], argv[optind - 1]);
	else if (c == '?')
		unknown_option(argv[optind - 1], options);
	return c == ':' ? '?' : c == 'V' ? 'h' : c;
}

bool cmd_stack_option(const char *text, struct session_options *session)
{
	session->stack = text;
	session->wire =
		WIRE_NONE; /* what its calls give is in question, unless --wire asks for more */
	for (const char *at = text; *at; at++)
		if (*at < ' ' || *at == 127)
			text = "";
	if (*text)
		return true;
	message("--stack: expected the stack's name, on one line");
	return false;
}

bool cmd_family_option(const char *text, unsigned *families)
{
	enum family family;

	if (family_value(text, &family)) {
		*families |= 1u << family;
		return true;
	}
	message("--family=%s: expected one of %s", text, family_names());
	return false;
}

bool cmd_kernel(struct version *kernel)
{
	char *context = sysinfo_read(kernel);
	bool known = context != NULL;

	if (!known)
		message(KERNEL_UNKNOWN ", against which guards are held: %s", strerror(errno));
	free(context);
	return known;
}

int cmd_default_jobs(void)
{
	enum { MOST = 8 };
	cpu_set_t set;
	int processors = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);

	return 4 * processors < MOST ? 4 * processors : MOST;
}
