#include "explore/orders_print.h"

#include "util/text.h"

static const struct programs *programs_of(const struct outcome_set *set)
{
	return &set->orders->programs;
}

static const struct step *step_at(const struct outcome_set *set, int script)
{
	return &programs_of(set)->experiment->script[script].step;
}

static const char *program_name(int who)
{
	return who == NAMESPACE ? "namespace" : who_text((enum who)who);
}

/* "3 steps of client (c) and 2 of server (s)" */
static void print_sizes(const struct programs *p, FILE *out)
{
	const char *before = "";

	for (int who = 0; who < PROGRAM_LIMIT; who++) {
		if (!p->count[who])
			continue;
		fprintf(out, "%s%d", before, p->count[who]);
		if (!*before)
			fprintf(out, " step%s", text_plural(p->count[who]));
		fprintf(out, " of %s (%c)", program_name(who), program_name(who)[0]);
		before = " and ";
	}
}

/* "client write 6", as a comment. */
static void print_step(
	const struct outcome_set *set, int script, const struct result *result, FILE *out)
{
	char left[LINE_LIMIT + 1], right[RESULT_TEXT] = "";

	step_text(step_at(set, script), left, sizeof left);
	if (result)
		result_text(result, right, sizeof right);
	fputs("#   ", out);
	experiment_print_line(out, left, right, NULL);
	fputc('\n', out);
}

static void print_prologue(const struct outcome_set *set, FILE *out)
{
	const struct programs *p = programs_of(set);

	if (p->prologue_count)
		fputs("# First in every order:\n", out);
	for (int i = 0; i < p->prologue_count; i++)
		print_step(set, p->prologue[i], NULL, out);
	if (p->left_out)
		fprintf(out,
			"# Left out, since each is of one order: %d await, count and wire "
			"line%s.\n",
			p->left_out, text_plural(p->left_out));
}

/* "client read 6 blocks until server write 6 or server close": a line for each such step. */
static void print_blocking(const struct outcome_set *set, FILE *out)
{
	const struct orders *orders = set->orders;
	int count = programs_of(set)->experiment->step_count;
	char text[LINE_LIMIT + 1];

	if (!set->blocked)
		return;
	fprintf(out,
		"# %ld of the orders cannot happen: a program does not go on while its step "
		"blocks.\n",
		set->blocked);
	for (int i = 0; i < count; i++) {
		const char *before = " until ";

		if (!set->blocks[i])
			continue;
		step_text(step_at(set, i), text, sizeof text);
		fprintf(out, "#   %s blocks", text);
		for (int by = 0; by < count; by++) {
			if (!orders->until[i][by])
				continue;
			step_text(step_at(set, by), text, sizeof text);
			fprintf(out, "%s%s", before, text);
			before = " or ";
		}
		fputc('\n', out);
	}
}

/* "csccs": whose turn it is. */
static void print_order(const struct outcome_set *set, long order, FILE *out)
{
	const unsigned char *turn = orders_turn(set->orders, order);

	fputc(' ', out);
	for (int i = 0; i < programs_of(set)->length; i++)
		fputc(program_name(turn[i])[0], out);
}

/* In how many orders, and which. */
void orders_print_how_often(const struct outcome_set *set, const struct order_outcome *o, FILE *out)
{
	if (!o->orders) {
		fprintf(out,
			" in no order when each step is waited for, in %ld of %ld runs without "
			"waiting",
			o->runs, set->runs);
		return;
	}
	fprintf(out, " in %ld order%s:", o->orders, text_plural(o->orders));
	for (int i = 0; i < o->named_orders; i++)
		print_order(set, o->order[i], out);
	if (o->orders > o->named_orders)
		fputs(" ...", out);
}

/* The results of every program, each in its own order. */
static void print_results(const struct outcome_set *set, const struct result *result, FILE *out)
{
	const struct programs *p = programs_of(set);

	for (int who = 0; who < PROGRAM_LIMIT; who++)
		for (int i = 0; i < p->count[who]; i++)
			print_step(set, p->step[who][i], &result[p->step[who][i]], out);
}

void orders_print_example(const struct outcome_set *set, int i, FILE *out)
{
	const struct order_outcome *o = &set->outcome[i];

	fprintf(out, "# %s: outcome %d of %d", programs_of(set)->experiment->name, i + 1,
		set->count);
	if (!o->settled)
		fputs(", which only some runs give: nothing waits between the steps", out);
	fprintf(out, "\nuse %s\n\n%s", family_name(set->family), o->text);
}

