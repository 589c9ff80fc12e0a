/*
 * closewait guest ARGUMENT...
 *
 * The init of a virtual machine: mounts the kernel's file systems, loads the modules that the
 * initramfs brought, runs "closewait record ARGUMENT..." with the second serial line as its
 * standard output, and reboots, which ends the machine. Standard output and error of init are the
 * console.
 */
#include "cmd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

static const struct {
	const char *type, *where;
} mounts[] = {
	{"proc", "/proc"},
	{"sysfs", "/sys"},
	{"devtmpfs", "/dev"},
	{"tracefs", "/sys/kernel/tracing"},
};

static const char record_line[] = "/dev/ttyS1", module_directory[] = "/modules",
		  experiment_directory[] = "/experiments", argument_file[] = "/arguments";

enum { ARGUMENT_BYTES = 1 << 18, ARGUMENT_LIMIT = 4096 };

/* A file system that this kernel lacks is told and gone without. */
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

/* Makes the record's line standard output, every byte as it is. */
static bool open_record_line(void)
{
	int fd = open(record_line, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	struct termios line;
	bool good = fd >= 0 && !tcgetattr(fd, &line);

	if (good) {
		cfmakeraw(&line);
		good = !tcsetattr(fd, TCSANOW, &line) && dup2(fd, STDOUT_FILENO) >= 0;
	}
	if (!good)
		message("guest: %s: %s", record_line, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
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
static void record(void)
{
	int argc;
	char **argv = read_arguments(&argc);

	if (!argv || !open_record_line() || (chdir(experiment_directory) && errno != ENOENT))
		_exit(STATUS_ENVIRONMENT);
	enum status status = cmd_record(argc, argv);

	fflush(stdout);
	tcdrain(STDOUT_FILENO);
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

enum status cmd_guest(int argc, char **argv)
{
	static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};

	if (next_option(argc, argv, options) == 'h')
		return STATUS_EXPECTED;
	if (getpid() != 1) {
		message("guest: this is what scripts/matrix starts as init of a virtual machine");
		return STATUS_MISUSE;
	}
	mount_all();
	load_modules();
	pid_t child = fork();

	if (!child)
		record();
	if (child < 0)
		message("guest: fork: %s", strerror(errno));
	else
		await_record(child);
	reboot(RB_AUTOBOOT);
	message("guest: reboot: %s", strerror(errno));
	return STATUS_ENVIRONMENT;
}
