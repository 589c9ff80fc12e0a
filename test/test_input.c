/*
 * Files that are no experiments, or ask for too much: refused with status 2 and one message that
 * says where, within bounded memory; and what a file can bring about: nothing is opened and nothing
 * is executed but what every run opens and executes.
 */
#include "process.h"

#include "check.h"

#include <errno.h>
#include <fnmatch.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static char directory[] = "/tmp/closewait-input-XXXXXX";

static const char *path_of(const char *name)
{
	static char path[64];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

static int make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(directory);
}

/* As much address space as the program has for an experiment of the catalogue, and some. The
 * sanitizers' shadow takes terabytes of it. */
static bool little_memory(void)
{
#ifdef __SANITIZE_ADDRESS__
	return true;
#else
	const struct rlimit limit = {64 << 20, 64 << 20};

	return !setrlimit(RLIMIT_AS, &limit);
#endif
}

/* The message begins with the file's name, or with closewait's; nothing is printed. */
static void assert_refused(const char *path, const char *before, const char *message)
{
	char error[256];

	snprintf(error, sizeof error, "%s%s:%s\n", before, path, message);
	prepare = little_memory;
	check(&(struct call){{"run", path}, NULL, 2, NULL, error});
	prepare = NULL;
}

static void assert_not_regular(const char *path)
{
	assert_refused(path,
		"closewait: ", " expected a regular file or a FIFO; '-' reads standard input");
}

/* As by a shell's <(...), and /dev/stdin; and a FIFO, whose writer comes some time. */
static void pipes_are_read(void **state)
{
	static const char text[] = "client connect = 0\n";
	struct call call = {{"run", "--family=tcp4", path_of("fifo")}, NULL, 0, NULL, NULL};

	(void)state;
	check(&(struct call){
		{"run", "--family=tcp4", "/dev/stdin"}, text, 0, "# 1 step, 0 deviations, ", NULL});
	check(&(struct call){{"run", "--family=tcp4", "/dev/fd/0"}, "client wirte\n", 2, NULL,
		"/dev/fd/0:1:8: 'wirte': expected an operation (closewait help format lists them); "
		"did you mean 'write'?\n"});
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	struct running r = begin(&call);
	int fifo = open(path_of("fifo"), O_WRONLY | O_CLOEXEC);

	assert_int_equal(write(fifo, text, sizeof text - 1), sizeof text - 1);
	close(fifo);
	struct said said = end(&r);

	assert_int_equal(said.status, 0);
	forget(&said);
	unlink(path_of("fifo"));
}

static void files_of_other_kinds(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	assert_not_regular("/");
	assert_not_regular("/dev/zero");
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path_of("socket"));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_not_regular(path_of("socket"));
	unlink(path_of("socket"));
	close(fd);
}

/* The file is body, count times, in one line or in many; or as many zero bytes. */
static void assert_file_refused(const char *body, long count, const char *message)
{
	const char *path = path_of("file");
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	for (long i = 0; *body && i < count; i++)
		fputs(body, file);
	assert_int_equal(fclose(file), 0);
	if (!*body)
		assert_int_equal(truncate(path, count), 0);
	assert_refused(path, "", message);
	unlink(path);
}

static void files_that_are_too_much(void **state)
{
	static const char large[] = "1:1: more than 1048576 bytes in an experiment";

	(void)state;
	assert_file_refused("", 1 << 30, large);
	assert_file_refused("", 1 << 10, "1:1: byte 0x00: expected text");
	assert_file_refused("\177ELF\2\1\1\n", 1 << 10, "1:1: byte 0x7f: expected text");
	assert_file_refused("client connect\n", 10000000, large);
	assert_file_refused(
		"client connect\n", 10000, "257:1: more than 256 steps in an experiment");
	assert_file_refused("x", 10000000, large);
	assert_file_refused("x", 100000, "1:321: more than 320 bytes in a line");
	assert_file_refused("client write 4294967296", 1,
		"1:14: '4294967296': expected a length in bytes from 0 to 1073741824, or a text "
		"such "
		"as "
		"\"hello\\n\"");
}

/* The largest buffers, and as much as they take: what the kernel gives is bounded, and what this
 * program needs. Without a final newline, too. */
