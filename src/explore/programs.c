#include "explore/programs.h"

#include <stdio.h>

/* Is it a step of one order, and not of a program? */
static bool is_observation(const struct step *step)
{
	return step->operation->id == OP_AWAIT || step->operation->id == OP_COUNT;
}

/* How many steps stand above the first empty line between steps; 0 without one. */
static int above_empty_line(const struct experiment *e)
{
	int steps = 0;

	for (int i = 0; i < e->line_count && steps < e->step_count; i++) {
		steps += e->line[i].kind == LINE_STEP;
		if (steps && e->line[i].kind == LINE_TEXT && !e->line[i].comment_length)
			return steps;
	}
	return 0;
}

/* How many steps the prologue has. */
static int prologue_length(const struct experiment *e)
{
	int count = above_empty_line(e);

	if (count)
		return count;
	while (count < e->step_count && (e->script[count].step.operation->id == OP_CONNECT ||
						e->script[count].step.operation->id == OP_ACCEPT))
		count++;
	return count;
}

static bool take_prologue(struct programs *p, int count, char *why, size_t size)
{
	if (count > PROLOGUE_STEPS) {
		snprintf(why, size, "more than %d steps that come first in every order",
			PROLOGUE_STEPS);
		return false;
	}
	for (; p->prologue_count < count; p->prologue_count++)
		p->prologue[p->prologue_count] = p->prologue_count;
	return true;
}

static int whose_steps(const struct programs *p)
{
	int count = 0;

	for (int who = 0; who < PROGRAM_LIMIT; who++)
		count += p->count[who] > 0;
	return count;
}

bool programs_split(struct programs *p, const struct experiment *experiment, char *why, size_t size)
{
	*p = (struct programs){.experiment = experiment, .left_out = experiment->wire_count};
	if (!take_prologue(p, prologue_length(experiment), why, size))
		return false;
	for (int i = p->prologue_count; i < experiment->step_count; i++) {
		const struct step *step = &experiment->script[i].step;

		if (is_observation(step)) {
			p->left_out++;
			continue;
		}
		if (p->length == PROGRAM_STEPS) {
			snprintf(why, size,
				"more than %d steps to put in order: move the first of "
				"them above an empty line, or take some out",
				PROGRAM_STEPS);
			return false;
		}
		p->step[step->who][p->count[step->who]++] = i;
		p->length++;
	}
	if (whose_steps(p) > 1)
		return true;
	snprintf(why, size,
		"expected steps of client and of server below what comes first in every order "
		"(closewait help orders)");
	return false;
}

/* The multinomial coefficient, as a product of binomial ones: after each factor a whole number. */
long programs_orders(const struct programs *p, long most)
{
	long orders = 1, taken = 0;

	for (int who = 0; who < PROGRAM_LIMIT; who++)
		for (long i = 1; i <= p->count[who]; i++) {
			orders = orders * ++taken / i;
			/* Later factors never make it smaller: taken is at least i. */
			if (orders > most)
				return most + 1;
		}
	return orders;
}

void programs_first_order(const struct programs *p, unsigned char *order)
{
	for (int who = 0; who < PROGRAM_LIMIT; who++)
		for (int i = 0; i < p->count[who]; i++)
			*order++ = (unsigned char)who;
}

static void swap(unsigned char *a, unsigned char *b)
{
	unsigned char c = *a;

	*a = *b;
	*b = c;
}

/* The next permutation in lexicographic order (Knuth, The Art of Computer Programming, 7.2.1.2,
 * algorithm L). */
bool programs_next_order(const struct programs *p, unsigned char *order)
{
	int at = p->length - 2, with = p->length - 1;

	while (at >= 0 && order[at] >= order[at + 1])
		at--;
	if (at < 0)
		return false;
	while (order[with] <= order[at])
		with--;
	swap(&order[at], &order[with]);
	for (int i = at + 1, j = p->length - 1; i < j; i++, j--)
		swap(&order[i], &order[j]);
	return true;
}
