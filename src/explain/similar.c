#include "explain/similar.h"

#include "model/model.h"

#include <stdlib.h>
#include <string.h>

enum { HUNK_CALLS = 4 }; /* of either side that are printed */

/* What two equal steps are worth: a look, and more of the same result; a call of which the same is
 * expected more than all looks together, and a call more than all of that. */
enum {
	WORTH_SAME_LOOK = 1,
	WORTH_LOOK = 2,
	WORTH_SAME_CALL = 4 * STEP_LIMIT,
	WORTH_CALL = 4 * STEP_LIMIT * (STEP_LIMIT + 1),
};

/* Two experiments on one family and kernel. */
struct both {
	const struct experiment *a, *b;
	enum family family;
	struct version kernel;
};

/* Such a step changes nothing between the two ends. */
static bool only_looks(const struct step *step)
{
	if (step->background)
		return false;
	return step->operation->flags & LOOKS ||
	       (step->operation->id == OP_GETSOCKOPT && step->option->form != OPTION_ERRNO);
}

static bool same_step(const struct step *a, const struct step *b)
{
	char left[LINE_LIMIT + 1], right[LINE_LIMIT + 1];

	step_text(a, left, sizeof left);
	step_text(b, right, sizeof right);
	return !strcmp(left, right);
}

/* The expected result as text; empty when nothing is. */
static void expected_text(const struct both *both, const struct script_step *entry, char *text)
{
	const struct expectation *e = script_step_expectation(entry, both->family, both->kernel);

	text[0] = '\0';
	if (e)
		result_text(&e->result, text, RESULT_TEXT);
}

static int worth(const struct both *both, const struct script_step *a, const struct script_step *b)
{
	bool look = only_looks(&a->step);
	char left[RESULT_TEXT], right[RESULT_TEXT];

	if (!same_step(&a->step, &b->step))
		return 0;
	expected_text(both, a, left);
	expected_text(both, b, right);
	if (strcmp(left, right) != 0)
		return look ? WORTH_LOOK : WORTH_CALL;
	return look ? WORTH_LOOK + WORTH_SAME_LOOK : WORTH_CALL + WORTH_SAME_CALL;
}

/* table[i * (b's steps + 1) + j]: what the rests from a's step i and b's step j have in common, in
 * order, is worth together. */
static void fill(const struct both *both, int *table)
{
	int width = both->b->step_count + 1;

	for (int i = both->a->step_count - 1; i >= 0; i--)
		for (int j = width - 2; j >= 0; j--) {
			int down = table[(i + 1) * width + j], right = table[i * width + j + 1];
			int pair = worth(both, &both->a->script[i], &both->b->script[j]);
			int most = down > right ? down : right;

			pair += pair ? table[(i + 1) * width + j + 1] : 0;
			table[i * width + j] = pair > most ? pair : most;
		}
}

/* Reads the common sequence off the table. */
static void pair_steps(const struct both *both, const int *table, struct difference *d)
{
	int width = both->b->step_count + 1, i = 0, j = 0;

	for (int k = 0; k < STEP_LIMIT; k++)
		d->pair[k] = -1;
	while (i < both->a->step_count && j < width - 1) {
		int pair = worth(both, &both->a->script[i], &both->b->script[j]);

		if (pair && table[i * width + j] == pair + table[(i + 1) * width + j + 1])
			d->pair[i++] = j++;
		else if (table[(i + 1) * width + j] >= table[i * width + j + 1])
			i++;
		else
			j++;
	}
}

/* A stretch of calls that the other does not have, on either side; what only looks may stand in it.
 */
struct hunk {
	int a, a_end, b, b_end;
};

static int next_call(const struct experiment *e, int i)
{
	while (i < e->step_count && only_looks(&e->script[i].step))
		i++;
	return i;
}

/* The next hunk behind *hunk; false when there is none. */
static bool next_hunk(const struct both *both, const struct difference *d, struct hunk *hunk)
{
	int a_count = both->a->step_count, b_count = both->b->step_count;
	int i = next_call(both->a, hunk->a_end), j = next_call(both->b, hunk->b_end);

	while (i < a_count && d->pair[i] == j) {
		i = next_call(both->a, i + 1);
		j = next_call(both->b, j + 1);
	}
	*hunk = (struct hunk){i, i, j, j};
	while (hunk->a_end < a_count && d->pair[hunk->a_end] < 0)
		hunk->a_end = next_call(both->a, hunk->a_end + 1);
	hunk->b_end = hunk->a_end < a_count ? d->pair[hunk->a_end] : b_count;
	return i < a_count || j < b_count;
}

static int count_calls(const struct experiment *e, int begin, int end)
{
	int count = 0;

	for (int i = begin; i < end; i++)
		count += !only_looks(&e->script[i].step);
	return count;
}

/* Of calls that stand against others the more count: one in another's place is one change. */
static int changes(const struct both *both, const struct hunk *hunk)
{
	int left = count_calls(both->a, hunk->a, hunk->a_end);
	int right = count_calls(both->b, hunk->b, hunk->b_end);

	return left > right ? left : right;
}

bool similar_compare(struct difference *d, const struct experiment *a, const struct experiment *b,
	enum family family, struct version kernel)
{
	struct both both = {a, b, family, kernel};
	struct hunk hunk = {0};
	int *table =
		calloc((size_t)(a->step_count + 1) * (size_t)(b->step_count + 1), sizeof *table);

	*d = (struct difference){0};
	if (!table)
		return false;
	fill(&both, table);
	pair_steps(&both, table, d);
	free(table);
	d->looks = a->step_count + b->step_count - count_calls(a, 0, a->step_count) -
		   count_calls(b, 0, b->step_count);
	for (int i = 0; i < a->step_count; i++)
		if (d->pair[i] >= 0 && only_looks(&a->script[i].step))
			d->looks -= 2;
		else
			d->common += d->pair[i] >= 0;
	while (next_hunk(&both, d, &hunk))
		d->changed += changes(&both, &hunk);
	return true;
}

