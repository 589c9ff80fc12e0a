/*
 * Which threads of the kernel's are seen to wait for a processor, in a directory like /proc.
 */
#include "check.h"
#include "observe/kthreads.h"

#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/closewait-starved-XXXXXX";

static void file_path(char path[128], const char *id, const char *file)
{
	snprintf(path, 128, "%s/%s/%s", directory, id, file);
}

static void write_file(const char *id, const char *file, const char *text)
{
	char path[128];

	file_path(path, id, file);
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

static int setup(void **state)
{
	char path[128];

	(void)state;
	if (!mkdtemp(directory))
		return -1;
	file_path(path, "7", "");
	return mkdir(path, 0700);
}

static int teardown(void **state)
{
	static const char *const files[] = {"stat", "schedstat", ""};
	char path[128];

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		file_path(path, "7", files[i]);
		remove(path);
	}
	return rmdir(directory);
}

static void assert_starved(const char *expected)
{
	char name[64] = "";

	assert_int_equal(kthreads_starved(directory, name, sizeof name), *expected != '\0');
	assert_string_equal(name, expected);
}

static void one_thread(void **state)
{
	static const struct {
		const char *stat, *name;
	} cases[] = {
		{"7 (kworker/1:0-ev) R 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 20 0 1 0 51 0 0",
			"kworker/1:0-ev"},
		{"7 (a (b) R) R 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 0 -20 1 0 51 0 0", "a (b) R"},
		/* asleep, idle; not the kernel's; of low priority; nothing to be read */
		{"7 (kworker/1:0-ev) S 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 20 0 1 0 51 0 0", ""},
		{"7 (kworker/1:0-ev) I 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 20 0 1 0 51 0 0", ""},
		{"7 (stress-ng) R 2 0 0 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 51 0 0", ""},
		{"7 (khugepaged) R 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 39 19 1 0 51 0 0", ""},
		{"7 (kworker/1:0-ev) R 2 0 0", ""},
		{"7", ""},
	};

	(void)state;
	write_file("7", "schedstat", "607969713 181558591031 28113\n");
	for (size_t i = 0; i < COUNT(cases); i++) {
		write_file("7", "stat", cases[i].stat);
		assert_starved(cases[i].name);
	}
}

/* Each look finds that it ran: the file is another one whenever it is opened. */
static void one_that_runs(void **state)
{
	char path[128];

	(void)state;
	write_file("7", "stat",
		"7 (ksoftirqd/0) R 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 20 0 1 0 51 0 0");
	file_path(path, "7", "schedstat");
	assert_int_equal(unlink(path), 0);
	assert_starved(""); /* CONFIG_SCHED_INFO is off */
	assert_int_equal(symlink("/proc/uptime", path), 0);
	assert_starved("");
	assert_int_equal(unlink(path), 0);
}

static void no_directory(void **state)
{
	char name[64];

	(void)state;
	assert_false(kthreads_starved("/no/such/place", name, sizeof name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_thread),
		cmocka_unit_test(one_that_runs),
		cmocka_unit_test(no_directory),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
