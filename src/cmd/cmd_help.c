#include "cmd/cmd_help.h"

#include "cmd/fitted.h"
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
static void print_names(FILE *out, const char *title, const struct symbol *table)
{
	char text[NAMES_TEXT] = "";

	for (; table->text; table++)
		add_name(text, table->text);
	fprintf(out, "  %-*s%s\n", NAMES_COLUMN - 2, title, text);
}

static void print_options(FILE *out)
{
	char text[NAMES_TEXT] = "";

	for (const struct socket_option *o = socket_options; o->name; o++)
		add_name(text, o->name);
	fprintf(out, "  %-*s%s\n", NAMES_COLUMN - 2, "OPTION", text);
}

/* The usage, and behind it, or below a long one, the summary; then the example. */
static void print_operation(FILE *out, const struct operation *o)
{
	char usage[128];

	operation_usage(o, usage, sizeof usage);
	int column = fprintf(out, "  %s%s%s", o->name, *usage ? " " : "", usage);

	if (column > SUMMARY_COLUMN - 2) { /* two blanks, as a wide gap */
		fputc('\n', out);
		column = 0;
	}
	fprintf(out, "%*s%s\n", SUMMARY_COLUMN - column, "", o->summary);
	fprintf(out, "%*s%s\n", SUMMARY_COLUMN, "", o->example);
}

/* The vocabulary, from the tables that the program itself goes by. */
static void print_vocabulary(FILE *out)
{
	fputs("\nOperations\n\n", out);
	for (const struct operation *o = operations; o->name; o++)
		print_operation(out, o);
	fputs("\nNames\n\n", out);
	print_names(out, "STATE", tcp_states);
	print_names(out, "EVENTS", poll_events);
	print_names(out, "FLAGS", message_flags);
	print_names(out, "HOW", shutdown_hows);
	print_names(out, "MODE", sigpipe_modes);
	print_names(out, "OP", epoll_actions);
	print_names(out, "EPOLL", epoll_events);
	print_options(out);
	fprintf(out,
		"\nLimits\n\n  %d bytes in a file, %d in a line without its comment, %d in a word, "
		"%d "
		"steps, %d expectations of a step, %d wire lines, %d bytes in one call\n",
		FILE_LIMIT, LINE_LIMIT, WORD_LIMIT, STEP_LIMIT, EXPECTATION_LIMIT, WIRE_LIMIT,
		LENGTH_LIMIT);
}

enum status cmd_print_help(const char *topic)
{
	const char *text = catalog_text("txt", topic);
	struct nearest nearest = {topic, NULL, 0};
	struct fitted fitted;

	if (text && fitted_begin(&fitted)) {
		fputs(text, fitted.out);
		if (!strcmp(topic, "format"))
			print_vocabulary(fitted.out);
	}
	if (text && !fitted_end(&fitted))
		return STATUS_ENVIRONMENT;
	if (text) {
		const char *schema = catalog_text("schema", topic);

		fputs(schema ? schema : "", stdout); /* as it is: a line must not be broken */
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
