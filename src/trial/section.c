#include "trial/section.h"

#include "language/experiment.h"
#include "util/clock.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void section_free(struct section *s)
{
	free(s->record);
	free(s->holder);
	s->record = NULL;
	s->holder = NULL;
}

/* Room for a record; NULL: it is only counted. */
static struct record *add(struct section *s, enum record_kind kind)
{
	if (s->count == RECORD_LIMIT) {
		s->left_out++;
		return NULL;
	}
	struct record *r = &s->record[s->count++];

	*r = (struct record){.kind = kind, .of = -1};
	return r;
}

/* Calls of the program wait at once, as those of several threads do: an end does one thing beside
 * another in an experiment. */
static void tell_beside(struct section *s, struct record *r)
{
	char text[LINE_LIMIT + 1];

	r->beside = true;
	step_text(&r->step, text, sizeof text);
	section_lose(s, clock_now(), "'%s' goes on from here beside another call", text);
}

/* A step beside which another one stands now goes on in the background, if it is one that can, and
 * the only one. */
static void put_aside(struct section *s)
{
	for (int i = s->count - 1; i >= 0; i--) {
		struct record *r = &s->record[i];

		if (r->kind != RECORD_STEP || r->finished || r->step.who != s->program ||
			i == s->background || r->beside)
			continue;
		if (s->background < 0 && r->step.operation->flags & MAY_BLOCK) {
			r->step.background = true;
			s->background = i;
		} else
			tell_beside(s, r);
	}
}

int section_begin(struct section *s, const struct step *step, int64_t now)
{
	put_aside(s);
	struct record *r = add(s, RECORD_STEP);

	if (!r)
		return -1;
	r->step = *step;
	r->outcome = (struct outcome){.begin = now, .end = now};
	return s->count - 1;
}

bool section_may_sleep(const struct section *s, int index)
{
	if (index < 0 || s->background >= 0)
		return false;
	switch (s->record[index].step.operation->id) {
	case OP_POLL:
	case OP_SELECT:
	case OP_EPOLL_WAIT:
		return true;
	default:
		return false;
	}
}

void section_sleeps(struct section *s, int index)
{
	if (!section_may_sleep(s, index))
		return;
	s->record[index].step.background = true;
	s->background = index;
}

/* A wait that a timeout ended saw what it saw at its begin: nothing. */
static bool saw_nothing(const struct result *result)
{
	bool events = result->kind == RESULT_EVENTS || result->kind == RESULT_EPOLL ||
		      result->kind == RESULT_SETS;

	return events && !result->value;
}

void section_end(struct section *s, int index, const struct result *result, int64_t now)
{
	if (index < 0)
		return;
	struct record *r = &s->record[index];

	r->finished = true;
	r->outcome.end = now;
	if (index == s->background && saw_nothing(result)) {
		s->background = -1;
		r->step.background = false;
	}
	if (index == s->background) {
		s->background = -1;
		struct record *join = add(s, RECORD_JOIN);

		if (!join)
			return;
		join->of = index;
		join->step = section_step(r->step.who, OP_JOIN, NULL);
		join->step.joined = step_form(&r->step);
		join->finished = true;
		join->outcome = (struct outcome){.result = *result, .begin = now, .end = now};
		return;
	}
	r->outcome.result = *result;
}

void section_signal(struct section *s, int index, int signal)
{
	if (index < 0)
		return;
	for (int i = s->count - 1; i > index; i--)
		if (s->record[i].kind == RECORD_JOIN && s->record[i].of == index)
			index = i;
	s->record[index].outcome.result.signal = signal;
}

int section_add(struct section *s, const struct step *step, const struct outcome *outcome,
	const char *remark)
{
	put_aside(s);
	struct record *r = add(s, RECORD_STEP);

	if (!r)
		return -1;
	r->step = *step;
	r->outcome = *outcome;
	r->finished = true;
	snprintf(r->remark, sizeof r->remark, "%s", remark ? remark : "");
	return s->count - 1;
}

void section_comment(struct section *s, int64_t now, const char *format, ...)
{
	struct record *r = add(s, RECORD_COMMENT);
	va_list arguments;

	if (!r)
		return;
	va_start(arguments, format);
	vsnprintf(r->remark, sizeof r->remark, format, arguments);
	va_end(arguments);
	r->outcome = (struct outcome){.begin = now, .end = now};
	r->finished = true;
}

void section_lose(struct section *s, int64_t now, const char *format, ...)
{
	char text[REMARK_LIMIT];
	int before = s->count;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	section_comment(s, now, "%s", text);
	if (s->count > before)
		s->record[before].lost = true;
}

void section_drop(struct section *s, int index)
{
	if (index < 0)
		return;
	if (s->background == index)
		s->background = -1;
	if (index == s->count - 1)
		s->count--;
	else
		s->record[index] = (struct record){.kind = RECORD_COMMENT, .finished = true};
}

