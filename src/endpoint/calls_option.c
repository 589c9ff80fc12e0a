/*
 * What can be set and looked at.
 */
#include "endpoint/calls.h"
#include "endpoint/sigpipe.h"

#include <fcntl.h>
#include <linux/sockios.h>
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

	*result = result_of_call(returned);
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
	*result = result_of_call(setsockopt(
		e->fd, option->level, option->option, &value, value_length(option->form)));
}

void endpoint_fcntl(struct endpoint *e, const struct step *step, struct result *result)
{
	*result = result_of_call(fcntl(e->fd, (int)step->number[0], (int)step->number[1]));
}

void endpoint_getsockname(struct endpoint *e, const struct step *step, struct result *result)
{
	struct sockaddr_storage local;
	socklen_t length = sizeof local;

	(void)step;
	*result = result_of_call(getsockname(e->fd, (struct sockaddr *)&local, &length));
}

void endpoint_getpeername(struct endpoint *e, const struct step *step, struct result *result)
{
	struct sockaddr_storage peer;
	socklen_t length = sizeof peer;

	(void)step;
	*result = result_of_call(getpeername(e->fd, (struct sockaddr *)&peer, &length));
}

static void ask(const struct endpoint *e, unsigned long request, struct result *result)
{
	int told = 0;

	*result = result_of_call(ioctl(e->fd, request, &told));
	if (result->kind == RESULT_NUMBER)
		result->value = told;
}

void endpoint_inq(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)step;
	ask(e, SIOCINQ, result);
}

void endpoint_atmark(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)step;
	ask(e, SIOCATMARK, result);
}

void endpoint_outq(struct endpoint *e, const struct step *step, struct result *result)
{
	(void)step;
	ask(e, SIOCOUTQ, result);
}

void endpoint_sigpipe(struct endpoint *e, const struct step *step, struct result *result)
{
	e->sigpipe = (enum sigpipe_mode)step->number[0];
	sigpipe_set(e->sigpipe);
	*result = result_of_call(0);
}
