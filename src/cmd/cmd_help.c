#include "cmd/cmd_help.h"

#include "language/catalog.h"

#include <stdio.h>
#include <string.h>

enum { SUMMARY_COLUMN = 29, NAMES_COLUMN = 11, NAMES_TEXT = 1024 };

/* Adds a blank and name to a text of names. */
static void add_name(char text[NAMES_TEXT], const char *name)
{
	size_t used = strlen(text);

	snprintf(text + used, NAMES_TEXT - used, "%s%s", used ? " " : "", name);
}

/* What stands for a word in capitals in the operations' arguments. */
static void print_names(const char *title, const struct symbol *table)
{
	char text[NAMES_TEXT] = "";

	for (; table->text; table++)
		add_name(text, table->text);
	printf("  %-*s", NAMES_COLUMN - 2, title);
	text_wrap(stdout, NAMES_COLUMN, text);
}

static void print_options(void)
{
	char text[NAMES_TEXT] = "";

	for (const struct socket_option *o = socket_options; o->name; o++)
		add_name(text, o->name);
	printf("  %-*s", NAMES_COLUMN - 2, "OPTION");
	text_wrap(stdout, NAMES_COLUMN, text);
}

/* The usage, and behind it, or below a long one, the summary; then the example. */
static void print_operation(const struct operation *o)
{
	char usage[128];

	operation_usage(o, usage, sizeof usage);
	int column = printf("  %s%s%s", o->name, *usage ? " " : "", usage);

	if (column >= SUMMARY_COLUMN) {
		putchar('\n');
		column = 0;
	}
	printf("%*s", SUMMARY_COLUMN - column, "");
	text_wrap(stdout, SUMMARY_COLUMN, o->summary);
	printf("%*s  %s\n", SUMMARY_COLUMN, "", o->example);
}

/* The vocabulary, from the tables that the program itself goes by. */
static void print_vocabulary(void)
{
	puts("\nOperations\n");
	for (const struct operation *o = operations; o->name; o++)
		print_operation(o);
	puts("\nNames\n");
	print_names("STATE", tcp_states);
	print_names("EVENTS", poll_events);
	print_names("FLAGS", message_flags);
	print_names("HOW", shutdown_hows);
	print_names("MODE", sigpipe_modes);
	print_names("OP", epoll_actions);
	print_names("EPOLL", epoll_events);
	print_options();
	printf("\nLimits\n\n  %d bytes in a file, %d in a line without its comment, %d in a word, "
	       "%d "
	       "steps,\n  %d expectations of a step, %d wire lines, %d bytes in one call\n",
		FILE_LIMIT, LINE_LIMIT, WORD_LIMIT, STEP_LIMIT, EXPECTATION_LIMIT, WIRE_LIMIT,
		LENGTH_LIMIT);
}

enum status cmd_print_help(const char *topic)
{
	const char *text = catalog_text("txt", topic);
	struct nearest nearest = {topic, NULL, 0};

	if (text) {
		fputs(text, stdout);
		if (!strcmp(topic, "format"))
			print_vocabulary();
		return STATUS_EXPECTED;
	}
	for (const struct text *t = texts; t->name; t++)
		if (!strcmp(t->kind, "txt"))
			text_offer_nearest(&nearest, t->name);
	if (nearest.best)
		message("%s: unknown topic; did you mean '%s'?", topic, nearest.best);
	else
		message("%s: unknown topic; closewait help lists them", topic);
	return STATUS_MISUSE;
}
