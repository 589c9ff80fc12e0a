#include "util/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES = 100 /* tried for a temporary link */ };

/* May the file be replaced, rather than written into? *old is what is known of it; its mode is 0
 * when there is none. */
static bool replaceable(const char *name, struct stat *old)
{
	*old = (struct stat){0};
	if (lstat(name, old))
		return errno == ENOENT;
	return S_ISREG(old->st_mode) && old->st_nlink == 1 && old->st_uid == geteuid() &&
	       old->st_gid == getegid() && !euidaccess(name, W_OK);
}

/* A descriptor of a file without a name, in the directory that name is in, or -1. */
static int open_nameless(const char *name)
{
	char *copy = strdup(name);
	int fd = copy ? open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666) : -1;

	free(copy);
	return fd;
}

/* A descriptor of a file with a temporary name, or -1. */
static int open_temporary(struct output_file *file)
{
	mode_t mask = umask(0);

	umask(mask);
	if (asprintf(&file->temporary, "%s.XXXXXX", file->name) < 0) {
		file->temporary = NULL;
		return -1;
	}
	int fd = mkostemp(file->temporary, O_CLOEXEC);

	if (fd >= 0) {
		fchmod(fd, 0666 & ~mask); /* as open(2) would have made it */
		return fd;
	}
	free(file->temporary);
	file->temporary = NULL;
	return -1;
}

static int open_replacement(struct output_file *file, const struct stat *old)
{
	int fd = open_nameless(file->name);

	/* The stream's own descriptor is closed before the file gets its name. */
	if (fd >= 0)
		file->nameless = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	else
		fd = open_temporary(file);
	if (fd >= 0 && ((!file->temporary && file->nameless < 0) ||
			       (old->st_mode && fchmod(fd, old->st_mode & 07777)))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A descriptor of what name stands for, which is written into; "-" is standard output. */
static int open_directly(const char *name)
{
	return strcmp(name, "-") ? open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
				 : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
}

FILE *output_file_open(struct output_file *file, const char *name)
{
	struct stat old;

	*file = (struct output_file){.name = name, .nameless = -1};
	int fd = strcmp(name, "-") && replaceable(name, &old) ? open_replacement(file, &old)
							      : open_directly(name);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "w");
	int error = errno;

	if (!stream) {
		if (fd >= 0)
			close(fd);
		output_file_finish(file, false);
	}
	errno = error;
	return stream;
}

/* Gives the nameless file a name that no other has: linkat(2) replaces nothing, so it takes
 * rename(2) from there. */
static bool link_temporary(struct output_file *file)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/self/fd/%d", file->nameless);
	for (int i = 0; i < NAMES; i++) {
		if (asprintf(&file->temporary, "%s.%d.%d", file->name, (int)getpid(), i) < 0) {
			file->temporary = NULL;
			return false;
		}
		if (!linkat(AT_FDCWD, path, AT_FDCWD, file->temporary, AT_SYMLINK_FOLLOW))
			return true;
		int error = errno;

		free(file->temporary);
		file->temporary = NULL;
		errno = error;
		if (errno != EEXIST)
			break;
	}
	return false;
}

int output_file_finish(struct output_file *file, bool good)
{
	int error = 0;

	if (good && file->nameless >= 0 && !link_temporary(file))
		error = errno;
	if (good && file->temporary && rename(file->temporary, file->name))
		error = errno;
	if (file->temporary && (error || !good))
		unlink(file->temporary);
	if (file->nameless >= 0)
		close(file->nameless);
	free(file->temporary);
	return -error;
}
