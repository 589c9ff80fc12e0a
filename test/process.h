/*
 * process: a program that runs beside the test, what it says in the end, and its children.
 */
#ifndef TEST_PROCESS_H
#define TEST_PROCESS_H

#include "occurrences.h"
#include "program.h"

#include <poll.h>
#include <sys/pidfd.h>

enum { PATIENCE = 20000 /* milliseconds */, MANY = 8 };

/* What one call said. */
struct said {
	int status;
	char *output, *error;
};

static inline struct said say(const struct call *call)
{
	int in = temporary(call->input ? call->input : ""), out = temporary(""),
	    err = temporary("");
	struct said said = {.status = run(call, in, out, err)};

	said.output = content(out);
	said.error = content(err);
	close(in);
	return said;
}

static inline void forget(struct said *said)
{
	free(said->output);
	free(said->error);
}

/* A run in the middle. */
struct running {
	pid_t pid;
	int in, out, err;
};

static inline struct running begin(const struct call *call)
{
	struct running r = {.in = temporary(call->input ? call->input : ""),
		.out = temporary(""),
		.err = temporary("")};

	r.pid = start(call, r.in, r.out, r.err);
	return r;
}

static inline struct said end(const struct running *r)
{
	struct said said;
	int status;

	assert_int_equal(waitpid(r->pid, &status, 0), r->pid);
	said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	said.output = content(r->out);
	said.error = content(r->err);
	close(r->in);
	return said;
}

/* The name of process pid; empty when it is gone. */
static inline void name_of(pid_t pid, char name[32])
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/comm", pid);
	FILE *file = fopen(path, "re");

	name[0] = '\0';
	if (file && fscanf(file, "%31s", name) != 1)
		name[0] = '\0';
	if (file)
		fclose(file);
}

/* Reads the children of process pid, MANY at most; returns how many there are, 0 when it is gone.
 */
static inline int all_children(pid_t pid, pid_t *child)
{
	char path[64];
	int count = 0;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
	FILE *file = fopen(path, "re");

	while (file && count < MANY && fscanf(file, "%9d", &child[count]) == 1)
		count++;
	if (file)
		fclose(file);
	return count;
}

/* Those that have taken a name of their own and stay: without the one that makes the namespaces. */
static inline int children(pid_t pid, pid_t *child)
{
	int all = all_children(pid, child), count = 0;
	char parent[32], name[32];

	name_of(pid, parent);
	for (int i = 0; i < all; i++) {
		name_of(child[i], name);
		if (name[0] && strcmp(name, parent) != 0 && strcmp(name, "closewait-netns") != 0)
			child[count++] = child[i];
	}
	return count;
}

/* Has process pid ended, and was not waited for yet? */
static inline bool is_zombie(pid_t pid)
{
	char path[64], letter = '\0';

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	FILE *file = fopen(path, "re");
	bool read = file && fscanf(file, "%*d (%*[^)]) %c", &letter) == 1;

	if (file)
		fclose(file);
	return read && letter == 'Z';
}

static inline void need_children(void)
{
	pid_t child[MANY];
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(0);
	}
	int seen = all_children(getpid(), child);

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (!seen)
		skip(); /* a kernel without CONFIG_PROC_CHILDREN */
}

/* Waits until the processes have ended; a pidfd each, taken while they were there. */
static inline void assert_end(const int *pidfd, int count)
{
	for (int i = 0; i < count; i++) {
		struct pollfd p = {.fd = pidfd[i], .events = POLLIN};

		assert_true(p.fd >= 0);
		assert_int_equal(poll(&p, 1, PATIENCE), 1);
		close(p.fd);
	}
}

#endif
