/*
 * closewait record --differences: where a stack answers otherwise than Linux, which seccomp brings
 * about here, the record has the shortest experiment that shows it, once, and no step of it can be
 * taken out; what the model does not know is told as it is.
 */
#include "deny.h"

#include <errno.h>

static bool no_peername(void)
{
	return deny(SYS_getpeername, ANY, EPROTO);
}

/* How often part is in text. */
static int count(const char *text, const char *part)
{
	int n = 0;

	for (const char *at = text; (at = strstr(at, part)); at++)
		n++;
	return n;
}

/* A file of the test's, for record; its name in path. */
static void write_experiment(char *path, const char *text)
{
	int fd = mkstemps(path, (int)strlen(".trace"));

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* Steps before it, behind it, and a call in the background with its join, none of which is needed:
 * all go. Two families in two processes show the same, and the end that asks makes no difference.
 */
static void the_shortest_experiment(void **state)
{
	static const char experiment[] =
		"use tcp4 tcp6\nserver accept &\nclient connect = 0\nserver join = 0\n"
		"server write 6 = 6\nclient await inq=6\nclient setsockopt SO_KEEPALIVE 1 = 0\n"
		"client getpeername = 0\nserver getpeername = 0\nserver write 5 = 5\n"
		"client await inq=11\nclient read 11 = 11\n";
	char path[] = "/tmp/closewait-test-XXXXXX.trace";
	char *text;

	(void)state;
	write_experiment(path, experiment);
	prepare = no_peername;
	text = output_of(
		&(struct call){{"record", "--differences", "--jobs=2", path}, NULL, 0, "", NULL});
	/* Whichever of the two processes was first. */
	assert_int_equal(
		count(text, "\ncall client getpeername\nlinux 0\nstack -1 EPROTO\n\nuse tcp"), 1);
	assert_int_equal(count(text, "\n\nclient connect           = 0\n"
				     "client getpeername       = 0\n"),
		1);
	assert_int_equal(count(text, "\ndifference "), 1);
	assert_non_null(strstr(text, " 5 5 "));
	free(text);
	text = output_of(&(struct call){{"record", "--jobs=2", path}, NULL, 0, "", NULL});
	assert_int_equal(count(text, "\ndifference "), 0);
	free(text);
	prepare = NULL;
	text = output_of(&(struct call){{"record", "--differences", path}, NULL, 0, "", NULL});
	assert_int_equal(count(text, "\ndifference "), 0);
	free(text);
	unlink(path);
}

/* The model does not know unix-seqpacket: the experiment as a whole shows it. */
static void without_the_model(void **state)
{
	char path[] = "/tmp/closewait-test-XXXXXX.trace";
	char *text;

	(void)state;
	write_experiment(path, "use unix-seqpacket\nclient connect = 0\nserver accept = 0\nclient "
			       "getpeername = 0\n");
	prepare = no_peername;
	text = output_of(&(struct call){{"record", "--differences", path}, NULL, 0, "", NULL});
	prepare = NULL;
	assert_non_null(strstr(text, " unix-seqpacket 5 5 "));
	assert_non_null(
		strstr(text, "\ncall client getpeername\nlinux 0\nstack -1 EPROTO\n\n\nend 1 "));
	free(text);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shortest_experiment),
		cmocka_unit_test(without_the_model),
	};

	return cmocka_run_group_tests_name("reduce", tests, NULL, NULL);
}
