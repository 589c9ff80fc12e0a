#include "trial/script.h"

#include "run/ghost.h"
#include "tracer/tracee.h"
#include "util/backoff.h"
#include "util/clock.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

static const struct step *next_step(const struct script *script)
{
	return script->next < script->peer->step_count ? &script->peer->script[script->next].step
						       : NULL;
}

/* "server accept" in the script of a client: there it waits for the program. */
static bool awaits_program(const struct step *step, enum who peer)
{
	return peer == CLIENT && step->who == SERVER && step->operation->id == OP_ACCEPT;
}

static const char *misfit(const struct script_step *entry, enum who peer)
{
	const struct step *step = &entry->step;
	bool own = step->who == peer || step->who == NAMESPACE || awaits_program(step, peer);

	if (!own || step->background || step->operation->id == OP_JOIN)
		return peer == CLIENT
			       ? "the program is the server: a peer's script has steps of the "
				 "client and of the namespace alone, one after the other, and "
				 "'server accept' where it waits until the program has accepted it"
			       : "the program is the client: a peer's script has steps of the "
				 "server and of the namespace alone, one after the other";
	if (step->operation->flags & THROUGH_NETWORK)
		return "between a program and its peer there is loopback alone, no network: "
		       "'link down' is how a peer vanishes";
	if (entry->expectation_count)
		return "a peer's script says what the peer does; what comes of it is recorded, "
		       "and held against a trace by --expect: leave the result out";
	return NULL;
}

enum who script_side(const struct experiment *peer)
{
	for (int i = 0; i < peer->step_count; i++)
		if (peer->script[i].step.who == CLIENT)
			return CLIENT;
	return SERVER;
}

bool script_fits(const struct experiment *peer, enum who side)
{
	for (int i = 0; i < peer->step_count; i++) {
		const struct script_step *entry = &peer->script[i];
		const char *why = misfit(entry, side);
		char text[LINE_LIMIT + 1];

		if (!why)
			continue;
		step_text(&entry->step, text, sizeof text);
		message("%s:%d:%d: '%s': %s", peer->name, entry->line, entry->column, text, why);
		return false;
	}
	if (peer->wire_count)
		message("%s:%d:%d: a peer's script names no packets: those of the connection are "
			"recorded",
			peer->name, peer->wire[0].line, peer->wire[0].column);
	return !peer->wire_count;
}

bool script_can_begin(const struct script *script, const struct section *section)
{
	const struct step *step = next_step(script);

	if (!step || script->running || script->trouble[0])
		return false;
	/* Whose connection is to be accepted is known when it is there. */
	if (step->operation->id == OP_ACCEPT)
		return section &&
		       (script->side == CLIENT ? section->accepted : section->client.length != 0);
	/* A client's steps begin when the program listens. */
	return script->side == SERVER || step->who == NAMESPACE || section;
}

/* Where the peer's own end is accepted from, or connects to. */
static const struct address *other_end(const struct script *script, const struct section *section)
{
	return script->side == CLIENT ? &script->to : &section->client;
}

/* In an experiment the client's process cannot end: what its end does to the connection is a close.
 */
static void record_end(struct section *section, const struct step *step, struct outcome outcome)
{
	const struct step close = section_step(CLIENT, OP_CLOSE, NULL);
	char remark[REMARK_LIMIT];

	if (step->who == SERVER) {
		section_add(section, step, &outcome, NULL);
		return;
	}
	outcome.result = (struct result){.kind = RESULT_NUMBER};
	snprintf(remark, sizeof remark, "client %s: the end of the process closes it",
		step->operation->name);
	section_add(section, &close, &outcome, remark);
}

/* The step at index cannot be run, or not be had here. */
static void note_failure(struct script *script, int index, const struct result *result)
{
	const struct script_step *entry = &script->peer->script[index];
	const char *name = entry->step.operation->name;

	script->lacks |= result->kind == RESULT_LACKING;
	if (script->lacks)
		snprintf(script->trouble, sizeof script->trouble,
			"line %d of the peer's script: %s cannot be had here: %s", entry->line,
			name, strerror((int)result->value));
	else if (result->kind == RESULT_FAILED)
		snprintf(script->trouble, sizeof script->trouble,
			"line %d of the peer's script: cannot run %s: %s", entry->line, name,
			strerror((int)result->value));
	else if (result->kind == RESULT_TIMEOUT)
		snprintf(script->trouble, sizeof script->trouble,
			"line %d of the peer's script did not end in time", entry->line);
}

/* Of the process that ended the parent looks at what is left. */
static void end_process(struct script *script, struct section *section, const struct step *step)
{
	struct session *session = script->session;
	struct outcome outcome = {.result.kind = RESULT_DONE, .begin = clock_now()}, none;

	listener_start_step(&session->listener, step, script->deadline, other_end(script, section));
	if (listener_finish_step(&session->listener, &none) != -EPIPE)
		snprintf(script->trouble, sizeof script->trouble,
			"the listener's process did not end");
	listener_stop(&session->listener);
	script->process_ended = section->peer_closed = true;
	session->dead_server = ghost_make(script->side, session->listener.family,
		&session->listener.local, other_end(script, section));
	outcome.end = clock_now();
	record_end(section, step, outcome);
}

static void note_lack(struct script *script, const struct step *step, const struct result *result)
{
	if (result->kind != RESULT_NONE)
		return;
	script->lacks = true;
	snprintf(script->trouble, sizeof script->trouble,
		"line %d of the peer's script: this kernel has no counter %s",
		script->peer->script[script->next - 1].line, step->word[0]);
}

