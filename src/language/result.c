#include "language/result.h"

#include <limits.h>

int result_count(const struct result *result)
{
	return 1 + result->other_count;
}

struct result result_alternative(const struct result *result, int i)
{
	struct result value = *result;

	value.other_count = 0;
	if (!i)
		return value;
	const struct alternative *other = &result->other[i - 1];

	return (struct result){.kind = other->kind,
		.relation = other->relation,
		.value = other->value,
		.second = other->second,
		.signal = other->signal};
}

static bool is_same(const struct result *a, const struct result *b)
{
	return a->kind == b->kind && a->relation == b->relation && a->value == b->value &&
	       a->second == b->second && a->signal == b->signal;
}

bool result_has(const struct result *result, const struct result *value)
{
	for (int i = 0; i < result_count(result); i++) {
		struct result other = result_alternative(result, i);

		if (is_same(&other, value))
			return true;
	}
	return false;
}

bool result_add(struct result *result, const struct result *value)
{
	if (result_has(result, value))
		return true;
	if (result->other_count == RESULT_OTHERS)
		return false;
	result->other[result->other_count++] = (struct alternative){.kind = value->kind,
		.relation = value->relation,
		.value = value->value,
		.second = value->second,
		.signal = value->signal};
	return true;
}

bool result_varies(const struct result *result)
{
	return result->kind == RESULT_RELATION || result->other_count;
}

bool result_may_be(const struct result *result, enum result_kind kind)
{
	bool may_be = result->kind == kind;

	for (int i = 0; i < result->other_count; i++)
		may_be |= result->other[i].kind == kind;
	return may_be;
}

static bool relation_holds(const struct result *relation, const struct result *number)
{
	switch (relation->relation) {
	case GREATER:
		return number->value > relation->value;
	case GREATER_EQUAL:
		return number->value >= relation->value;
	case LESS:
		return number->value < relation->value;
	case LESS_EQUAL:
		return number->value <= relation->value;
	case NOT_EQUAL:
		return number->value != relation->value;
	case WITHIN:
		return number->value >= relation->value && number->value <= relation->second;
	}
	return false;
}

static bool says_nothing(const struct result *r)
{
	return r->kind == RESULT_NONE || r->kind == RESULT_UNKNOWN;
}

/* The numbers that a number or a relation allows, but for those that are not equal. */
static void bounds(const struct result *r, long *least, long *most)
{
	bool number = r->kind == RESULT_NUMBER;

	*least = LONG_MIN;
	*most = LONG_MAX;
	if (number || r->relation == WITHIN || r->relation == GREATER_EQUAL)
		*least = r->value;
	if (number || r->relation == LESS_EQUAL)
		*most = r->value;
	if (r->relation == WITHIN)
		*most = r->second;
	if (!number && r->relation == GREATER && r->value < LONG_MAX)
		*least = r->value + 1;
	if (!number && r->relation == LESS && r->value > LONG_MIN)
		*most = r->value - 1;
}

/* Is there a number that both relations allow? */
static bool relations_meet(const struct result *a, const struct result *b)
{
	long least[2], most[2];

	bounds(a, &least[0], &most[0]);
	bounds(b, &least[1], &most[1]);
	long from = least[0] > least[1] ? least[0] : least[1];
	long to = most[0] < most[1] ? most[0] : most[1];

	if (from == to) /* one number, which neither may exclude */
		return !(a->relation == NOT_EQUAL && a->value == from) &&
		       !(b->relation == NOT_EQUAL && b->value == from);
	return from < to;
}

static bool values_agree(const struct result *a, const struct result *b)
{
	if (a->signal != b->signal || !payloads_agree(&a->data, &b->data))
		return false;
	if (a->kind == RESULT_RELATION && b->kind == RESULT_NUMBER)
		return relation_holds(a, b);
	if (b->kind == RESULT_RELATION && a->kind == RESULT_NUMBER)
		return relation_holds(b, a);
	if (a->kind != b->kind)
		return false;
	if (a->kind == RESULT_TIMEOUT && (!a->value || !b->value))
		return true;
	if (a->kind == RESULT_RELATION)
		return relations_meet(a, b);
	return a->value == b->value && a->second == b->second;
}

bool results_agree(const struct result *a, const struct result *b)
{
	if (says_nothing(a) || says_nothing(b))
		return true;
	for (int i = 0; i < result_count(a); i++)
		for (int j = 0; j < result_count(b); j++) {
			struct result left = result_alternative(a, i),
				      right = result_alternative(b, j);

			if (values_agree(&left, &right))
				return true;
		}
	return false;
}
