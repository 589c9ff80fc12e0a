#include "language/step.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ARGUMENTS(...) \
	{ \
		__VA_ARGS__ \
	}
#define OPERATION(id, name, rule, arguments, form, flags, summary, example) \
	[OP_##id] = {OP_##id, #name, arguments, form, flags, summary, example},
#define NAMESPACE_OPERATION(id, name, rule, arguments, form, flags, summary, example) \
	[OP_##id] = {OP_##id, #name, arguments, form, (flags) | OF_NAMESPACE, summary, example},

const struct operation operations[OPERATION_COUNT + 1] = {
#include "language/operations.def"
};

const struct operation *operation_find(const char *name)
{
	for (const struct operation *o = operations; o->name; o++)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

bool who_value(const char *text, enum who *who)
{
	const struct operation *operation = operation_find(text);

	if (who_end(text, who))
		return true;
	*who = NAMESPACE;
	return operation && operation->flags & OF_NAMESPACE;
}

bool step_disconnects(const struct step *step)
{
	return step->operation->id == OP_CONNECT && step->word_count &&
	       step->number[0] == NAMESPACE;
}

enum who step_destination(const struct step *step)
{
	return (enum who)step_value(
		step, ARGUMENT_ADDRESS, step_value(step, ARGUMENT_END, LISTENER));
}

enum who step_port(const struct step *step)
{
	return (enum who)step_value(step, ARGUMENT_PORT, NAMESPACE);
}

bool step_names_end(const struct step *step)
{
	return step_value(step, ARGUMENT_ADDRESS, NAMESPACE) != NAMESPACE ||
	       step_value(step, ARGUMENT_END, NAMESPACE) != NAMESPACE ||
	       step->operation->id == OP_BIND;
}

long step_value(const struct step *step, enum argument kind, long otherwise)
{
	for (int i = 0; i < step->word_count; i++)
		if (step->operation->argument[i] == kind)
			return step->number[i];
	return otherwise;
}

long step_flags(const struct step *step)
{
	return step_value(step, ARGUMENT_FLAGS, 0);
}

bool step_reads_until(const struct step *step)
{
	return step->operation->argument[0] == ARGUMENT_AMOUNT && !strcmp(step->word[0], "until");
}

bool step_payload(const struct step *step, struct payload *payload)
{
	int i = step_reads_until(step);

	*payload = (struct payload){0};
	return step->word_count > i && payload_begins(step->word[i]) &&
	       payload_parse(payload, step->word[i]);
}

bool step_accepts(const struct step *step)
{
	return step->operation->id == OP_ACCEPT || step->operation->id == OP_URING_ACCEPT;
}

bool step_closes(const struct step *step)
{
	return step->operation->id == OP_CLOSE || step->operation->id == OP_URING_CLOSE;
}

bool step_connects(const struct step *step)
{
	return step->operation->id == OP_URING_CONNECT ? true
	       : step->operation->id == OP_CONNECT     ? !step_disconnects(step)
						       : step_flags(step) & MSG_FASTOPEN;
}

bool step_begins(const struct step *step)
{
	enum operation_id id = step->operation->id;

	return step_connects(step) || step_disconnects(step) || step_closes(step) ||
	       id == OP_LISTEN || id == OP_BIND;
}

enum result_form step_form(const struct step *step)
{
	if (step->operation->id == OP_JOIN)
		return step->joined;
	if (step->operation->argument[0] != ARGUMENT_GET || !step->option)
		return step->operation->form;
	switch (step->option->form) {
	case OPTION_LINGER:
	case OPTION_TIMEVAL:
		return FORM_PAIR;
	case OPTION_ERRNO:
		return FORM_ERRNO;
	case OPTION_INT:
		break;
	}
	return FORM_VALUE;
}

static bool is_of_tcp(const struct step *step)
{
	return step->operation->flags & OF_TCP ||
	       (step->operation->id == OP_AWAIT && step->target == TARGET_STATE);
}

static bool is_of_mptcp(const struct step *step)
{
	return step->operation->id == OP_COUNT && !strncmp(step->word[0], "MPTcpExt", 8);
}

bool step_applies(const struct step *step, enum family family)
{
	switch (family_protocol(family)) {
	case PROTOCOL_TCP:
		return true;
	case PROTOCOL_MPTCP:
		return !is_of_tcp(step) || is_of_mptcp(step);
	case PROTOCOL_UNIX:
		break;
	}
	return !is_of_tcp(step);
}

bool step_is_of_uring(const struct step *step)
{
	return step->operation->flags & BY_URING;
}

void step_text(const struct step *step, char *text, size_t size)
{
	size_t used = (size_t)snprintf(text, size, "%s%s%s", who_text(step->who),
		step->who == NAMESPACE ? "" : " ", step->operation->name);

	for (int i = 0; i < step->word_count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, " %s", step->word[i]);
	if (step->background && used < size)
		snprintf(text + used, size - used, " &");
}