static void run_in_namespace(
	struct script *script, struct section *section, const struct step *step)
{
	struct outcome outcome = {.begin = clock_now()};

	/* The program's calls are no steps, and move the counters as they do. */
	script->session->sandbox.stale = true;
	if (script->session->sandbox.entered) {
		sandbox_run(&script->session->sandbox, step, &outcome.result);
		note_lack(script, step, &outcome.result);
	} else
		snprintf(script->trouble, sizeof script->trouble, "%s works in a sandbox only",
			step->operation->name);
	outcome.end = clock_now();
	if (step->operation->id == OP_LINK)
		script->link_down = !step->number[0];
	if (!script->trouble[0])
		note_failure(script, script->next - 1, &outcome.result);
	section_add(section, step, &outcome, NULL);
}

static void run_ghost(struct script *script, struct section *section, const struct step *step)
{
	struct outcome outcome;

	ghost_run(&script->session->dead_server, step, script->deadline, &outcome);
	note_failure(script, script->next - 1, &outcome.result);
	section_add(section, step, &outcome, NULL);
}

void script_begin(struct script *script, struct section *section)
{
	/* There is one: script_can_begin said so. */
	const struct step *step = &script->peer->script[script->next++].step;

	if (awaits_program(step, script->side))
		return;
	if (step->who == NAMESPACE)
		run_in_namespace(script, section, step);
	else if (script->process_ended)
		run_ghost(script, section, step);
	else if (step->operation->flags & ENDS_PROCESS)
		end_process(script, section, step);
	else if (listener_start_step(&script->session->listener, step, script->deadline,
			 other_end(script, section)))
		snprintf(script->trouble, sizeof script->trouble, "the listener's process died");
	else
		script->running = true;
}

bool script_is_over(const struct script *script)
{
	struct pollfd answer = {.fd = script->session->listener.control, .events = POLLIN};

	return script->running && poll(&answer, 1, 0) > 0;
}

/* Once the peer is connected both ends can be looked at. */
static void take_connect(
	const struct script *script, struct section *section, const struct result *result)
{
	section->connected = true;
	section->known = result->kind == RESULT_NUMBER;
	section->connection = (struct connection){
		address_port(&script->session->listener.local), address_port(&script->to)};
	section->shown[CLIENT] = section->known ? TCP_ESTABLISHED : 0;
}

void script_take(struct script *script, struct section *section)
{
	const struct step *step = &script->peer->script[script->next - 1].step;
	struct outcome outcome = {0};
	int status = listener_finish_step(&script->session->listener, &outcome);

	script->running = false;
	if (status) {
		snprintf(script->trouble, sizeof script->trouble, "the listener's process %s",
			status == -EPIPE ? "died" : "did not answer");
		return;
	}
	/* It may have begun before the call that it waited for. */
	int64_t before = section_last_end(section);

	outcome.begin = outcome.begin < before ? before : outcome.begin;
	section_add(section, step, &outcome, NULL);
	note_failure(script, script->next - 1, &outcome.result);
	section->peer_closed |=
		step->operation->id == OP_CLOSE && (section->accepted || script->side == CLIENT);
	if (step->operation->id == OP_ACCEPT && outcome.result.kind == RESULT_NUMBER) {
		section->accepted = true;
		section->shown[SERVER] = TCP_ESTABLISHED;
	}
	if (step->operation->id == OP_CONNECT)
		take_connect(script, section, &outcome.result);
}

/* Waits until the step under way is over; false: it sleeps. In this order: whoever has answered
 * sleeps, too. */
static bool comes_to_an_end(const struct script *script)
{
	const struct listener *listener = &script->session->listener;
	long pause = 0;

	while (!script_is_over(script)) {
		if (tracee_sleeps(listener->pid))
			return script_is_over(script);
		if (clock_read(CLOCK_MONOTONIC) >= script->deadline)
			return false;
		backoff_wait(listener->control, POLLIN, &pause);
	}
	return true;
}

bool script_take_first(struct script *script, struct section *section)
{
	if (!script->running || !comes_to_an_end(script))
		return false;
	script_take(script, section);
	return true;
}

/* Is what an await waits for there, as far as it can be seen from here? Then it will end. */
static bool will_arrive(const struct step *step, const struct connection_look *look)
{
	switch (step->target) {
	case TARGET_STATE:
		return look->state[step->who] == step->number[0];
	case TARGET_INQ:
		return (long)look->unread[step->who] == step->number[0];
	case TARGET_OUTQ:
		return (long)look->unacked[step->who] == step->number[0];
	case TARGET_EVENTS:
		break;
	}
	return false;
}

bool script_rests(const struct script *script, const struct section *section,
	const struct connection_look *look)
{
	if (!script->running)
		return !script_can_begin(script, section);
	const struct step *step = &script->peer->script[script->next - 1].step;

	if (step->operation->id == OP_AWAIT && look && will_arrive(step, look))
		return false;
	/* In this order: whoever has answered sleeps, too. */
	return tracee_sleeps(script->session->listener.pid) && !script_is_over(script);
}

void script_end(struct script *script)
{
	if (script->process_ended)
		endpoint_close_all(&script->session->dead_server);
}

bool script_settled(const struct script *script, const struct connection_look *look)
{
	bool both =
		look->state[CLIENT] == TCP_ESTABLISHED && look->state[SERVER] == TCP_ESTABLISHED;

	return both || script->link_down || (look->rests[CLIENT] && look->rests[SERVER]);
}

bool script_again(struct script *script)
{
	if (script->running || script->process_ended || script->trouble[0] || next_step(script) ||
		listener_next(&script->session->listener))
		return false;
	script->next = 0;
	return true;
}
