#include "endpoint/buffer.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* Not const, though nobody writes there: so the program's file need not contain them. */
static char zeroes[LENGTH_LIMIT];
static char sink[LENGTH_LIMIT];

char *const buffer_zeroes = zeroes, *const buffer_sink = sink;

/* Memory of mapped bytes that end where a page ends, and a page that cannot be accessed. */
static int map_with_end(struct buffer *buffer, size_t mapped)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (mapped + page - 1) / page * page;

	buffer->map_size = room + page;
	buffer->map = mmap(
		NULL, buffer->map_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (buffer->map == MAP_FAILED) {
		buffer->map = NULL;
		return -errno;
	}
	buffer->bytes = buffer->map + room - mapped;
	if (!mprotect(buffer->map + room, page, PROT_NONE))
		return 0;
	int error = errno;

	buffer_close(buffer);
	return -error;
}

int buffer_open(struct buffer *buffer, const struct step *step, void *whole)
{
	long length = step->number[0], mapped = step_value(step, ARGUMENT_MAPPED, length);

	*buffer = (struct buffer){.bytes = whole, .length = (size_t)length};
	return mapped < length ? map_with_end(buffer, (size_t)mapped) : 0;
}

void buffer_close(struct buffer *buffer)
{
	int error = errno;

	if (buffer->map)
		munmap(buffer->map, buffer->map_size);
	buffer->map = NULL;
	errno = error;
}
