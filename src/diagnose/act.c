#include "diagnose/act.h"

#include "model/queue.h"
#include "model/answer.h"

#include <netinet/tcp.h>
#include <string.h>

const struct act acts[ACT_COUNT] = {
#define ACT(id, cost, flags, steps, says, also, advice) \
	[ACT_##id] = {cost, flags, steps, says, also, advice},
#include "diagnose/acts.def"
};

bool act_read_step(enum who who, const char *text, struct step *step)
{
	struct words words;
	int column;
	const char *what;
	char expected[256];

	if (!text_cut(&words, text, strlen(text), &column, &what) || !words.count)
		return false;
	*step = (struct step){.who = who, .operation = operation_find(words.word[0].text)};
	if (!step->operation)
		return false;
	if (step->operation->flags & OF_NAMESPACE)
		step->who = NAMESPACE;
	for (int i = 1; i < words.count; i++)
		if (i > STEP_ARGUMENTS ||
			!step_argument(step, i - 1, words.word[i].text, expected, sizeof expected))
			return false;
	return true;
}

/* One step of an act's text: PEER and OWN in front, '*' for the bytes unread there. 0: it is left
 * out, -1: it cannot be. */
static int read_one(
	const char *text, size_t length, enum who own, const struct model *m, struct step *step)
{
	char line[128];
	enum who who = own;

	snprintf(line, sizeof line, "%.*s", (int)length, text);
	const char *at = line;

	if (!strncmp(at, "PEER ", 5)) {
		who = own == CLIENT ? SERVER : CLIENT;
		at += 5;
	} else if (!strncmp(at, "OWN ", 4))
		at += 4;
	char *star = strchr(line, '*');
	long unread = m->peer[m->at[who]].unread;

	if (star && !unread)
		return 0;
	if (star && (unread > LENGTH_LIMIT || m->peer[m->at[who]].receive_queue_full))
		return -1;
	if (star)
		snprintf(star, (size_t)(line + sizeof line - star), "%ld", unread);
	return act_read_step(who, at, step) ? 1 : -1;
}

bool act_is_of(enum act_id act, enum family family)
{
	return !(acts[act].flags & (family_is_tcp(family) ? OF_UNIX : OF_INTERNET));
}

/* Does the connection allow the act? */
static bool is_possible(enum act_id act, enum who own, const struct model *m)
{
	enum who other = own == CLIENT ? SERVER : CLIENT;
	const struct peer *peer = &m->peer[m->at[other]];
	bool listens = m->at[other] == THE_LISTENER;

	if (acts[act].flags & NEEDS_LISTENER)
		return listens && m->descriptors[other];
	if (acts[act].flags & NEEDS_UNREAD)
		return !listens && peer->unread;
	if (act == ACT_ACCEPT)
		return listens && queue_first(m, THE_LISTENER) != NOBODY;
	if (act == ACT_VANISH)
		return !m->link_down;
	if (!strncmp(acts[act].steps, "PEER ", 5))
		return !listens && m->descriptors[other];
	return true;
}

int act_steps(enum act_id act, enum who own, const struct model *m, struct step step[ACT_STEPS])
{
	int count = 0;

	if (!act_is_of(act, m->family) || !is_possible(act, own, m))
		return -1;
	for (const char *at = acts[act].steps; *at && count < ACT_STEPS;) {
		size_t length = strcspn(at, ";");
		int made = read_one(at, length, own, m, &step[count]);

		if (made < 0)
			return -1;
		count += made;
		at += length;
		at += strspn(at, "; ");
	}
	return count;
}
