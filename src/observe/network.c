#include "observe/network.h"

#include "observe/forwarder.h"
#include "observe/tap.h"
#include "util/child.h"
#include "util/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void child(int control, int tap, pid_t parent)
{
	int kept[] = {control, tap};

	child_begin(parent, "closewait-netwk");
	interrupt_leave();
	if (!child_keep(kept, 2))
		forwarder_serve(kept[0], kept[1]);
	_exit(0);
}

/* Forks the process that has the device; then nobody else has it. */
static int start(struct network *network, int tap, int patience)
{
	int pair[2];
	pid_t parent = getpid();
	struct timeval timeout = {patience / 1000, patience % 1000 * 1000L};

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
	network->pid = fork();
	if (!network->pid)
		child(pair[1], tap, parent);
	int error = errno;

	close(pair[1]);
	network->control = pair[0];
	if (network->pid > 0)
		return 0;
	close(pair[0]);
	network->pid = 0;
	return -error;
}

int network_open(struct network *network, int patience, char *message, size_t size)
{
	const char *what;

	if (network->pid && !network_settle(network))
		return 0;
	int tap = tap_open(&what), status = tap;

	if (tap >= 0) {
		what = "its process";
		status = start(network, tap, patience);
		close(tap);
	}
	if (status < 0)
		snprintf(message, size, "no network between the ends: %s: %s", what,
			strerror(-status));
	return status < 0 ? status : 0;
}

void network_close(struct network *network)
{
	if (!network->pid)
		return;
	close(network->control);
	kill(network->pid, SIGKILL); /* our child, not reaped yet: the pid is nobody else's */
	while (waitpid(network->pid, NULL, 0) < 0 && errno == EINTR)
		;
	network->pid = 0;
}

/* Asks, and waits for the answer whatever signals come: the forwarder never waits. */
static int ask(struct network *network, const struct forwarder_request *request)
{
	struct forwarder_answer answer;
	ssize_t n = -1;

	if (!network->pid)
		return -EPIPE;
	if (send(network->control, request, sizeof *request, MSG_NOSIGNAL) == sizeof *request)
		do
			n = recv(network->control, &answer, sizeof answer, 0);
		while (n < 0 && errno == EINTR);
	if (n != sizeof answer) {
		network_close(network);
		return -EPIPE;
	}
	network->waiting = answer.waiting;
	return answer.status;
}

int network_begin(struct network *network, uint16_t server_port)
{
	return ask(network,
		&(struct forwarder_request){.kind = FORWARDER_BEGIN, .server_port = server_port});
}

int network_step(struct network *network, const struct step *step)
{
	return ask(network, &(struct forwarder_request){.kind = FORWARDER_STEP, .step = *step});
}

int network_settle(struct network *network)
{
	return ask(network, &(struct forwarder_request){.kind = FORWARDER_SETTLE});
}
