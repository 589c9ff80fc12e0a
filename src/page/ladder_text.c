#include "page/ladder_text.h"

#include <string.h>

void ladder_step_text(const struct trace *trace, int i, char *text, size_t size)
{
	const struct step *step = &trace->experiment->script[i].step;
	char whole[LINE_LIMIT + 1];
	size_t who = strlen(who_text(step->who));

	step_text(step, whole, sizeof whole);
	snprintf(text, size, "%s", whole + who + (who ? 1 : 0));
}

void ladder_result_text(const struct result *result, char *text, size_t size)
{
	char right[RESULT_TEXT];

	result_text(result, right, sizeof right);
	snprintf(text, size, "%s%s", *right ? "= " : "", right);
}

void ladder_time_text(int64_t nanoseconds, char *text, size_t size)
{
	double ms = (double)nanoseconds / 1e6;

	snprintf(text, size, "%.*f", ms < 10 ? 2 : ms < 100 ? 1 : 0, ms);
}

int ladder_break(const char *text, int limit)
{
	int length = (int)strlen(text), end = limit;

	if (length <= limit)
		return length;
	while (end > 0 && text[end] != ' ' && text[end - 1] != '|')
		end--;
	if (end <= 0)
		end = (int)strcspn(text, " ");
	return end + (text[end] == ' ');
}
