#include "guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

bool guard_holds(const struct guard *guard, enum family family, struct version kernel)
{
	if (guard->families && !(guard->families & 1u << family))
		return false;
	if (guard->change == GUARD_ALWAYS)
		return true;

	struct version change = guard->version[0];

	for (int i = 1; i < guard->version_count; i++)
		if (guard->version[i].major == kernel.major &&
			guard->version[i].minor == kernel.minor)
			change = guard->version[i];
	return (version_compare(kernel, change) >= 0) == (guard->change == GUARD_SINCE);
}

static bool both_hold(const struct guard *a, const struct guard *b, struct version kernel)
{
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (guard_holds(a, (enum family)f, kernel) &&
			guard_holds(b, (enum family)f, kernel))
			return true;
	return false;
}

bool guards_overlap(const struct guard *a, const struct guard *b)
{
	const struct guard *guards[] = {a, b};

	if (both_hold(a, b, (struct version){0}) ||
		both_hold(a, b, (struct version){.major = VERSION_PART_LIMIT}))
		return true;
	for (int g = 0; g < 2; g++)
		for (int i = 0; i < guards[g]->version_count; i++) {
			struct version v = guards[g]->version[i];
			const struct version edges[] = {
				v,
				{v.major, v.minor, v.patch - 1},
				{v.major, v.minor, 0},
				{v.major, v.minor, VERSION_PART_LIMIT},
				{v.major, v.minor - 1, VERSION_PART_LIMIT},
				{v.major, v.minor + 1, 0},
			};

			for (size_t e = 0; e < sizeof edges / sizeof *edges; e++)
				if (edges[e].minor >= 0 && edges[e].patch >= 0 &&
					both_hold(a, b, edges[e]))
					return true;
		}
	return false;
}

static size_t version_text(struct version v, char *text, size_t size)
{
	int n = v.patch ? snprintf(text, size, " %d.%d.%d", v.major, v.minor, v.patch)
			: snprintf(text, size, " %d.%d", v.major, v.minor);

	return (size_t)n < size ? (size_t)n : size;
}

void guard_text(const struct guard *guard, char *text, size_t size)
{
	char buffer[256] = "";
	size_t used = 0;

	for (int f = 0; f < FAMILY_COUNT; f++)
		if (guard->families & 1u << f)
			used += (size_t)snprintf(buffer + used, sizeof buffer - used, " %s",
				family_name((enum family)f));
	if (guard->change != GUARD_ALWAYS)
		used += (size_t)snprintf(buffer + used, sizeof buffer - used, " %s",
			guard->change == GUARD_SINCE ? "since" : "before");
	for (int i = 0; i < guard->version_count; i++)
		used += version_text(guard->version[i], buffer + used, sizeof buffer - used);
	snprintf(text, size, "%s", buffer[0] ? buffer + 1 : "");
}
