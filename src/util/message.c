#include "util/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum status status_merge(enum status a, enum status b)
{
	static const int weight[] = {[STATUS_SKIPPED] = 0,
		[STATUS_EXPECTED] = 1,
		[STATUS_ENVIRONMENT] = 2,
		[STATUS_DEVIATES] = 3,
		[STATUS_MISUSE] = 4};

	return weight[a] > weight[b] ? a : b;
}

void message(const char *format, ...)
{
	char line[1024] = "closewait: ";
	size_t used = strlen(line);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line + used, sizeof line - used - 1, format, arguments);
	va_end(arguments);
	memcpy(line + strlen(line), "\n", sizeof "\n");
	if (write(STDERR_FILENO, line, strlen(line)) < 0)
		return; /* nobody to tell */
}
