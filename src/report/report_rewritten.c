/*
 * report_rewritten: report.h's question whether two traces are of the same experiment.
 */
#include "report/report.h"

#include <string.h>

/* The next line of an essence that is no packet; its step alone, without the result, in length.
 * NULL behind the last. */
static const char *next_step(const char **at, size_t *length)
{
	while (**at) {
		const char *line = *at, *result = strstr(line, " = ");
		size_t size = strcspn(line, "\n");

		*at += size + (line[size] != '\0');
		*length = result && result < line + size ? (size_t)(result - line) : size;
		if (strncmp(line, "wire ", 5) != 0)
			return line;
	}
	return NULL;
}

/* Do both traces have the same steps, and packets both or neither? An experiment that names none
 * has them in comments. */
static bool same_experiment(const char *a, const char *b)
{
	const char *step, *other;
	size_t length, other_length;
	bool packets = strstr(a, "\nwire "), other_packets = strstr(b, "\nwire ");

	do {
		step = next_step(&a, &length);
		other = next_step(&b, &other_length);
		if (!step || !other)
			return !step && !other && packets == other_packets;
	} while (length == other_length && !strncmp(step, other, length));
	return false;
}

bool report_rewritten(const struct report *report, int i, int k)
{
	const struct report_cell *cell = report->row[i].cell;

	return cell[0].verdict == cell[k].verdict && cell[0].letter != cell[k].letter &&
	       !same_experiment(cell[0].essence, cell[k].essence);
}
