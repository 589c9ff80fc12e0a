/*
 * Payloads: strace's quoting read and printed, what it does not take, and which bytes agree.
 */
#include "check.h"
#include "language/payload.h"

static void quoting(void **state)
{
	static const struct {
		const char *text, *printed; /* NULL: as it was written */
		int length;
	} cases[] = {
		{"\"\"", NULL, 0},
		{"\"hello\\n\"", NULL, 6},
		{"\"\\n\\r\\t\\v\\f\\\\\\\"\"", NULL, 7},
		{"\"a b # c\"", NULL, 7},
		{"\"\\0\\1\\177\\377\"", NULL, 4},
		{"\"\\0001\"", NULL, 2},
		{"\"\\08\"", NULL, 2}, /* strace has \0008 */
		{"\"\\x41\\x00\\xfF\"", "\"A\\0\\377\"", 3},
		{"\"\\012\\015\"", "\"\\n\\r\"", 2},
		{"\"\\101\"", "\"A\"", 1},
		{"\"abc\"...", NULL, 3},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct payload payload;
		char text[WORD_LIMIT + 1];

		if (!payload_parse(&payload, cases[i].text))
			fail_msg("%s is not read", cases[i].text);
		assert_int_equal(payload.length, cases[i].length);
		payload_text(&payload, text, sizeof text);
		assert_string_equal(text, cases[i].printed ? cases[i].printed : cases[i].text);
	}
}

static void no_quoting(void **state)
{
	static const char *const texts[] = {"", "a", "\"", "\"a", "\"a\"b", "\"a\"..", "\"a\"....",
		"\"\\", "\"\\\"", "\"\\q\"", "\"\\x\"", "\"\\x1\"", "\"\\x-1\"", "\"\\400\"",
		"\"\t\"", "\"\x80\"", "\"\x7f\""};
	struct payload payload;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		if (payload_parse(&payload, texts[i]))
			fail_msg("%s is read", texts[i]);
}

/* Any byte before any other is printed so that it is read as it was. */
static void every_pair_of_bytes(void **state)
{
	(void)state;
	for (int a = 0; a < 256; a++)
		for (int b = 0; b < 256; b++) {
			struct payload payload = {0}, read;
			char bytes[] = {(char)a, (char)b}, text[WORD_LIMIT + 1];

			payload_keep(&payload, bytes, sizeof bytes);
			payload_text(&payload, text, sizeof text);
			assert_true(payload_parse(&read, text));
			assert_int_equal(read.length, 2);
			assert_memory_equal(read.byte, bytes, sizeof bytes);
			assert_int_equal(payload_is_zeroes(&payload), !a && !b);
		}
}

static void what_does_not_fit_is_cut(void **state)
{
	struct payload payload = {0}, read;
	char bytes[PAYLOAD_LIMIT + 1], text[WORD_LIMIT + 1];

	(void)state;
	memset(bytes, 'a', sizeof bytes);
	payload_keep(&payload, bytes, PAYLOAD_LIMIT);
	assert_false(payload.more);
	payload_text(&payload, text, sizeof text);
	assert_int_equal(strlen(text), WORD_LIMIT);
	assert_true(payload_parse(&read, text) && !read.more);
	payload_keep(&payload, bytes, sizeof bytes);
	assert_true(payload.more);
	assert_int_equal(payload.length, PAYLOAD_LIMIT);
	for (size_t size = 8; size <= sizeof text; size++) {
		payload_text(&payload, text, size);
		assert_true(strlen(text) < size);
		assert_true(payload_parse(&read, text) && read.more);
		assert_true(payloads_agree(&payload, &read));
	}
	memset(bytes, 1, sizeof bytes);
	payload_keep(&payload, bytes, 50);
	payload_text(&payload, text, sizeof text);
	assert_true(payload_parse(&read, text) && !read.more);
	payload_text(&payload, text, 9);
	assert_string_equal(text, "\"\\1\"...");
}

static void agreement(void **state)
{
	static const struct {
		const char *a, *b;
		bool agree;
	} cases[] = {
		{"\"abc\"", "\"abc\"", true},
		{"\"abc\"", "\"abd\"", false},
		{"\"abc\"", "\"ab\"", false},
		{"\"abc\"", "\"ab\"...", true},
		{"\"abc\"", "\"abc\"...", true},
		{"\"abc\"", "\"abcd\"...", false},
		{"\"abc\"...", "\"a\"...", true},
		{"\"abc\"...", "\"b\"...", false},
		{"\"\"", "\"\"...", true},
		{"\"\"", "\"a\"", false},
	};
	const struct payload none = {0};
	struct payload a, b;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(payload_parse(&a, cases[i].a) && payload_parse(&b, cases[i].b));
		if (payloads_agree(&a, &b) != cases[i].agree ||
			payloads_agree(&b, &a) != cases[i].agree)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
		assert_true(payloads_agree(&a, &none) && payloads_agree(&none, &a));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quoting),
		cmocka_unit_test(no_quoting),
		cmocka_unit_test(every_pair_of_bytes),
		cmocka_unit_test(what_does_not_fit_is_cut),
		cmocka_unit_test(agreement),
	};

	return cmocka_run_group_tests_name("payload", tests, NULL, NULL);
}
