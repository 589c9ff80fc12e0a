#include "language/catalog.h"

#include "language/replay.h"
#include "util/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the names of peers begin with: of those that are servers, and of those that are clients. */
#define PEER "peer-"
#define PEER_CLIENT "peer-client-"

const char *catalog_text(const char *kind, const char *name)
{
	for (const struct text *t = texts; t->name; t++)
		if (!strcmp(t->kind, kind) && !strcmp(t->name, name))
			return t->text;
	return NULL;
}

static void *failed(enum status *status, enum status value)
{
	*status = value;
	return NULL;
}

static void *unknown_name(const char *kind, const char *name, enum status *status)
{
	struct nearest nearest = {name, NULL, 0};

	if (catalog_text("peer", name)) {
		message("%s: the peer of a program: closewait try %s%s -- PROGRAM", name,
			strncmp(name, PEER_CLIENT, strlen(PEER_CLIENT)) ? "" : "--as=server ",
			name);
		return failed(status, STATUS_MISUSE);
	}

	for (const struct text *t = texts; t->name; t++)
		if (!strcmp(t->kind, kind))
			text_offer_nearest(&nearest, t->name);
	if (nearest.best)
		message("%s: no such experiment or file; did you mean '%s'?", name, nearest.best);
	else
		message("%s: no such experiment or file; closewait list shows the experiments",
			name);
	return failed(status, STATUS_MISUSE);
}

/* Reads at most one byte more than an experiment may have: the parser reports that. */
static char *read_all(int fd, const char *name, size_t *size, enum status *status)
{
	char *text = malloc(FILE_LIMIT + 2);
	ssize_t n;

	*size = 0;
	if (!text) {
		message("%s: no memory to read it", name);
		return failed(status, STATUS_ENVIRONMENT);
	}
	while (*size <= FILE_LIMIT) {
		n = read(fd, text + *size, FILE_LIMIT + 1 - *size);
		if (n < 0) {
			message("%s: cannot read: %s", name, strerror(errno));
			free(text);
			return failed(status, STATUS_ENVIRONMENT);
		}
		if (!n)
			break;
		*size += (size_t)n;
	}
	return text;
}

/* Opens for reading what the O_PATH descriptor stands for, and closes that. */
static int open_again(int path)
{
	char name[64];

	snprintf(name, sizeof name, "/proc/self/fd/%d", path);
	int fd = open(name, O_RDONLY | O_CLOEXEC), error = errno;

	close(path);
	errno = error;
	return fd;
}

/* A duplicate of the descriptor that name stands for, as a shell's <(...) and /dev/stdin do; -1
 * when it stands for none, or for one that is not open. */
static int open_inherited(const char *name)
{
	unsigned number = STDIN_FILENO;
	char tail;

	if (strcmp(name, "/dev/stdin") != 0 && sscanf(name, "/dev/fd/%9u%c", &number, &tail) != 1 &&
		sscanf(name, "/proc/self/fd/%9u%c", &number, &tail) != 1)
		return -1;
	return fcntl((int)number, F_DUPFD_CLOEXEC, 0);
}

/* Opens a regular file or a FIFO, and nothing else: a device may take the opening as an order. kind
 * is what its name might have been of the catalogue; NULL: nothing. */
static int open_file(const char *kind, const char *name, enum status *status)
{
	int inherited = open_inherited(name);

	if (inherited >= 0)
		return inherited;
	int fd = open(name, O_PATH | O_CLOEXEC);
	struct stat stat;

	if (fd < 0 && errno == ENOENT && kind) {
		unknown_name(kind, name, status);
		return -1;
	}
	*status = STATUS_MISUSE;
	if (fd >= 0 && !fstat(fd, &stat) && !S_ISREG(stat.st_mode) && !S_ISFIFO(stat.st_mode)) {
		message("%s: expected a regular file or a FIFO; '-' reads standard input", name);
		close(fd);
		return -1;
	}
	if (fd >= 0)
		fd = open_again(fd);
	if (fd < 0)
		message("%s: cannot open: %s", name, strerror(errno));
	return fd;
}

int catalog_open(const char *kind, const char *name, enum status *status)
{
	if (strcmp(name, "-") != 0)
		return open_file(kind, name, status);
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);

	if (fd < 0) {
		message("standard input: cannot read: %s", strerror(errno));
		*status = STATUS_ENVIRONMENT;
	}
	return fd;
}

/* What a parse that went wrong means. */
static struct experiment *parsed(struct experiment *e, const char *name, enum status *status)
{
	if (!e && errno == ENOMEM)
		message("%s: no memory to parse it", name);
	*status = e ? STATUS_EXPECTED : errno == ENOMEM ? STATUS_ENVIRONMENT : STATUS_MISUSE;
	return e;
}

/* Reads a file, or standard input. kind is what the name could have been of. */
static char *read_named(const char *kind, const char *name, size_t *size, enum status *status)
{
	bool standard_input = !strcmp(name, "-");
	int fd = standard_input ? STDIN_FILENO : open_file(kind, name, status);

	if (fd < 0)
		return NULL;
	char *text = read_all(fd, standard_input ? "standard input" : name, size, status);

	if (!standard_input)
		close(fd);
	return text;
}

char *catalog_read(const char *name, enum status *status)
{
	size_t size;
	char *text = read_named("trace", name, &size, status);

	if (!text || size <= FILE_LIMIT) {
		if (text)
			text[size] = '\0';
		return text;
	}
	message("%s: more than %d bytes", name, FILE_LIMIT);
	*status = STATUS_MISUSE;
	free(text);
	return NULL;
}

char *catalog_find(const char *name, size_t *size, enum status *status)
{
	const char *known = catalog_text("trace", name);
	char *text;

	if (!known)
		return read_named("trace", name, size, status);
	*size = strlen(known);
	text = strdup(known);
	if (!text) {
		message("%s: no memory to read it", name);
		return failed(status, STATUS_ENVIRONMENT);
	}
	return text;
}

static struct experiment *parse_peer(
	const char *name, const char *text, size_t size, enum status *status)
{
	return parsed(experiment_parse_peer(name, text, size, stderr), name, status);
}

static struct experiment *load_peer_file(const char *name, enum status *status)
{
	size_t size;
	char *text = read_named("peer", name, &size, status);
	struct experiment *e = text ? parse_peer(name, text, size, status) : NULL;

	free(text);
	return e;
}

struct experiment *catalog_load(const char *name, enum status *status)
{
	size_t size;
	char *text = catalog_find(name, &size, status);
	struct experiment *e =
		text ? parsed(experiment_parse(name, text, size, stderr), name, status) : NULL;

	free(text);
	return e;
}

struct experiment *catalog_load_whole(const char *name, enum status *status)
{
	struct experiment *e = catalog_load(name, status);

	if (!e || replay_is_whole(e, stderr))
		return e;
	experiment_free(e);
	return failed(status, STATUS_MISUSE);
}

struct experiment *catalog_load_peer(const char *name, enum who side, enum status *status)
{
	const char *const prefixes[] = {"", side == CLIENT ? PEER_CLIENT : PEER, PEER};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		char full[WORD_LIMIT + 1];

		snprintf(full, sizeof full, "%s%s", prefixes[i], name);
		const char *known = catalog_text("peer", full);

		if (known)
			return parse_peer(full, known, strlen(known), status);
	}
	return load_peer_file(name, status);
}
