/*
 * coverage: included before every source of the build that measures coverage (scripts/check
 * --coverage). libgcov writes what was counted at exit(3), fork(2) and exec; a process that ends by
 * _exit(2) has to say so itself.
 */
#ifndef TEST_COVERAGE_H
#define TEST_COVERAGE_H

#include <gcov.h>
#include <unistd.h>

#define _exit(status) (__gcov_dump(), _exit(status))

#endif
