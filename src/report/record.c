#include "report/record.h"

#include "util/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { HEAD_LIMIT = 512, NUMBER_LIMIT = 1000000000 };

/* Of a frame's head, as far as it goes, and its text. */
static uLong checksum(const char *head, size_t head_length, const char *text, size_t length)
{
	uLong crc = crc32_z(0, (const Bytef *)head, head_length);

	return crc32_z(crc, (const Bytef *)text, length);
}

void record_write(FILE *out, const char *head, const char *text, size_t length)
{
	char line[HEAD_LIMIT];
	int size = snprintf(line, sizeof line, "%s %zu ", head, length);

	fprintf(out, "%s%08lx\n", line, checksum(line, (size_t)size, text, length));
	fwrite(text, 1, length, out);
	fputc('\n', out);
}

struct frame {
	struct words words;
	const char *field[RECORD_FIELDS];
	int field_count;
	const char *text;
	size_t length;
};

struct reader {
	const char *data, *at, *end;
	struct run_record *record;
	bool planned, memory_failed;
};

__attribute__((format(printf, 2, 3))) static bool malformed(
	struct reader *r, const char *format, ...)
{
	char what[RECORD_REASON_LIMIT / 2];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof what, format, arguments);
	va_end(arguments);
	snprintf(r->record->reason, sizeof r->record->reason, "byte %zu of the record: %s",
		(size_t)(r->at - r->data), what);
	return false;
}

/* Reads a whole number without sign or leading zero. */
static bool number(const char *text, long limit, long *value)
{
	char *end;

	if (*text < '0' || *text > '9' || (*text == '0' && text[1]))
		return false;
	*value = strtol(text, &end, 10);
	return !*end && *value <= limit;
}

/* Takes the head apart: the kind, the fields, the length; checks the checksum and steps over it. */
static bool read_frame(struct reader *r, struct frame *f)
{
	size_t left = (size_t)(r->end - r->at);
	const char *newline = memchr(r->at, '\n', left < HEAD_LIMIT ? left : HEAD_LIMIT), *what;
	long length;
	int column;

	if (!newline || memchr(r->at, '\0', (size_t)(newline - r->at)) ||
		!text_cut(&f->words, r->at, (size_t)(newline - r->at), &column, &what) ||
		f->words.comment || f->words.count < 3 || f->words.count > RECORD_FIELDS + 3)
		return malformed(r, "expected a frame's head");
	const char *crc_text = f->words.word[f->words.count - 1].text;
	size_t head = (size_t)(newline - r->at) - strlen(crc_text);

	f->field_count = f->words.count - 3;
	for (int i = 0; i < f->field_count; i++)
		f->field[i] = f->words.word[i + 1].text;
	if (!number(f->words.word[f->words.count - 2].text, RECORD_TEXT, &length) ||
		strlen(crc_text) != 8 || strspn(crc_text, "0123456789abcdef") != 8)
		return malformed(r, "expected a length and a checksum");
	f->text = newline + 1;
	f->length = (size_t)length;
	if ((size_t)(r->end - f->text) <= f->length || f->text[f->length] != '\n')
		return malformed(r, "the frame '%.20s' is cut off", f->words.word[0].text);
	uLong crc = checksum(r->at, head, f->text, f->length);

	if (crc != strtoul(crc_text, NULL, 16) || memchr(f->text, '\0', f->length))
		return malformed(r, "the frame '%.20s' is damaged", f->words.word[0].text);
	r->at = f->text + f->length + 1;
	return true;
}

static char *copy_text(struct reader *r, const struct frame *f)
{
	char *copy = strndup(f->text, f->length);

	r->memory_failed = !copy;
	return copy;
}

static bool take_plan(struct reader *r, const struct frame *f)
{
	struct run_record *record = r->record;
	long version = 1;

	if (f->field_count == 3 && (!number(f->field[2], NUMBER_LIMIT, &version) || version < 2 ||
					   version > RECORD_VERSION))
		return malformed(r, "a record of version %.20s: this closewait reads up to %d",
			f->field[2], RECORD_VERSION);
	if (r->planned || !number(f->field[0], RECORD_RUNS, &record->planned) ||
		!number(f->field[1], NUMBER_LIMIT, &record->booted))
		return malformed(r, "no plan, or a second one");
	r->planned = true;
	record->run = calloc((size_t)record->planned + 1, sizeof *record->run);
	r->memory_failed = !record->run;
	return record->run;
}

static bool take_about(struct reader *r, const struct frame *f)
{
	if (r->record->about)
		return malformed(r, "a second about");
	r->record->about = copy_text(r, f);
	return r->record->about;
}

static bool take_run(struct reader *r, const struct frame *f)
{
	struct run_record *record = r->record;
	struct record_run run = {0};
	long verdict;

	if (record->run_count >= record->planned)
		return malformed(r, "more runs than planned");
	if (!record_name_valid(f->field[0]) || !record_name_valid(f->field[1]) ||
		!symbol_value(verdicts, f->field[2], &verdict) ||
		!number(f->field[3], NUMBER_LIMIT, &run.microseconds))
		return malformed(r, "expected a run's name, family, verdict and time");
	if (record_find(record, f->field[0], f->field[1]))
		return malformed(r, "%.40s %.20s a second time", f->field[0], f->field[1]);
	run.verdict = (enum verdict)verdict;
	run.name = strdup(f->field[0]);
	run.family = strdup(f->field[1]);
	run.trace = copy_text(r, f);
	record->run[record->run_count++] = run;
	r->memory_failed |= !run.name || !run.family;
	return !r->memory_failed;
}

