#include "report/kernlog.h"

#include <string.h>

/* At the front of a message: "WARNING: " elsewhere may be advice, as of "Spectre V2 : WARNING: ".
 */
static const char *const fronts[] = {
	"WARNING: ",
	"BUG: ",
	"Oops: ",
	"Oops[",
	"kernel BUG at ",
	"Kernel panic",
	"general protection fault",
	"Internal error: ",
	"Out of memory: ",
	"Call Trace:",
	"UBSAN: ",
	"refcount_t: ",
};

static const char *const anywhere[] = {
	": BUG: ",
	"Kernel panic - not syncing",
	"invoked oom-killer",
	"blocked for more than",
	"detected stalls on",
	"self-detected stall",
	"soft lockup",
	"hard LOCKUP",
	"possible recursive locking detected",
	"possible circular locking dependency",
	"segfault at ",
};

static bool contains(const char *line, size_t length, const char *what)
{
	return memmem(line, length, what, strlen(what));
}

/* Past the time, which printk writes as "[    1.234567] ". */
static const char *message_of(const char *line)
{
	if (*line == '[') {
		size_t time = 1 + strspn(line + 1, " .0123456789");

		if (line[time] == ']' && line[time + 1] == ' ')
			return line + time + 2;
	}
	return line;
}

bool kernlog_alarming(const char *line)
{
	const char *message = message_of(line);
	size_t length = strcspn(message, "\r\n");

	for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
		if (length >= strlen(fronts[i]) && !memcmp(message, fronts[i], strlen(fronts[i])))
			return true;
	for (size_t i = 0; i < sizeof anywhere / sizeof *anywhere; i++)
		if (contains(message, length, anywhere[i]))
			return true;
	return false;
}

int kernlog_print_alarming(const char *text, FILE *out)
{
	int count = 0;

	for (size_t length; *text; text += length + (text[length] != '\0')) {
		length = strcspn(text, "\n");
		if (count < KERNLOG_LIMIT && kernlog_alarming(text)) {
			fprintf(out, "%.*s\n", (int)strcspn(text, "\r\n"), text);
			count++;
		}
	}
	return count;
}
