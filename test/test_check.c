/*
 * closewait check: every error of a file where it stands, as text and as JSON; nothing of a file
 * without any; and of the errors what an editor needs to mend them.
 */
#include "language/catalog.h"
#include "program.h"

#include <jansson.h>

#define FIRST_WORD "use, client, server, count, sysctl, link, wire or '='"
#define OPERATION "an operation (closewait help format lists them)"

static void errors_are_told(void **state)
{
	static const struct call calls[] = {
		{{"check", "-"}, "clinet connect\nclient\nclient connect = 0\n", 2,
			"-:1:1: 'clinet': expected " FIRST_WORD "; did you mean 'client'?\n"
			"-:2:7: end of line: expected " OPERATION "\n",
			NULL},
		{{"check", "write-after-close", "-"}, "\n", 2,
			"-:1:1: no steps: expected at least one, such as 'client connect = 0'\n",
			NULL},
		{{"check", "--format=json", "-"}, "clinet connect\n", 2,
			"{\"file\":\"-\",\"line\":1,\"column\":1,\"length\":6,\"message\":"
			"\"'clinet': expected " FIRST_WORD "; did you mean 'client'?\","
			"\"expected\":\"" FIRST_WORD "\",\"nearest\":\"client\"}\n",
			NULL},
		{{"check", "--format=json", "-"}, "client\n", 2,
			"{\"file\":\"-\",\"line\":1,\"column\":7,\"length\":0,\"message\":"
			"\"end of line: expected " OPERATION "\",\"expected\":\"" OPERATION "\"}\n",
			NULL},
		{{"check", "--format=json", "-"}, "client connect\r\n", 2,
			"\"message\":\"a Windows line end, CR LF: expected LF alone (dos2unix FILE "
			"makes it so)\"}\n",
			NULL},
		{{"check", "--format=json", "-"}, "client \xff\n", 2,
			"\"length\":1,\"message\":\"'\xEF\xBF\xBD': expected ", NULL},
		{{"check", "-"}, "client connect = 0\n", 0, NULL, NULL},
		{{"check", "--format=json", "-", "write-after-close"}, "client connect = 0\n", 0,
			NULL, NULL},
		{{"check", "--help"}, NULL, 0, "usage: closewait check", NULL},
		{{"check"}, NULL, 2, NULL,
			"closewait: check: expected the name of an experiment, a file or '-'\n"},
		{{"check", "--format=xml", "-"}, NULL, 2, NULL,
			"closewait: --format=xml: expected text or json\n"},
		{{"check", "xyzzy", "-"}, "client\n", 2, "-:1:7: ",
			"closewait: xyzzy: no such experiment or file; closewait list shows the "
			"experiments\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

/* Each of the errors stands on its word: what is at column, of length bytes, is what the message
 * quotes, and 'nearest' in its place mends the line. */
static void errors_stand_on_their_words(void **state)
{
	static const struct {
		const char *line, *mended;
	} cases[] = {
		{"clinet connect", "client connect"},
		{"client wrote 6 = 6", "client write 6 = 6"},
		{"  server  clsoe # why", "  server  close # why"},
		{"client write 6 = -1 EPIEP", "client write 6 = -1 EPIPE"},
		{"client connect = 0 @ tpc4", "client connect = 0 @ tcp4"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char mended[128];
		const char *nearest = NULL;
		int column = 0, length = 0;
		struct call call = {{"check", "--format=json", "-"}, cases[i].line, 2, "", NULL};
		char *output = output_of(&call);
		json_t *object = json_loads(output, 0, NULL);

		assert_int_equal(json_unpack(object, "{s:i, s:i, s:s}", "column", &column, "length",
					 &length, "nearest", &nearest),
			0);
		snprintf(mended, sizeof mended, "%.*s%s%s", column - 1, cases[i].line, nearest,
			cases[i].line + column - 1 + length);
		assert_string_equal(mended, cases[i].mended);
		json_decref(object);
		free(output);
	}
}

/* A file of its own, with nothing wrong and then with something. */
static void a_file_is_read(void **state)
{
	char name[] = "/tmp/closewait-check-XXXXXX", error[64];
	int fd = mkstemp(name);
	struct call call = {{"check", name}, NULL, 0, NULL, NULL};

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "client connect\n", 15), 15);
	check(&call);
	assert_int_equal(write(fd, "client\n", 7), 7);
	snprintf(error, sizeof error, "%s:2:7: end of line: expected ", name);
	call.status = 2;
	call.output = error;
	check(&call);
	close(fd);
	unlink(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_are_told),
		cmocka_unit_test(a_file_is_read),
		cmocka_unit_test(errors_stand_on_their_words),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
