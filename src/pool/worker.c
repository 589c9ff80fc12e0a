#include "pool/worker.h"

#include "util/interrupt.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static bool send_all(int control, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size) {
		ssize_t n = send(control, at, size, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool receive_all(int control, void *bytes, size_t size)
{
	char *at = bytes;

	while (size) {
		ssize_t n = recv(control, at, size, 0);

		if (!n || (n < 0 && errno != EINTR))
			return false;
		at += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* One program image: the structure is the same in both processes, but for the pointer in it. */
static bool send_result(int control, const struct job_result *result)
{
	return send_all(control, result, sizeof *result) &&
	       send_all(control, result->text, result->length);
}

/* The worker's process: runs tasks until the parent closes the socketpair. */
static void serve(const struct work *work, int control)
{
	struct session session;
	struct job_result result = {0};
	int task;

	if (session_open(&session, &work->session, result.reason, sizeof result.reason)) {
		result.status = STATUS_ENVIRONMENT;
		send_result(control, &result);
		return;
	}
	result.text = session.notes;
	result.length = strlen(session.notes);
	bool sent = send_result(control, &result);

	while (sent && receive_all(control, &task, sizeof task)) {
		result = work->run(work, task, &session);
		sent = send_result(control, &result);
		free(result.text);
	}
	session_close(&session);
}

/* Nothing of the parent's but its standard streams and the control socket is left. */
static int keep_only(int control)
{
	control = dup2(control, STDERR_FILENO + 1);
	close_range(STDERR_FILENO + 2, INT_MAX, 0); /* gVisor: child_keep() */
	return control;
}

static _Noreturn void child(const struct work *work, int control, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0); /* it died before the line above */
	prctl(PR_SET_NAME, "closewait-workr");
	interrupt_obey();
	work->progress->terminal = false; /* the parent shows what all have done */
	control = keep_only(control);
	if (control >= 0)
		serve(work, control);
	_exit(0);
}

int worker_start(struct worker *worker, const struct work *work)
{
	int pair[2];
	pid_t parent = getpid();

	*worker = (struct worker){.control = -1, .task = NO_TASK};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	pid_t pid = fork();

	if (!pid)
		child(work, pair[1], parent);
	int error = errno;

	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		return -error;
	}
	worker->pid = pid;
	worker->control = pair[0];
	return 0;
}

void worker_give(struct worker *worker, int task)
{
	worker->task = task;
	send_all(worker->control, &task, sizeof task);
}

int worker_take(struct worker *worker, struct job_result *result)
{
	if (!receive_all(worker->control, result, sizeof *result))
		return -EPIPE;
	result->text = malloc(result->length + 1);
	if (!result->text)
		return -ENOMEM;
	result->text[result->length] = '\0';
	if (receive_all(worker->control, result->text, result->length))
		return 0;
	free(result->text);
	return -EPIPE;
}

void worker_dismiss(struct worker *worker)
{
	close(worker->control);
	worker->control = -1;
}

bool worker_reap(struct worker *worker, char *how, size_t size)
{
	int status = 0;

	if (worker->control >= 0) {
		worker_dismiss(worker);
		kill(worker->pid, SIGKILL); /* our child, not reaped yet */
	}
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	worker->pid = 0;
	if (WIFSIGNALED(status))
		snprintf(how, size, "was ended by signal %d (%s)", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	else
		snprintf(how, size, "ended with status %d", WEXITSTATUS(status));
	return !status;
}
