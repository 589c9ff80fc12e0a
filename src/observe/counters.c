#include "observe/counters.h"

#include "util/proc_net.h"
#include "util/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Its counters may be named without it. */
static const char tcp_ext[] = "TcpExt";

static const char *const groups[] = {"Tcp", "TcpExt", "IpExt", "MPTcpExt", NULL};

static bool wanted(const char *group, size_t length)
{
	for (const char *const *g = groups; *g; g++)
		if (strlen(*g) == length && !memcmp(*g, group, length))
			return true;
	return false;
}

/* The next blank-separated word at *at, which moves behind it; its length is 0 at the end of the
 * line. */
static const char *next_word(const char **at, size_t *length)
{
	const char *word = *at + strspn(*at, " ");

	*length = strcspn(word, " \n");
	*at = word + *length;
	return word;
}

static void add(struct counters *counters, const char *group, size_t group_length, const char *name,
	size_t name_length, const char *value)
{
	struct counter *counter = &counters->counter[counters->count];

	if (counters->count == COUNTER_LIMIT || group_length + name_length >= COUNTER_NAME)
		return;
	memcpy(counter->name, group, group_length);
	memcpy(counter->name + group_length, name, name_length);
	counter->name[group_length + name_length] = '\0';
	counter->value = strtoll(value, NULL, 10);
	counters->count++;
}

static void parse_group(struct counters *counters, const char *names, const char *values)
{
	size_t group_length = strcspn(names, ":\n"), name_length, value_length;
	const char *group = names;

	names += group_length + (names[group_length] == ':');
	values += strcspn(values, ":\n");
	values += *values == ':';
	for (;;) {
		const char *name = next_word(&names, &name_length);
		const char *value = next_word(&values, &value_length);

		if (!name_length || !value_length)
			return;
		add(counters, group, group_length, name, name_length, value);
	}
}

void counters_parse(struct counters *counters, const char *text)
{
	while (*text) {
		const char *values = text + strcspn(text, "\n");

		if (!*values)
			return;
		values++;
		if (wanted(text, strcspn(text, ":\n")))
			parse_group(counters, text, values);
		text = values + strcspn(values, "\n");
		text += *text == '\n';
	}
}

static int read_file(struct counters *counters, const char *name)
{
	FILE *file = proc_net_open(name);
	char *text = NULL;
	size_t size = 0;

	if (!file)
		return -errno;
	/* A file of /proc has no NUL: this reads all of it. */
	ssize_t n = getdelim(&text, &size, '\0', file);
	int status = n < 0 ? -EIO : 0;

	if (n > 0)
		counters_parse(counters, text);
	free(text);
	fclose(file);
	return status;
}

int counters_read(struct counters *counters)
{
	counters->count = 0;
	int status = read_file(counters, "snmp");

	return status ? status : read_file(counters, "netstat");
}

static const struct counter *find(const struct counters *counters, const char *name)
{
	for (int i = 0; i < counters->count; i++) {
		const char *known = counters->counter[i].name;

		if (!strcmp(known, name) || (!strncmp(known, tcp_ext, sizeof tcp_ext - 1) &&
						    !strcmp(known + sizeof tcp_ext - 1, name)))
			return &counters->counter[i];
	}
	return NULL;
}

bool counters_value(const struct counters *counters, const char *name, long *value)
{
	const struct counter *counter = find(counters, name);

	if (counter)
		*value = (long)counter->value;
	return counter;
}

bool counters_moved(
	const struct counters *before, const struct counters *after, const char *name, long *moved)
{
	const struct counter *a = find(before, name), *b = find(after, name);

	if (!b)
		return false;
	/* The kernel leaves MPTcpExt out until it is first used. */
	*moved = (long)(b->value - (a ? a->value : 0));
	return true;
}

const char *counters_nearest(const struct counters *counters, const char *name)
{
	struct nearest nearest = {name, NULL, 0};

	for (int i = 0; i < counters->count; i++) {
		const char *known = counters->counter[i].name;

		text_offer_nearest(&nearest, known);
		if (!strncmp(known, tcp_ext, sizeof tcp_ext - 1))
			text_offer_nearest(&nearest, known + sizeof tcp_ext - 1);
	}
	return nearest.best;
}

/* Octets and packets of everything: they say nothing that the packets do not say better. */
static bool is_volume(const char *name)
{
	return !strncmp(name, "IpExt", 5) || !strcmp(name, "TcpInSegs") ||
	       !strcmp(name, "TcpOutSegs");
}

void counters_print_moved(const struct counters *before, const struct counters *after, FILE *out)
{
	for (int i = 0; i < after->count; i++) {
		const struct counter *counter = &after->counter[i], *was = &before->counter[i];

		/* Mostly at the same place: a search for each would cost a slow machine 15 ms. */
		if (i >= before->count || strcmp(was->name, counter->name) != 0)
			was = find(before, counter->name);
		long moved = (long)(counter->value - (was ? was->value : 0));

		if (moved && !is_volume(counter->name))
			fprintf(out, " %s %ld", counter->name, moved);
	}
}
