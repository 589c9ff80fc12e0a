#include "util/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A descriptor of a file without a name, beside where it is to be, or -1. */
static int open_nameless(const char *name)
{
	char *copy = strdup(name);
	int fd = copy ? open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666) : -1;

	free(copy);
	return fd;
}

static FILE *open_stream(struct atomic_file *atomic)
{
	int fd = open_nameless(atomic->name);

	if (fd < 0)
		return fopen(atomic->partial, "we");
	/* Another one for the stream, which is closed before the file gets its name. */
	atomic->descriptor = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	FILE *file = atomic->descriptor < 0 ? NULL : fdopen(fd, "w");

	if (!file)
		close(fd);
	return file;
}

FILE *atomic_file_open(struct atomic_file *atomic, const char *name)
{
	*atomic = (struct atomic_file){.name = name, .descriptor = -1};
	if (asprintf(&atomic->partial, "%s.partial", name) < 0) {
		atomic->partial = NULL;
		return NULL;
	}
	FILE *file = open_stream(atomic);
	int error = errno;

	if (!file)
		atomic_file_finish(atomic, false);
	errno = error;
	return file;
}

/* linkat(2) replaces nothing: by way of another name. open(2) has the path. */
static bool name_it(const struct atomic_file *atomic)
{
	char path[64];

	if (atomic->descriptor < 0)
		return true;
	unlink(atomic->partial); /* left by somebody */
	snprintf(path, sizeof path, "/proc/self/fd/%d", atomic->descriptor);
	return !linkat(AT_FDCWD, path, AT_FDCWD, atomic->partial, AT_SYMLINK_FOLLOW);
}

int atomic_file_finish(struct atomic_file *atomic, bool good)
{
	int error = 0;

	if (good && (!name_it(atomic) || rename(atomic->partial, atomic->name)))
		error = errno;
	if (atomic->partial && (error || (!good && atomic->descriptor < 0)))
		unlink(atomic->partial);
	if (atomic->descriptor >= 0)
		close(atomic->descriptor);
	free(atomic->partial);
	return -error;
}
