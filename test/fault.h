/*
 * fault: what test_faults tells the library that it loads before the program.
 */
#ifndef TEST_FAULT_H
#define TEST_FAULT_H

#include <stdatomic.h>
#include <stdint.h>

/* Of the calls from one place in the program more than ALIKE are of a kind: explain allocates for
 * each of the catalogue's experiments at the same eight places. */
enum { FAULT_PLACES = 256, FAULT_ALIKE = 16 };

struct fault {
	char function[32];
	int error;       /* the errno with which it fails */
	atomic_int left; /* calls until then, that one included; below 1 it has failed */
	struct fault_place {
		atomic_uintptr_t caller; /* the return address; 0: none yet */
		atomic_int calls;
	} places[FAULT_PLACES];
};

#endif
