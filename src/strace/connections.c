#include "strace/connections.h"

#include <stdlib.h>

/* What a descriptor stands for that is no stream socket. */
static struct log_connection other;

static void forget(struct follower *f, struct log_connection *c)
{
	int i = 0;

	while (i < f->count && f->connection[i] != c)
		i++;
	for (; i + 1 < f->count; i++)
		f->connection[i] = f->connection[i + 1];
	f->count--;
	free(c);
}

void connections_take(void *what)
{
	if (what != &other)
		((struct log_connection *)what)->references++;
}

/* The last descriptor is gone: kept only if there was an error. */
static void end_connection(struct follower *f, struct log_connection *c)
{
	bool failed = c->error_line && c->proof != PROOF_NONE;

	c->end_line = f->totals.lines;
	if (failed && f->failed < LOG_CONNECTIONS) {
		f->failed++;
		return;
	}
	f->totals.dropped += failed;
	forget(f, c);
}

void connections_leave(void *what, void *follower)
{
	struct log_connection *c = what;

	if (c != &other && !--c->references)
		end_connection(follower, c);
}

bool connections_set(struct follower *f, int fd, struct log_connection *c)
{
	void **place = process_place(f->process, fd);

	if (!place)
		return false;
	if (*place)
		connections_leave(*place, f); /* its close is not in the log */
	*place = c;
	return true;
}

void connections_prove(struct follower *f, struct log_connection *c, enum log_proof proof)
{
	if (c->proof == PROOF_NONE)
		c->number = ++f->totals.connections;
	c->proof = proof;
}

struct log_connection *connections_begin(
	struct follower *f, int fd, enum who who, enum log_proof proof)
{
	if (!connections_set(f, fd, NULL))
		return NULL;
	if (f->count == LOG_OPEN) {
		f->totals.beyond += proof != PROOF_NONE;
		return NULL;
	}
	struct log_connection *c = calloc(1, sizeof *c);

	if (!c) {
		f->enough = false;
		return NULL;
	}
	*c = (struct log_connection){.pid = f->process->pid,
		.fd = fd,
		.begin_line = f->totals.lines,
		.who = who,
		.family = FAMILY_TCP4,
		.proof = PROOF_NONE,
		.references = 1};
	if (proof != PROOF_NONE)
		connections_prove(f, c, proof);
	f->connection[f->count++] = c;
	connections_set(f, fd, c);
	return c;
}

struct log_connection *connections_of(const struct process *process, int fd)
{
	struct log_connection *c = process_get(process, fd);

	return c == &other ? NULL : c;
}

bool connections_is_other(const struct process *process, int fd)
{
	return process_get(process, fd) == &other;
}

void connections_set_other(struct follower *f, int fd)
{
	connections_set(f, fd, &other);
}

void connections_duplicate(struct follower *f, int from, int to)
{
	struct log_connection *c = process_get(f->process, from);

	if (to < 0 || process_get(f->process, to) == (void *)c)
		return;
	if (c)
		connections_take(c);
	if (!connections_set(f, to, c) && c)
		connections_leave(c, f);
}
