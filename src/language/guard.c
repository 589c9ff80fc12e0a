#include "language/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct version version_newest = {999, 0, 0};

enum { VERSION_PART_LIMIT = 9999 };

static bool part(const char **text, int *value)
{
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	long n = strtol(*text, &end, 10);

	if (n > VERSION_PART_LIMIT)
		return false;
	*text = end;
	*value = (int)n;
	return true;
}

/* Reads the version at *text and moves behind it. */
static bool version_at(const char **text, struct version *version)
{
	*version = (struct version){0};
	if (!part(text, &version->major) || **text != '.')
		return false;
	++*text;
	if (!part(text, &version->minor))
		return false;
	if (**text != '.')
		return true;
	++*text;
	return part(text, &version->patch);
}

bool version_parse(const char *text, struct version *version)
{
	return version_at(&text, version) && !*text;
}

bool version_of_kernel(const char *proc_version, struct version *version)
{
	static const char debian[] = " Debian ", release[] = "Linux version ";
	const char *at = proc_version;

	while ((at = strstr(at, debian))) {
		at += sizeof debian - 1;

		const char *start = at;

		if (version_at(&start, version))
			return true;
	}
	if (strncmp(proc_version, release, sizeof release - 1))
		return false;
	at = proc_version + sizeof release - 1;
	return version_at(&at, version);
}

static int version_compare(struct version a, struct version b)
{
	if (a.major != b.major)
		return a.major - b.major;
	if (a.minor != b.minor)
		return a.minor - b.minor;
	return a.patch - b.patch;
}

bool version_before(struct version v, int major, int minor)
{
	return v.major < major || (v.major == major && v.minor < minor);
}

/* Does kernel have the change? A version of its own stable series decides before mainline's. */
static bool has_change(const struct change *change, struct version kernel)
{
	struct version first = change->version[0];

	for (int i = 1; i < change->version_count; i++)
		if (change->version[i].major == kernel.major &&
			change->version[i].minor == kernel.minor)
			first = change->version[i];
	return version_compare(kernel, first) >= 0;
}

bool guard_holds(const struct guard *guard, enum family family, struct version kernel)
{
	return (!guard->families || guard->families & 1u << family) &&
	       (!guard->since.version_count || has_change(&guard->since, kernel)) &&
	       (!guard->before.version_count || !has_change(&guard->before, kernel));
}

static bool both_hold(const struct guard *a, const struct guard *b, struct version kernel)
{
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (guard_holds(a, (enum family)f, kernel) &&
			guard_holds(b, (enum family)f, kernel))
			return true;
	return false;
}

/* Do both guards hold on some kernel just before or at one of change's versions? */
static bool overlap_at(const struct guard *a, const struct guard *b, const struct change *change)
{
	for (int i = 0; i < change->version_count; i++) {
		struct version v = change->version[i];
		const struct version edges[] = {
			v,
			{v.major, v.minor, v.patch - 1},
			{v.major, v.minor, 0},
			{v.major, v.minor, VERSION_PART_LIMIT},
			{v.major, v.minor - 1, VERSION_PART_LIMIT},
			{v.major, v.minor + 1, 0},
		};

		for (size_t e = 0; e < sizeof edges / sizeof *edges; e++)
			if (edges[e].minor >= 0 && edges[e].patch >= 0 && both_hold(a, b, edges[e]))
				return true;
	}
	return false;
}

bool guards_overlap(const struct guard *a, const struct guard *b)
{
	const struct change *changes[] = {&a->since, &a->before, &b->since, &b->before};

	if (both_hold(a, b, (struct version){0}) ||
		both_hold(a, b, (struct version){.major = VERSION_PART_LIMIT}))
		return true;
	for (int i = 0; i < 4; i++)
		if (overlap_at(a, b, changes[i]))
			return true;
	return false;
}

bool guard_can_hold(const struct guard *guard)
{
	static const struct guard supported = {
		.since = {.version_count = 1, .version = {{.major = 3, .minor = 2}}}};

	return guards_overlap(guard, &supported);
}

static size_t version_text(struct version v, char *text, size_t size)
{
	int n = v.patch ? snprintf(text, size, " %d.%d.%d", v.major, v.minor, v.patch)
			: snprintf(text, size, " %d.%d", v.major, v.minor);

	return (size_t)n < size ? (size_t)n : size;
}

static size_t change_text(const char *word, const struct change *change, char *text, size_t size)
{
	size_t used = 0;

	if (change->version_count)
		used += (size_t)snprintf(text, size, " %s", word);
	for (int i = 0; i < change->version_count; i++)
		used += version_text(change->version[i], text + used, size - used);
	return used;
}

void guard_text(const struct guard *guard, char *text, size_t size)
{
	char buffer[512] = "";
	size_t used = 0;

	for (int f = 0; f < FAMILY_COUNT; f++)
		if (guard->families & 1u << f)
			used += (size_t)snprintf(buffer + used, sizeof buffer - used, " %s",
				family_name((enum family)f));
	used += change_text("since", &guard->since, buffer + used, sizeof buffer - used);
	change_text("before", &guard->before, buffer + used, sizeof buffer - used);
	snprintf(text, size, "%s", buffer[0] ? buffer + 1 : "");
}