static bool is_nearer(const struct difference *a, const struct difference *b)
{
	return a->changed != b->changed ? a->changed < b->changed : a->looks < b->looks;
}

/* Is one by d near, when so many are nearer? */
static bool is_near(const struct difference *d, int nearer)
{
	return d->changed <= NEIGHBOUR_CHANGED || !nearer ||
	       (nearer < NEIGHBOUR_LEAST && d->changed <= d->common);
}

/* Frees the last one when it need not be kept. */
static void drop_last(struct similar_list *neighbours)
{
	int last = neighbours->count - 1;

	if (last == NEIGHBOUR_LIMIT || !is_near(&neighbours->difference[last], last))
		experiment_free(neighbours->experiment[neighbours->count = last]);
}

void similar_offer(
	struct similar_list *neighbours, struct experiment *e, const struct difference *d)
{
	int at = neighbours->count;

	if (d->common < NEIGHBOUR_COMMON) {
		experiment_free(e);
		return;
	}
	while (at && is_nearer(d, &neighbours->difference[at - 1]))
		at--;
	for (int i = neighbours->count++; i > at; i--) {
		neighbours->experiment[i] = neighbours->experiment[i - 1];
		neighbours->difference[i] = neighbours->difference[i - 1];
	}
	neighbours->experiment[at] = e;
	neighbours->difference[at] = *d;
	drop_last(neighbours);
}

void similar_free(struct similar_list *neighbours)
{
	while (neighbours->count)
		experiment_free(neighbours->experiment[--neighbours->count]);
}

static void print_call(
	const struct both *both, char mark, const struct script_step *entry, FILE *out)
{
	char left[LINE_LIMIT + 1], result[RESULT_TEXT];

	if (only_looks(&entry->step))
		return;
	step_text(&entry->step, left, sizeof left);
	expected_text(both, entry, result);
	fprintf(out, "    %c ", mark);
	experiment_print_line(out, left, result, NULL);
	fputc('\n', out);
}

static void print_calls(const struct both *both, char mark, const struct experiment *e, int begin,
	int end, FILE *out)
{
	int printed = 0, count = count_calls(e, begin, end);
	int room = count == HUNK_CALLS + 1 ? count : HUNK_CALLS; /* "1 more" takes a line, too */

	for (int i = begin; i < end && printed < room; i++) {
		print_call(both, mark, &e->script[i], out);
		printed += !only_looks(&e->script[i].step);
	}
	if (count > printed)
		fprintf(out, "    %c (%d more)\n", mark, count - printed);
}

/* The call before it, and the calls. */
static void print_hunk(const struct both *both, const struct hunk *hunk, FILE *out)
{
	int before = hunk->a - 1;

	while (before > 0 && only_looks(&both->a->script[before].step))
		before--;
	if (before >= 0)
		print_call(both, ' ', &both->a->script[before], out);
	print_calls(both, '-', both->a, hunk->a, hunk->a_end, out);
	print_calls(both, '+', both->b, hunk->b, hunk->b_end, out);
}

/* A step of both of which something else is expected. */
static void print_consequence(const struct both *both, const struct script_step *a,
	const struct script_step *b, FILE *out)
{
	char step[LINE_LIMIT + 1], here[RESULT_TEXT], there[RESULT_TEXT];
	char text[sizeof step + sizeof here + sizeof there + 16];
	bool awaits = step_form(&a->step) == FORM_AWAIT; /* then nothing stands for arriving */

	expected_text(both, a, here);
	expected_text(both, b, there);
	if (!strcmp(here, there) || (!awaits && (!here[0] || !there[0])))
		return;
	step_text(&a->step, step, sizeof step);
	snprintf(text, sizeof text, "%s: %s here, %s there", step, here[0] ? here : "arrives",
		there[0] ? there : "arrives");
	fputs("    ", out);
	text_wrap(out, 4, text);
}

/* What e waits for, or does with SIGPIPE, and the other does not; paired says which of its steps
 * the other has, too. */
static void print_besides(
	const struct experiment *e, const bool *paired, const char *where, FILE *out)
{
	char text[LINE_LIMIT * 8] = "", step[LINE_LIMIT + 1];
	size_t used = 0;

	for (int i = 0; i < e->step_count && used < sizeof text; i++) {
		enum operation_id id = e->script[i].step.operation->id;

		if ((id != OP_AWAIT && id != OP_SIGPIPE) || paired[i])
			continue;
		step_text(&e->script[i].step, step, sizeof step);
		used += (size_t)snprintf(
			text + used, sizeof text - used, "%s%s", used ? ", " : "", step);
	}
	if (used)
		text_wrap(out, fprintf(out, "    besides %s: ", where), text);
}

void similar_print_difference(const struct difference *d, const struct experiment *a,
	const struct experiment *b, enum family family, struct version kernel, FILE *out)
{
	struct both both = {a, b, family, kernel};
	struct hunk hunk = {0};
	bool a_paired[STEP_LIMIT] = {false}, b_paired[STEP_LIMIT] = {false};

	while (next_hunk(&both, d, &hunk))
		print_hunk(&both, &hunk, out);
	for (int i = 0; i < a->step_count; i++)
		if (d->pair[i] >= 0) {
			a_paired[i] = b_paired[d->pair[i]] = true;
			print_consequence(&both, &a->script[i], &b->script[d->pair[i]], out);
		}
	print_besides(a, a_paired, "here", out);
	print_besides(b, b_paired, "there", out);
}
