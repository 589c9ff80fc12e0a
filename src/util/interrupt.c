#include "util/interrupt.h"

#include "util/clock.h"
#include "util/deadline.h"

#include <stddef.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

enum { SIGNALS = sizeof signals / sizeof *signals };

/* A signal of the same kind within this time of the first is the same wish: timeout(1) sends one to
 * its child and one to the process group. */
enum { SAME_WISH = 500000000 /* ns */ };

static volatile sig_atomic_t caught;
static int64_t caught_at; /* CLOCK_MONOTONIC; written before caught is set */

/* Calls that are under way are ended by the deadline, again and again; a write of results is not
 * (SA_RESTART). */
static void obey(int signal)
{
	caught = signal;
	deadline_cut_short();
}

static void on_signal(int number)
{
	if (!caught) {
		caught_at = clock_read(CLOCK_MONOTONIC);
		obey(number);
	} else if (caught != number || clock_read(CLOCK_MONOTONIC) - caught_at > SAME_WISH) {
		signal(number, SIG_DFL);
		raise(number); /* delivered when this handler returns */
	}
}

/* All three are blocked meanwhile: a handler is not interrupted by another one's. */
static sigset_t all(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (int i = 0; i < SIGNALS; i++)
		sigaddset(&set, signals[i]);
	return set;
}

void interrupt_catch(void)
{
	const struct sigaction action = {
		.sa_handler = on_signal, .sa_mask = all(), .sa_flags = SA_RESTART};
	struct sigaction before;

	for (int i = 0; i < SIGNALS; i++)
		if (!sigaction(signals[i], NULL, &before) && before.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
}

void interrupt_obey(void)
{
	const sigset_t set = all();

	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigaction(SIGTERM, &(struct sigaction){.sa_handler = obey, .sa_flags = SA_RESTART}, NULL);
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
