#include "util/interrupt.h"

#include "util/deadline.h"

#include <stddef.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

enum { SIGNALS = sizeof signals / sizeof *signals };

static volatile sig_atomic_t caught;

/* Calls that are under way are ended by the deadline, again and again; a write of results is not
 * (SA_RESTART). */
static void on_signal(int signal)
{
	caught = signal;
	deadline_cut_short();
}

void interrupt_catch(void)
{
	const struct sigaction action = {
		.sa_handler = on_signal, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
	struct sigaction before;

	for (int i = 0; i < SIGNALS; i++)
		if (!sigaction(signals[i], NULL, &before) && before.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
}

static sigset_t all(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (int i = 0; i < SIGNALS; i++)
		sigaddset(&set, signals[i]);
	return set;
}

void interrupt_obey(void)
{
	const sigset_t set = all();

	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal, .sa_flags = SA_RESTART},
		NULL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void interrupt_leave(void)
{
	const sigset_t set = all();

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void interrupt_hold(sigset_t *mask)
{
	const sigset_t set = all();

	sigprocmask(SIG_BLOCK, &set, mask);
}

void interrupt_release(const sigset_t *mask)
{
	sigprocmask(SIG_SETMASK, mask, NULL);
}

int interrupted(void)
{
	return caught;
}