int64_t section_last_end(const struct section *s)
{
	for (int i = s->count - 1; i >= 0; i--)
		if (s->record[i].finished && s->record[i].kind != RECORD_COMMENT)
			return s->record[i].outcome.end;
	return 0;
}

struct step section_step(enum who who, enum operation_id id, const char *word)
{
	struct step step = {.who = who, .operation = &operations[id]};
	char expected[256];

	for (int i = 0; word && *word; i++) {
		char one[WORD_LIMIT + 1];

		snprintf(one, sizeof one, "%.*s", (int)strcspn(word, " "), word);
		step_argument(&step, i, one, expected, sizeof expected);
		word += strcspn(word, " ");
		word += strspn(word, " ");
	}
	return step;
}

int section_descriptors(const struct section *s)
{
	int count = 0;

	for (int i = 0; i < s->holder_count; i++)
		count += s->holder[i].count;
	return count;
}

/* Keeps how many descriptors the process has. Those of one that has none left make room. */
static bool keep_holder(struct section *s, pid_t process, int count)
{
	int i = 0;

	while (i < s->holder_count && s->holder[i].process != process)
		i++;
	if (i == s->holder_room) {
		int room = i ? 2 * i : 4;
		struct holder *holder = realloc(s->holder, (size_t)room * sizeof *holder);

		if (!holder)
			return false;
		s->holder = holder;
		s->holder_room = room;
	}
	s->holder_count += i == s->holder_count;
	s->holder[i] = (struct holder){process, count};
	if (!count)
		s->holder[i] = s->holder[--s->holder_count];
	return true;
}

int section_held_by(const struct section *s, pid_t process)
{
	for (int i = 0; i < s->holder_count; i++)
		if (s->holder[i].process == process)
			return s->holder[i].count;
	return 0;
}

bool section_new(struct section *s, unsigned long inode, enum who program, pid_t process)
{
	*s = (struct section){.inode = inode,
		.program = program,
		.background = -1,
		.open = 1,
		.record = calloc(RECORD_LIMIT, sizeof *s->record)};
	if (s->record && (!inode || keep_holder(s, process, 1)))
		return true;
	section_free(s);
	return false;
}

/* A close that no call made: it was seen after what it brought about. */
static void add_close(struct section *s, const char *why)
{
	const struct step step = section_step(s->program, OP_CLOSE, NULL);
	const struct outcome outcome = {
		.result.kind = RESULT_NUMBER, .begin = section_last_end(s), .end = clock_now()};

	section_add(s, &step, &outcome, why);
	s->open--;
}

void section_hold(struct section *s, pid_t process, int count, const char *why, bool already)
{
	int before = section_descriptors(s), change = count - section_held_by(s, process);

	if (!change && already && s->count) /* dup2(2) onto another descriptor of it */
		s->record[s->count - 1].kind = RECORD_COMMENT;
	if (!change || !keep_holder(s, process, count))
		return;
	int after = before + change;

	if (already && after)
		s->open += change;
	else if (before == 1 && after > 1)
		section_comment(s, clock_now(), "%s: it has %d descriptors now", why, after);
	else if (before > 1 && after == 1)
		section_comment(s, clock_now(), "%s: one descriptor of it is left", why);
	while (!after && s->open > already)
		add_close(s, why);
	if (!after)
		s->inode = 0;
}

/* The records from first on stand by places further back. */
static void shift_indices(struct section *s, int first, int by)
{
	s->background += s->background < first ? 0 : by;
	for (int i = 0; i < s->count; i++)
		s->record[i].of += s->record[i].of < first ? 0 : by;
}

void section_move_last(struct section *s, int index)
{
	struct record last = s->record[s->count - 1];

	memmove(s->record + index + 1, s->record + index,
		(size_t)(s->count - 1 - index) * sizeof *s->record);
	s->record[index] = last;
	shift_indices(s, index, 1);
}

static bool prepend(struct section *s, const struct record *record, int count)
{
	if (s->count + count > RECORD_LIMIT)
		return false;
	memmove(s->record + count, s->record, (size_t)s->count * sizeof *s->record);
	memcpy(s->record, record, (size_t)count * sizeof *s->record);
	s->count += count;
	shift_indices(s, 0, count);
	return true;
}

bool section_prepend(struct section *s, const struct section *prelude)
{
	return prepend(s, prelude->record, prelude->count);
}

bool section_prepend_link_down(struct section *s)
{
	int64_t begin = s->count ? s->record[0].outcome.begin : 0;
	const struct record down = {.kind = RECORD_STEP,
		.step = section_step(NAMESPACE, OP_LINK, "down"),
		.outcome = {.result.kind = RESULT_NUMBER, .begin = begin, .end = begin},
		.finished = true,
		.remark = "it was, before this connection"};

	return prepend(s, &down, 1);
}
