/*
 * Runs a fuzzer's target on files: the seeds, and what it has found. usage: fuzz_TARGET FILE...
 */
#include "fuzz.h"

static int replay(const char *name)
{
	FILE *file = fopen(name, "re");
	static uint8_t data[1 << 20];

	if (!file) {
		perror(name);
		return 3;
	}
	size_t size = fread(data, 1, sizeof data, file);

	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	return 0;
}

int main(int argc, char **argv)
{
	int status = argc > 1 ? 0 : 2;

	for (int i = 1; i < argc && !status; i++)
		status = replay(argv[i]);
	return status;
}