static void what_is_allowed_is_bounded(void **state)
{
	static const char text[] = "client setsockopt SO_SNDBUF 999999999 = 0\n"
				   "server setsockopt SO_RCVBUF 999999999 = 0\n"
				   "client connect\nserver accept\n"
				   "client write 1048576\nclient fill\nserver read 1048576";

	(void)state;
	prepare = little_memory;
	check(&(struct call){
		{"run", "--family=tcp4", "-"}, text, 0, "# 7 steps, 0 deviations, ", NULL});
	prepare = NULL;
}

/* What a run opens: nothing of this is named by an experiment but sysctls of its namespace. */
static bool is_known(const char *path)
{
	static const char *const known[] = {
		"",
		PROGRAM,
		"/etc/ld.so.*",
		"/lib*/*",
		"/usr/lib/*",
		"/dev/null",
		"/dev/net/tun",
		"/sys/class/net/network/*", /* libpcap */
		"/proc/self/*",
		"/proc/*/stat",
		"/proc/*/ns/*",
		"/proc/version",
		"/proc/net/tcp",
		"/proc/net/tcp6",
		"/proc/net/snmp",
		"/proc/net/netstat",
		"/proc/sys/net/core/somaxconn",
		"/proc/sys/net/ipv4/tcp_*",
		"/proc/sys/net/mptcp/close_timeout",
#ifdef TEST_COVERAGE_H /* what counts the lines that run */
		"*.gcda",
#endif
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (!fnmatch(known[i], path, FNM_NOESCAPE))
			return true;
	return false;
}

/* Holds strace's lines against what is known; returns how many programs were executed. */
static int check_paths(FILE *lines, const char *input)
{
	char line[4096], path[512];
	int executed = 0;

	while (fgets(line, sizeof line, lines)) {
		executed += strstr(line, " execve") != NULL;
		path[0] = '\0';
		sscanf(line, "%*[^\"]\"%511[^\"]", path);
		if (strcmp(path, input) != 0 && !is_known(path))
			fail_msg("not known to be opened: %s", line);
	}
	return executed;
}

/* Runs strace without its output. Returns its exit status, which is that of what it runs. */
static int trace(const char *log, const char *program, const char *what)
{
	int status;

	fflush(NULL);
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setenv("ASAN_OPTIONS", "detect_leaks=0", 1); /* that is no use beside ptrace(2) */
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execlp("strace", "strace", "-f", "-qq", "-e", "trace=%file", "-e", "signal=none",
			"-o", log, program, "run", "--jobs=8", what, NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static void assert_paths(const char *what, int expected)
{
	char log[64];

	snprintf(log, sizeof log, "%s", path_of("log"));
	int status = trace(log, PROGRAM, what);
	FILE *lines = fopen(log, "re");

	unlink(log);
	assert_non_null(lines);
	assert_int_equal(status, expected);
	assert_int_equal(check_paths(lines, what), 1);
	fclose(lines);
}

/* The whole vocabulary, as the catalogue has it; and files that name what is not theirs. */
static void nothing_else_is_opened(void **state)
{
	static const struct {
		const char *text;
		int status;
	} files[] = {
		{"# /etc/passwd $(touch /tmp/x) `id` %s%n ; rm -rf /\nuse tcp4\n"
		 "client connect = 0 # /etc/passwd\nsysctl net.ipv4.tcp_fin_timeout /etc/passwd = "
		 "0\n",
			1},
		{"sysctl net.ipv4.tcp_fin_timeout_/../x 1\nsysctl ../../etc/passwd 1\n"
		 "client connect /etc/passwd\nserver accept > /tmp/x\n/bin/sh\n!id\n"
		 "include /etc/passwd\ncount /etc/passwd\n",
			2},
	};
	char path[64];

	(void)state;
	if (trace("/dev/null", "true", ""))
		skip(); /* strace is missing, or ptrace(2) is not allowed */
	assert_paths("--all", 0);
	snprintf(path, sizeof path, "%s", path_of("file"));
	for (size_t i = 0; i < COUNT(files); i++) {
		FILE *file = fopen(path, "we");

		assert_non_null(file);
		fputs(files[i].text, file);
		assert_int_equal(fclose(file), 0);
		assert_paths(path, files[i].status);
		unlink(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_of_other_kinds),
		cmocka_unit_test(pipes_are_read),
		cmocka_unit_test(files_that_are_too_much),
		cmocka_unit_test(what_is_allowed_is_bounded),
		cmocka_unit_test(nothing_else_is_opened),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
