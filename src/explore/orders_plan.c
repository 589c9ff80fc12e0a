#include "explore/orders_plan.h"

#include <stdlib.h>
#include <string.h>

/* An order that stops, as the model has it. */
struct stopped {
	char *text;
	int task;
};

/* What is known while planning. */
struct planner {
	struct orders *orders;
	struct stopped *stopped; /* of this family */
	long stopped_count;
};

const unsigned char *orders_turn(const struct orders *orders, long order)
{
	return orders->turn + order * orders->programs.length;
}

static void list_orders(struct orders *orders)
{
	size_t length = (size_t)orders->programs.length;
	unsigned char *turn = orders->turn;

	programs_first_order(&orders->programs, turn);
	for (long i = 1; i < orders->count; i++, turn += length) {
		memcpy(turn + length, turn, length);
		programs_next_order(&orders->programs, turn + length);
	}
}

static bool allocate(struct orders *orders)
{
	size_t families = 0;

	for (int f = 0; f < FAMILY_COUNT; f++)
		families += orders->families >> f & 1;
	orders->turn = calloc((size_t)orders->count, (size_t)orders->programs.length);
	orders->task = calloc((size_t)orders->count * families + 1, sizeof *orders->task);
	return orders->turn && orders->task;
}

static void note_until(struct orders *orders, const struct order *order)
{
	for (int i = 0; i < STEP_LIMIT; i++)
		if (order->ended_by[i] != NO_STEP_OF_SCRIPT)
			orders->until[i][order->ended_by[i]] = true;
}

/* The task of the orders that stop as this one does; -1: none yet. */
static int task_of(const struct planner *planner, const char *text)
{
	/* Orders with a common beginning stand beside each other. */
	for (long i = planner->stopped_count - 1; i >= 0; i--)
		if (!strcmp(planner->stopped[i].text, text))
			return planner->stopped[i].task;
	return -1;
}

/* Keeps the text of one that stops. */
static void plan_order(
	struct planner *planner, long number, enum family family, struct order *order)
{
	struct orders *orders = planner->orders;
	int task = order->stopped ? task_of(planner, order->text) : -1;

	note_until(orders, order);
	if (task >= 0) {
		orders->task[task].weight++;
		free(order->text);
		return;
	}
	orders->task[orders->task_count] = (struct orders_task){number, 1, family};
	if (order->stopped)
		planner->stopped[planner->stopped_count++] =
			(struct stopped){order->text, orders->task_count};
	else
		free(order->text);
	orders->task_count++;
}

static bool plan_orders(struct planner *planner, enum family family)
{
	struct orders *orders = planner->orders;

	for (long i = 0; i < orders->count; i++) {
		struct order order;
		const struct order_request request = {.programs = &orders->programs,
			.turn = orders_turn(orders, i),
			.family = family,
			.kernel = orders->kernel,
			.settled = true};

		if (!order_write(&request, &order)) {
			free(order.text);
			return false;
		}
		plan_order(planner, i, family, &order);
	}
	return true;
}

static bool plan_family(struct orders *orders, enum family family)
{
	struct planner planner = {orders, calloc((size_t)orders->count, sizeof(struct stopped)), 0};
	bool good = planner.stopped && plan_orders(&planner, family);

	for (long i = 0; i < planner.stopped_count; i++)
		free(planner.stopped[i].text);
	free(planner.stopped);
	return good;
}

static enum status no_memory(void)
{
	message("no memory for the orders");
	return STATUS_ENVIRONMENT;
}

enum status orders_plan(struct orders *orders)
{
	orders->count = programs_orders(&orders->programs, ORDERS_LIMIT);
	if (orders->count > ORDERS_LIMIT) {
		message("%s: more than %d orders of its %d steps: move the first of them above an "
			"empty line, or take some out (closewait help orders)",
			orders->programs.experiment->name, ORDERS_LIMIT, orders->programs.length);
		return STATUS_MISUSE;
	}
	if (!allocate(orders))
		return no_memory();
	list_orders(orders);
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (orders->families & 1u << f && !plan_family(orders, (enum family)f))
			return no_memory();
	return STATUS_EXPECTED;
}

void orders_free(struct orders *orders)
{
	free(orders->turn);
	free(orders->task);
}
