/*
 * fault: what test_faults tells the library that it loads before the program.
 */
#ifndef TEST_FAULT_H
#define TEST_FAULT_H

#include <stdatomic.h>

struct fault {
	char function[32];
	int error;       /* the errno with which it fails */
	atomic_int left; /* calls until then, that one included; below 1 it has failed */
};

#endif