static void print_outcome(const struct outcome_set *set, int i, FILE *out)
{
	const struct order_outcome *o = &set->outcome[i];

	fprintf(out, "\n# outcome %d of %d,", i + 1, set->count);
	orders_print_how_often(set, o, out);
	fputc('\n', out);
	if (outcome_set_has_expectations(set) && o->expected)
		fputs("# It is what the file expects.\n", out);
	if (!o->modelled)
		fputs("# The model does not have it in any order.\n", out);
	print_results(set, o->result, out);
	fputc('\n', out);
	orders_print_example(set, i, out);
}

/* How many outcomes the model has and the kernel has not. */
static int count_model_alone(const struct outcome_set *set)
{
	int alone = 0;

	for (int i = 0; i < set->prediction_count; i++)
		alone += !set->prediction[i].observed;
	return alone;
}

/* These. */
static void print_model_alone(const struct outcome_set *set, FILE *out)
{
	for (int i = 0; i < set->prediction_count; i++) {
		const struct order_prediction *p = &set->prediction[i];

		if (p->observed)
			continue;
		fprintf(out, "\n# The model alone has, in %ld order%s:\n", p->orders,
			text_plural(p->orders));
		print_results(set, p->result, out);
	}
}

static long orders_unknown(const struct outcome_set *set)
{
	long unknown = 0;

	for (int i = 0; i < set->prediction_count; i++)
		unknown += set->prediction[i].unknown ? set->prediction[i].orders : 0;
	return unknown;
}

/* Where kernel and model differ. */
static void print_differences(const struct outcome_set *set, FILE *out)
{
	print_model_alone(set, out);
	for (int i = 0; i < set->trouble_count; i++)
		fprintf(out, "\n# Kernel and model disagree:\n%s", set->trouble[i]);
}

static void print_model(const struct outcome_set *set, FILE *out)
{
	int kernel_alone = 0, alone = count_model_alone(set);
	long unknown = orders_unknown(set);

	for (int i = 0; i < set->count; i++)
		kernel_alone += !set->outcome[i].modelled;
	if (!model_has(set->family)) {
		fprintf(out,
			"# The model does not cover %s: nothing was waited for between the "
			"steps.\n",
			family_name(set->family));
		return;
	}
	if (unknown)
		fprintf(out, "# The model does not say all of %ld order%s.\n", unknown,
			text_plural(unknown));
	if (alone || kernel_alone)
		fprintf(out,
			"# The model has not the same set: %d outcome%s only the kernel has, "
			"%d only the model.\n",
			kernel_alone, text_plural(kernel_alone), alone);
	else
		fprintf(out, "# The model has the same set of outcomes%s.\n",
			set->disagreements ? ", but not of the same orders" : "");
}

/* How many outcomes no settled order has. */
static int only_unsettled(const struct outcome_set *set)
{
	int count = 0;

	for (int i = 0; i < set->count; i++)
		count += !set->outcome[i].orders;
	return count;
}

static bool expected_by_none(const struct outcome_set *set)
{
	for (int i = 0; i < set->count; i++)
		if (set->outcome[i].expected)
			return false;
	return outcome_set_has_expectations(set);
}

void orders_print_counts(const struct outcome_set *set, FILE *out)
{
	fprintf(out, "%s: %ld order%s of ", family_name(set->family), set->orders->count,
		text_plural(set->orders->count));
	print_sizes(programs_of(set), out);
	fprintf(out, ", %d outcome%s", set->count, text_plural(set->count));
}

void orders_print_head(const struct outcome_set *set, FILE *out)
{
	print_prologue(set, out);
	print_blocking(set, out);
}

void orders_print_end(const struct outcome_set *set, FILE *out)
{
	print_model(set, out);
	if (expected_by_none(set))
		fputs("# None is what the file expects.\n", out);
	fprintf(out, "# %ld run%s without waiting between the steps:", set->runs,
		text_plural(set->runs));
	fprintf(out, " %d outcome%s besides\n", only_unsettled(set),
		text_plural(only_unsettled(set)));
}

void orders_print(const struct outcome_set *set, FILE *out)
{
	fprintf(out, "# %s on ", programs_of(set)->experiment->name);
	orders_print_counts(set, out);
	fputc('\n', out);
	orders_print_head(set, out);
	for (int i = 0; i < set->count; i++)
		print_outcome(set, i, out);
	print_differences(set, out);
	fputc('\n', out);
	orders_print_end(set, out);
}

void orders_print_same(const struct outcome_set *set, enum family before, FILE *out)
{
	fprintf(out, "# %s on %s: the same outcomes of as many orders as on %s\n",
		programs_of(set)->experiment->name, family_name(set->family), family_name(before));
}
