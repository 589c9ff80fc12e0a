/*
 * What can be set and looked at.
 */
#include "endpoint/calls.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

/* A socket option's value, in any form. */
union value {
	int number;
	struct linger linger;
	struct timeval time;
};

static socklen_t value_length(enum option_form form)
{
	return form == OPTION_LINGER    ? sizeof(struct linger)
	       : form == OPTION_TIMEVAL ? sizeof(struct timeval)
					: sizeof(int);
}

void endpoint_getsockopt(struct endpoint *e, const struct step *step, struct result *result)
{
	const struct socket_option *option = step->option;
	union value value = {0};
	socklen_t length = value_length(option->form);
	int returned = getsockopt(e->fd, option->level, option->option, &value, &length);

	give(result, returned);
	if (returned)
		return;
	switch (option->form) {
	case OPTION_INT:
		result->value = value.number;
		break;
	case OPTION_ERRNO:
		*result = (struct result){.kind = RESULT_ERRNO, .value = value.number};
		break;
	case OPTION_LINGER:
		*result = (struct result){.kind = RESULT_PAIR,
			.value = value.linger.l_onoff,
			.second = value.linger.l_linger};
		break;
	case OPTION_TIMEVAL:
		*result = (struct result){.kind = RESULT_PAIR,
			.value = value.time.tv_sec,
			.second = value.time.tv_usec};
		break;
	}
}

void endpoint_setsockopt(struct endpoint *e, const struct step *step, struct result *result)
{
	const struct socket_option *option = step->option;
	union value value = {.number = (int)step->number[1]};

	if (option->form == OPTION_LINGER)
		value.linger = (struct linger){(int)step->number[1], (int)step->second};
	if (option->form == OPTION_TIMEVAL)
		value.time = (struct timeval){step->number[1], step->second};
	give(result, setsockopt(e->fd, option->level, option->option, &value,
			     value_length(option->form)));
}

void endpoint_fcntl(struct endpoint *e, const struct step *step, struct result *result)
{
	give(result, fcntl(e->fd, (int)step->number[0], (int)step->number[1]));
}

void endpoint_getpeername(struct endpoint *e, const struct step *step, struct result *result)
{
	struct sockaddr_storage peer;
	socklen_t length = sizeof peer;

	(void)step;
	give(result, getpeername(e->fd, (struct sockaddr *)&peer, &length));
}

static void queue(const struct endpoint *e, unsigned long request, struct result *result)
{
	int bytes = 0;

	give(result, ioctl(e->fd, request, &bytes));
	if (result->kind == RESULT_NUMBER)
		result->value = bytes;
}

void endpoint_inq(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)step;
	queue(e, SIOCINQ, result);
}

void endpoint_outq(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)step;
	queue(e, SIOCOUTQ, result);
}

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

void sigpipe_set(struct endpoint *e, long mode)
{
	static void (*const dispositions[])(int) = {SIG_IGN, SIG_DFL, on_sigpipe};
	sigset_t sigpipe = only_sigpipe();

	e->sigpipe = mode;
	/* By default it would kill: blocked, it stays pending and is seen by sigpipe_take. Blocked
	 * before it is the default, and the default no more before it is unblocked. */
	if (mode == 1)
		pthread_sigmask(SIG_BLOCK, &sigpipe, NULL);
	signal(SIGPIPE, dispositions[mode]);
	if (mode != 1)
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

void endpoint_sigpipe(struct endpoint *e, const struct step *step, struct result *result)
{
	sigpipe_set(e, step->number[0]);
	give(result, 0);
}
