#include "strace/strace_line.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* Digits, '.' and ':' up to a blank: a pid, or a time. Returns the blank, or NULL. */
static const char *number_ends(const char *at)
{
	size_t n = strspn(at, "0123456789.:");

	return n && (at[n] == ' ' || at[n] == '\t') ? at + n : NULL;
}

/* "[00007f8a]", "[  44]": the instruction pointer, the number of the call. */
static const char *skip_bracket(const char *at)
{
	if (*at != '[')
		return at;
	const char *inside = at + 1 + strspn(at + 1, " ");
	size_t digits = strspn(inside, "0123456789abcdef?");

	return digits && inside[digits] == ']' ? skip_blanks(inside + digits + 1) : at;
}

/* "12<curl>", as -Y has a pid. */
static const char *skip_command(struct strace_line *line, const char *at)
{
	size_t digits = strspn(at, "0123456789");
	const char *end = digits && at[digits] == '<' ? strchr(at, '>') : NULL;

	if (!end)
		return at;
	line->pid = strtol(at, NULL, 10);
	return skip_blanks(end + 1);
}

/* The pid and the times in front; what follows. */
static const char *skip_prefix(struct strace_line *line, const char *at)
{
	const char *end;

	if (!strncmp(at, "[pid ", 5) && (end = strchr(at, ']'))) {
		line->pid = strtol(at + 5, NULL, 10);
		line->bracketed = true;
		at = skip_blanks(end + 1);
	} else
		at = skip_command(line, at);
	for (int i = 0; i < 3 && (end = number_ends(at)); i++) {
		if (!i && !line->pid && strspn(at, "0123456789") == (size_t)(end - at))
			line->pid = strtol(at, NULL, 10);
		at = skip_blanks(end);
	}
	if (*at == '(' && !strncmp(at, "(+", 2) && (end = strchr(at, ')')))
		at = skip_blanks(end + 1); /* -r with -t */
	return skip_bracket(skip_bracket(at));
}

static bool read_name(struct strace_line *line, const char *at, size_t length)
{
	if (!length || length >= STRACE_NAME)
		return false;
	snprintf(line->name, sizeof line->name, "%.*s", (int)length, at);
	return true;
}

static size_t name_length(const char *at)
{
	size_t n = 0;

	while (isalnum((unsigned char)at[n]) || at[n] == '_')
		n++;
	return n;
}

/* Where the arguments end: at the bracket that closes them, outside of strings. NULL: nowhere. */
static const char *arguments_end(const char *at)
{
	int depth = 0;

	for (; *at; at++) {
		if (*at == '"') {
			for (at++; *at && *at != '"'; at++)
				if (*at == '\\' && at[1])
					at++;
			if (!*at)
				return NULL;
		} else if (*at == '(')
			depth++;
		else if (*at == ')' && !depth--)
			return at;
	}
	return NULL;
}

/* "strace: Process 12 attached"; 0: it is something else. */
static long attached(const char *at)
{
	long pid;
	int end = 0;

	return sscanf(at, "strace: Process %ld attached%n", &pid, &end) == 1 && end ? pid : 0;
}

/* A call, or the rest of one, that does not end in this line. */
static enum strace_kind read_cut(struct strace_line *line, const char *whole)
{
	const char *message = strstr(line->text, "strace: Process ");

	line->attached = message ? attached(message) : 0;
	line->length = line->attached ? (size_t)(message - whole) : strlen(whole);
	return STRACE_CUT;
}

/* The arguments, and "= result" behind them. */
static enum strace_kind read_rest(
	struct strace_line *line, const char *at, enum strace_kind kind, const char *whole)
{
	const char *end = arguments_end(at), *cut = strstr(at, "<unfinished ...>");

	line->arguments = at;
	if (!cut)
		cut = strstr(at, "<detached ...>");
	if (!end && cut && kind == STRACE_CALL) {
		line->length = (size_t)(cut - at);
		return STRACE_UNFINISHED;
	}
	if (!end)
		return read_cut(line, whole);
	line->length = (size_t)(end - at);
	at = skip_blanks(end + 1);
	if (*at != '=')
		return STRACE_UNKNOWN;
	line->result = skip_blanks(at + 1);
	return kind;
}

static enum strace_kind read_resumed(struct strace_line *line, const char *at, const char *whole)
{
	const char *end = strstr(at, " resumed>");

	if (!end || !read_name(line, at, (size_t)(end - at)))
		return STRACE_UNKNOWN;
	return read_rest(line, end + strlen(" resumed>"), STRACE_RESUMED, whole);
}

/* strace's own, or of -k; " <unfinished ...>" alone is the end of a line that was cut. */
static bool is_message(const char *text, const char *at)
{
	return !*at || !strncmp(at, "strace: ", 8) || !strncmp(text, " > ", 3) ||
	       !strncmp(at, "<unfinished ...>", 16) || !strncmp(at, "<detached ...>", 14);
}

void strace_line_read(struct strace_line *line, const char *text)
{
	*line = (struct strace_line){.kind = STRACE_UNKNOWN};
	const char *at = skip_prefix(line, skip_blanks(text));
	size_t name = name_length(at);

	line->text = at;
	if (is_message(text, at)) {
		line->kind = STRACE_MESSAGE;
		line->attached = attached(at);
	} else if (!strncmp(at, "--- ", 4))
		line->kind = STRACE_SIGNAL;
	else if (!strncmp(at, "+++ ", 4))
		line->kind = STRACE_EXIT;
	else if (!strncmp(at, "<... ", 5))
		line->kind = read_resumed(line, at + 5, text);
	else if (at[name] == '(' && read_name(line, at, name))
		line->kind = read_rest(line, at + name + 1, STRACE_CALL, text);
}

bool strace_line_is(const char *text)
{
	struct strace_line line;

	strace_line_read(&line, text);
	return line.kind != STRACE_UNKNOWN && line.kind != STRACE_MESSAGE &&
	       line.kind != STRACE_CUT;
}
