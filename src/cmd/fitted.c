#include "cmd/fitted.h"

#include "util/memstream.h"
#include "util/message.h"
#include "util/text.h"

#include <sys/ioctl.h>
#include <unistd.h>

int fitted_width(void)
{
	enum { USUAL = 80, LEAST = 40 };
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return USUAL;
	return size.ws_col < LEAST ? LEAST : size.ws_col;
}

void fitted_print(const char *text)
{
	text_fit(stdout, text, fitted_width());
}

bool fitted_begin(struct fitted *fitted)
{
	*fitted = (struct fitted){0};
	fitted->out = open_memstream(&fitted->text, &fitted->size);
	if (!fitted->out)
		message("no memory for the output");
	return fitted->out;
}

bool fitted_end(struct fitted *fitted)
{
	bool written = memory_close(fitted->out, &fitted->text);

	if (written)
		fitted_print(fitted->text);
	else
		message("no memory for the output");
	free(fitted->text);
	return written;
}
