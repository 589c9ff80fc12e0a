#include "endpoint/sigpipe.h"

#include <signal.h>
#include <stddef.h>

static _Thread_local volatile sig_atomic_t sigpipe_handled;

static void on_sigpipe(int signal)
{
	sigpipe_handled = signal;
}

static sigset_t only_sigpipe(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	return set;
}

void sigpipe_set(enum sigpipe_mode mode)
{
	static void (*const dispositions[])(int) = {[SIGPIPE_IGNORED] = SIG_IGN,
		[SIGPIPE_DEFAULT] = SIG_DFL,
		[SIGPIPE_HANDLED] = on_sigpipe};
	sigset_t sigpipe = only_sigpipe();

	/* By default it would kill: blocked, it stays pending and is seen by sigpipe_take. Blocked
	 * before it is the default, and the default no more before it is unblocked. */
	if (mode == SIGPIPE_DEFAULT)
		pthread_sigmask(SIG_BLOCK, &sigpipe, NULL);
	signal(SIGPIPE, dispositions[mode]);
	if (mode != SIGPIPE_DEFAULT)
		pthread_sigmask(SIG_UNBLOCK, &sigpipe, NULL);
}

int sigpipe_take(void)
{
	sigset_t sigpipe = only_sigpipe();
	int taken = sigpipe_handled;

	sigpipe_handled = 0;
	/* Blocked: by default, and in a background thread in every mode. */
	if (!taken)
		taken = sigtimedwait(&sigpipe, NULL, &(struct timespec){0});
	return taken > 0 ? taken : 0;
}