static bool take_difference(struct reader *r, const struct frame *f)
{
	struct run_record *record = r->record;
	struct record_difference d = {0}, *grown;

	if (record->difference_count >= RECORD_DIFFERENCES ||
		!record_find(record, f->field[0], f->field[1]) ||
		!number(f->field[2], NUMBER_LIMIT, &d.shown) ||
		!number(f->field[3], NUMBER_LIMIT, &d.runs) || d.shown > d.runs)
		return malformed(r, "a difference of a run before it was expected, and how often");
	grown = reallocarray(record->difference, (size_t)record->difference_count + 1, sizeof d);
	if (grown) {
		record->difference = grown;
		d.name = strdup(f->field[0]);
		d.family = strdup(f->field[1]);
		d.text = copy_text(r, f);
		grown[record->difference_count++] = d;
	}
	r->memory_failed |= !grown || !d.name || !d.family;
	return !r->memory_failed;
}

static bool take_log(struct reader *r, const struct frame *f)
{
	struct record_log *log = &r->record->log;

	if (!strcmp(f->field[0], "before") && !log->before) {
		log->before = copy_text(r, f);
		return log->before;
	}
	if (!strcmp(f->field[0], "during") && !log->during) {
		log->during = copy_text(r, f);
		return log->during;
	}
	return malformed(r, "a log from before or during the runs was expected, once");
}

static bool take_end(struct reader *r, const struct frame *f)
{
	struct run_record *record = r->record;
	long runs;

	if (!number(f->field[0], RECORD_RUNS, &runs) ||
		!number(f->field[1], NUMBER_LIMIT, &record->ended) || runs != record->planned ||
		record->run_count != record->planned)
		return malformed(
			r, "%d of %ld runs at the end", record->run_count, record->planned);
	if (r->at != r->end)
		return malformed(r, "something behind the end");
	record->complete = true;
	return true;
}

static const struct {
	const char *kind;
	int fields;
	bool (*take)(struct reader *r, const struct frame *f);
} kinds[] = {
	{"plan", 3, take_plan},
	{"plan", 2, take_plan}, /* version 1 */
	{"about", 0, take_about},
	{"run", 4, take_run},
	{"difference", 4, take_difference},
	{"log", 1, take_log},
	{"end", 2, take_end},
};

static bool take_frame(struct reader *r, const struct frame *f)
{
	const char *kind = f->words.word[0].text;

	if (!r->planned && strcmp(kind, "plan") != 0)
		return malformed(r, "the first frame is no plan");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(kind, kinds[i].kind) && f->field_count == kinds[i].fields)
			return kinds[i].take(r, f);
	return malformed(r, "'%.20s' with %d words is no frame", kind, f->field_count);
}

struct run_record *record_read(const char *data, size_t size)
{
	struct reader r = {.data = data, .at = data, .end = data + size};
	struct frame frame = {0};

	r.record = calloc(1, sizeof *r.record);
	if (!r.record)
		return NULL;
	if (!size)
		snprintf(r.record->reason, sizeof r.record->reason, "no record arrived");
	while (!r.record->complete && r.at < r.end)
		if (!read_frame(&r, &frame) || !take_frame(&r, &frame))
			break;
	if (!r.record->complete && !r.record->reason[0])
		snprintf(r.record->reason, sizeof r.record->reason,
			"the record ends after %d of %ld runs", r.record->run_count,
			r.record->planned);
	if (!r.memory_failed)
		return r.record;
	record_free(r.record);
	errno = ENOMEM;
	return NULL;
}

void record_free(struct run_record *record)
{
	if (!record)
		return;
	for (int i = 0; i < record->run_count; i++) {
		free(record->run[i].name);
		free(record->run[i].family);
		free(record->run[i].trace);
	}
	for (int i = 0; i < record->difference_count; i++) {
		free(record->difference[i].name);
		free(record->difference[i].family);
		free(record->difference[i].text);
	}
	free(record->run);
	free(record->difference);
	free(record->about);
	free(record->log.before);
	free(record->log.during);
	free(record);
}

const struct record_run *record_find(
	const struct run_record *record, const char *name, const char *family)
{
	for (int i = 0; i < record->run_count; i++)
		if (!strcmp(record->run[i].name, name) && !strcmp(record->run[i].family, family))
			return &record->run[i];
	return NULL;
}

bool record_name_valid(const char *name)
{
	static const char valid[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+~-";

	return *name && *name != '.' && *name != '-' && !name[strspn(name, valid)];
}

bool record_value(const char *lines, const char *key, char *value, size_t size)
{
	size_t length = strlen(key);

	value[0] = '\0';
	for (const char *at = lines; at && *at;) {
		size_t line = strcspn(at, "\n");

		if (line > length && !memcmp(at, key, length) && at[length] == ' ') {
			snprintf(value, size, "%.*s", (int)(line - length - 1), at + length + 1);
			return true;
		}
		at += line + (at[line] != '\0');
	}
	return false;
}

const char *record_experiment(const struct record_difference *difference)
{
	const char *empty_line = strstr(difference->text, "\n\n");

	return empty_line ? empty_line + 2 : "";
}
