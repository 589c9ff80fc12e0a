#include "endpoint/buffer.h"

#include "language/experiment.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Not const, though nobody writes there: so the program's file need not contain them. */
static char zeroes[BUFFER_ZEROES];

char *const buffer_zeroes = zeroes;

/* The texts that are sent: as many as there can be steps in an experiment. */
static char texts[STEP_LIMIT][PAYLOAD_LIMIT];
static atomic_uint next_text;

static int map(struct buffer *buffer, size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return -errno;
	buffer->map = buffer->bytes = at;
	buffer->map_size = size;
	return 0;
}

/* Puts the same pages over all of the map but its beginning. */
static int map_again(const struct buffer *buffer)
{
	int file = memfd_create("closewait", MFD_CLOEXEC), status = 0;

	if (file < 0)
		return -errno;
	if (ftruncate(file, BUFFER_ZEROES))
		status = -errno;
	for (size_t at = BUFFER_ZEROES; !status && at < buffer->map_size; at += BUFFER_ZEROES) {
		size_t rest = buffer->map_size - at;

		/* cppcheck-suppress leakReturnValNotUsed ; it is part of the map */
		if (mmap(buffer->map + at, rest < BUFFER_ZEROES ? rest : BUFFER_ZEROES,
			    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) == MAP_FAILED)
			status = -errno;
	}
	close(file);
	return status;
}

static int map_to_receive(struct buffer *buffer, size_t size)
{
	int status = map(buffer, size);

	if (status || size <= BUFFER_ZEROES)
		return status;
	status = map_again(buffer);
	if (status)
		buffer_close(buffer);
	return status;
}

/* Memory of mapped bytes that end where a page ends, and a page that cannot be accessed. */
static int map_with_end(struct buffer *buffer, size_t mapped)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (mapped + page - 1) / page * page;
	int status = map(buffer, room + page);

	if (status)
		return status;
	buffer->bytes = buffer->map + room - mapped;
	if (!mprotect(buffer->map + room, page, PROT_NONE))
		return 0;
	status = -errno;
	buffer_close(buffer);
	return status;
}

static void begin(struct buffer *buffer, const struct step *step)
{
	long length = step->number[0], mapped = step_value(step, ARGUMENT_MAPPED, length);

	buffer->map = NULL;
	buffer->length = (size_t)length;
	buffer->mapped = (size_t)(mapped < length ? mapped : length);
}

static bool is_open(int status, struct result *result)
{
	if (status)
		*result = (struct result){.kind = RESULT_FAILED, .value = -status};
	return !status;
}

bool buffer_to_send(struct buffer *buffer, const struct step *step, struct result *result)
{
	struct payload text;
	bool quoted = step_payload(step, &text);

	begin(buffer, step);
	buffer->bytes = zeroes;
	if (quoted)
		buffer->bytes = texts[atomic_fetch_add(&next_text, 1) % STEP_LIMIT];
	if (buffer->mapped < buffer->length &&
		!is_open(map_with_end(buffer, buffer->mapped), result))
		return false;
	if (buffer->mapped == buffer->length && buffer->length > BUFFER_ZEROES &&
		!is_open(map(buffer, buffer->length), result))
		return false;
	if (quoted && buffer->bytes)
		memcpy(buffer->bytes, text.byte, buffer->mapped);
	return true;
}

bool buffer_to_receive(struct buffer *buffer, const struct step *step, struct result *result)
{
	begin(buffer, step);
	if (buffer->mapped < buffer->length)
		return is_open(map_with_end(buffer, buffer->mapped), result);
	if (buffer->mapped > sizeof buffer->small)
		return is_open(map_to_receive(buffer, buffer->mapped), result);
	buffer->bytes = buffer->small;
	memset(buffer->bytes, 0, buffer->mapped < PAYLOAD_LIMIT ? buffer->mapped : PAYLOAD_LIMIT);
	return true;
}

int buffer_split(
	const struct buffer *buffer, const struct step *step, struct iovec part[PARTS_LIMIT])
{
	size_t count = (size_t)step_value(step, ARGUMENT_PARTS, PARTS_USUAL), at = 0;

	for (size_t i = 0; i < count; i++) {
		size_t end = buffer->length * (i + 1) / count;

		part[i] = (struct iovec){buffer->bytes + at, end - at};
		at = end;
	}
	return (int)count;
}

void buffer_keep(const struct buffer *buffer, struct result *result)
{
	size_t length = result->kind == RESULT_NUMBER ? (size_t)result->value : 0;

	/* With MSG_TRUNC more may have been counted than was copied. */
	if (result->kind == RESULT_NUMBER)
		payload_keep(&result->data, buffer->bytes,
			length < buffer->mapped ? length : buffer->mapped);
}

void buffer_close(struct buffer *buffer)
{
	int error = errno;

	if (buffer->map)
		munmap(buffer->map, buffer->map_size);
	buffer->map = NULL;
	errno = error;
}
