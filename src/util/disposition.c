#include "util/disposition.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

int disposition_hold(struct disposition *disposition, int signal, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};
	int status = 0;

	pthread_mutex_lock(&lock);
	if (disposition->process != getpid())
		*disposition = (struct disposition){.process = getpid()};
	if (!disposition->holders && sigaction(signal, &action, &disposition->before))
		status = -errno;
	else
		disposition->holders++;
	pthread_mutex_unlock(&lock);
	return status;
}

void disposition_release(struct disposition *disposition, int signal)
{
	pthread_mutex_lock(&lock);
	if (!--disposition->holders)
		sigaction(signal, &disposition->before, NULL);
	pthread_mutex_unlock(&lock);
}
