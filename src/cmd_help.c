/*
 * closewait help [TOPIC]
 */
#include "catalog.h"
#include "cmd.h"

#include <stdio.h>
#include <string.h>

static void print_names(const char *title, const struct name *table)
{
	int column = printf("  %s", title);

	for (; table->text; table++) {
		if (column + (int)strlen(table->text) > 98)
			column = printf("\n%*s", (int)strlen(title) + 2, "") - 1;
		column += printf(" %s", table->text);
	}
	putchar('\n');
}

/* The vocabulary, from the tables that the program itself goes by. */
static void print_vocabulary(void)
{
	char usage[128], left[160];

	puts("\nOperations\n");
	for (const struct operation *o = operations; o->name; o++) {
		operation_usage(o, usage, sizeof usage);
		snprintf(left, sizeof left, "%s %s", o->name, usage);
		printf("  %-26s %s\n  %-26s   %s\n", left, o->summary, "", o->example);
	}
	puts("\nNames\n");
	print_names("STATE: ", tcp_states);
	print_names("EVENTS:", poll_events);
	print_names("FLAGS: ", message_flags);
	print_names("HOW:   ", shutdown_hows);
	print_names("MODE:  ", sigpipe_modes);
	print_names("EPOLL: ", epoll_events);
	print_names("SETS:  ", select_sets);
	printf("  OPTION:");
	for (const struct socket_option *o = socket_options; o->name; o++)
		printf("%s %s", o - socket_options == 6 ? "\n         " : "", o->name);
	printf("\n\nLimits\n\n  %d bytes in a file, %d in a line, %d in a word, %d steps, %d "
	       "expectations of a "
	       "step,\n  %d wire lines, %d bytes in one call\n",
		FILE_LIMIT, LINE_LIMIT, WORD_LIMIT, STEP_LIMIT, EXPECTATION_LIMIT, WIRE_LIMIT,
		LENGTH_LIMIT);
}

static void print_overview(void)
{
	puts("usage: closewait [COMMAND [ARGUMENT]...]\n\n"
	     "Without a command: runs the classic, write-after-close, on tcp4.\n\nCommands:");
	for (const struct command *c = commands; c->name; c++)
		printf("  %-10s %s\n", c->name, c->summary);
	puts("\nTopics of closewait help:");
	for (const struct text *t = texts; t->name; t++)
		if (!strcmp(t->kind, "txt"))
			printf("  %-10s %.*s\n", t->name, (int)strcspn(t->text, "\n"), t->text);
	puts("\nExit status: 0 as expected, 1 something deviated, 2 misuse or malformed input,\n"
	     "3 the environment failed us, 4 everything was skipped.");
}

enum status print_help(const char *topic)
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
			nearest_offer(&nearest, t->name);
	if (nearest.best)
		message("%s: unknown topic; did you mean '%s'?", topic, nearest.best);
	else
		message("%s: unknown topic; closewait help lists them", topic);
	return STATUS_MISUSE;
}

enum status cmd_help(int argc, char **argv)
{
	if (argc > 2) {
		message("help: unexpected '%s'", argv[2]);
		return STATUS_MISUSE;
	}
	if (argc == 2)
		return print_help(argv[1]);
	print_overview();
	return STATUS_EXPECTED;
}
