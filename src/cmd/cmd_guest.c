/*
 * closewait guest [LINE]
 *
 * The init of a virtual machine: mounts the kernel's file systems, loads the modules that the
 * initramfs brought, runs "closewait record" with the second serial line, or LINE, as its
 * standard output, compressed, and reboots, which ends the machine. Standard output and error of
 * init are the console. LINE is a plain word: where the kernel's command line cannot have a "--",
 * as user-mode Linux's, a word with a dash or a '=' does not reach init as an argument.
 */
#include "cmd/cmd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <zlib.h>

static const struct {
	const char *type, *where;
} mounts[] = {
	{"proc", "/proc"},
	{"sysfs", "/sys"},
	{"devtmpfs", "/dev"},
	{"tracefs", "/sys/kernel/tracing"},
};

static const char second_line[] = "/dev/ttyS1", module_directory[] = "/modules",
		  experiment_directory[] = "/experiments", argument_file[] = "/arguments";

enum { ARGUMENT_BYTES = 1 << 18, ARGUMENT_LIMIT = 4096 };

/* A file system that this kernel lacks is reported; the guest runs without it. */
static void mount_all(void)
{
	for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
		mkdir(mounts[i].where, 0755);
		/* The kernel may have mounted devtmpfs already. */
		if (mount(mounts[i].type, mounts[i].where, mounts[i].type, 0, NULL) &&
			errno != EBUSY)
			message("guest: mount %s: %s", mounts[i].where, strerror(errno));
	}
}

static void load_module(int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		message("guest: module %s: %s", name, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* Loads the modules in the order of their names, which is the order that they need. */
static void load_modules(void)
{
	struct dirent **entry;
	int directory = open(module_directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int count = directory < 0 ? 0 : scandir(module_directory, &entry, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		if (entry[i]->d_name[0] != '.')
			load_module(directory, entry[i]->d_name);
		free(entry[i]);
	}
	if (count > 0)
		free((void *)entry);
	if (directory >= 0)
		close(directory);
}

/* Opens the record's line, every byte as it is. Compressed: under emulation each byte on a serial
 * line costs some 2 us. NULL after a message. */
static gzFile open_record_line(const char *name)
{
	int fd = open(name, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	struct termios line;
	gzFile file = NULL;

	if (fd >= 0 && !tcgetattr(fd, &line)) {
		cfmakeraw(&line);
		if (!tcsetattr(fd, TCSANOW, &line))
			file = gzdopen(fd, "wb1");
	}
	if (file)
		return file;
	message("guest: %s: %s", name, strerror(errno));
	if (fd >= 0)
		close(fd);
	return NULL;
}

/* Writes what the recording process writes, as soon as it does: what has left the machine when it
 * stops can be read. */
static bool forward(int record, gzFile line)
{
	static char bytes[65536];
	ssize_t n;

	while ((n = read(record, bytes, sizeof bytes)) > 0)
		if (gzwrite(line, bytes, (unsigned)n) != n || gzflush(line, Z_SYNC_FLUSH))
			return false;
	return !n;
}

/* Reads the arguments, a line each: the kernel's command line would have room for a few only. NULL
 * when they cannot be read. */
static char **read_arguments(int *argc)
{
	static char text[ARGUMENT_BYTES], command[] = "record", *argv[ARGUMENT_LIMIT + 2];
	FILE *file = fopen(argument_file, "re");

	if (!file || !fread(text, 1, sizeof text - 1, file)) {
		message("guest: %s: %s", argument_file, strerror(errno));
		argv[0] = NULL;
	} else
		argv[0] = command;
	if (file)
		fclose(file);
	*argc = 1;
	for (char *at = text, *end; (end = strchr(at, '\n')) && *argc <= ARGUMENT_LIMIT;
		at = end + 1) {
		*end = '\0';
		argv[(*argc)++] = at;
	}
	return argv[0] ? argv : NULL;
}

/* A child: init is immune to signals without a handler, and an experiment may be about one. */
static _Noreturn void record(int out)
{
	int argc;
	char **argv = read_arguments(&argc);

	if (!argv || dup2(out, STDOUT_FILENO) < 0 ||
		(chdir(experiment_directory) && errno != ENOENT))
		_exit(STATUS_ENVIRONMENT);
	setenv("TERM", "dumb", 1); /* the console is a log: no progress */
	/* Once ksoftirqd was woken, packets wait for it ("softirq: Let ksoftirqd do its job", until
	 * it was reverted in 6.5). It preempts SCHED_IDLE at once, and no run waits for another. */
	sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){0});
	enum status status = cmd_record(argc, argv);

	fflush(stdout);
	_exit((int)status);
}

/* Reaps whatever ends until the recording process does. */
static void await_record(pid_t child)
{
	int status = 0;
	pid_t pid;

	do {
		pid = wait(&status);
	} while (pid != child && (pid > 0 || errno == EINTR));
	if (pid == child && WIFSIGNALED(status))
		message("guest: the recording process died of signal %d", WTERMSIG(status));
}

/* Runs the recording process, and brings what it writes to the record's line. */
static void record_to_line(const char *name)
{
	int pipes[2];
	gzFile line = open_record_line(name);

	if (!line || pipe2(pipes, O_CLOEXEC)) {
		message("guest: nothing can be recorded");
		return;
	}
	pid_t child = fork();

	if (!child)
		record(pipes[1]);
	close(pipes[1]);
	if (child < 0)
		message("guest: fork: %s", strerror(errno));
	else if (!forward(pipes[0], line))
		message("guest: %s: the record could not be written whole", name);
	close(pipes[0]); /* a process that goes on writing ends */
	if (child > 0)
		await_record(child);
	gzclose(line); /* close(2) waits until a serial line has sent all: uart_close() */
}

enum status cmd_guest(int argc, char **argv)
{
	static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};

	int option = cmd_next_option(argc, argv, options);

	if (option != -1)
		return option == 'h' ? STATUS_EXPECTED : STATUS_MISUSE;
	if (getpid() != 1) {
		message("guest: this is what scripts/matrix starts as init of a virtual machine");
		return STATUS_MISUSE;
	}
	mount_all();
	load_modules();
	record_to_line(optind < argc ? argv[optind] : second_line);
	reboot(RB_AUTOBOOT);
	message("guest: reboot: %s", strerror(errno));
	return STATUS_ENVIRONMENT;
}
