/*
 * Lines of a file of any length: whole, too long, without a newline at the end, and none.
 */
#include "check.h"
#include "util/lines.h"

#include <sys/mman.h>
#include <unistd.h>

/* A descriptor to read text from. */
static int holding(const char *text, size_t size)
{
	int fd = memfd_create("lines", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void test_whole(void **state)
{
	static const char *const expected[] = {"a", "", "bc", "end"};
	struct lines lines;
	size_t length;
	int fd = holding("a\n\nbc\nend", 9);

	(void)state;
	assert_int_equal(lines_begin(&lines, fd), 0);
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_string_equal(lines_next(&lines, &length), expected[i]);
		assert_int_equal(length, strlen(expected[i]));
		assert_false(lines.cut);
	}
	assert_null(lines_next(&lines, &length));
	assert_int_equal(lines.error, 0);
	lines_end(&lines);
	close(fd);
}

/* Of a line that is longer than any the beginning is given, and the rest is left out. */
static void test_long(void **state)
{
	size_t size = 3 * LINES_LIMIT + 7, length;
	char *text = malloc(size);
	struct lines lines;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size);
	text[0] = '\n';
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): a file has no terminator */
	memcpy(text + size - 6, "\nlast\n", 6);
	int fd = holding(text, size);

	assert_int_equal(lines_begin(&lines, fd), 0);
	assert_string_equal(lines_next(&lines, &length), "");
	assert_non_null(lines_next(&lines, &length));
	assert_int_equal(length, LINES_LIMIT);
	assert_true(lines.cut);
	assert_string_equal(lines_next(&lines, &length), "last");
	assert_false(lines.cut);
	assert_null(lines_next(&lines, &length));
	lines_end(&lines);
	close(fd);
	free(text);
}

static void test_error(void **state)
{
	struct lines lines;
	size_t length;

	(void)state;
	assert_int_equal(lines_begin(&lines, -1), 0);
	assert_null(lines_next(&lines, &length));
	assert_int_equal(lines.error, EBADF);
	lines_end(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
