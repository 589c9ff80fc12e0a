/*
 * cmd: the commands of the program, each in a cmd_*.c of its own, and what they share.
 */
#ifndef CLOSEWAIT_CMD_H
#define CLOSEWAIT_CMD_H

#include "cmd/output_format.h"
#include "language/guard.h"
#include "run/session.h"
#include "util/message.h"

#include <getopt.h>
#include <stdbool.h>

struct command {
	const char *name;
	/* argv[0] is the command's name */
	enum status (*run)(int argc, char **argv);
	const char *summary;
};

enum status cmd_run(int argc, char **argv);
enum status cmd_list(int argc, char **argv);
enum status cmd_show(int argc, char **argv);
enum status cmd_check(int argc, char **argv);
enum status cmd_predict(int argc, char **argv);
enum status cmd_explain(int argc, char **argv);
enum status cmd_try(int argc, char **argv);
enum status cmd_diagnose(int argc, char **argv);
enum status cmd_explore(int argc, char **argv);
enum status cmd_orders(int argc, char **argv);
enum status cmd_record(int argc, char **argv);
enum status cmd_guest(int argc, char **argv);
enum status cmd_report(int argc, char **argv);

/* The next option as getopt_long gives it; an unknown or misused one becomes '?' and a message that
 * names the nearest known one. "--help" and "-h" print the command's help and become 'h', as do
 * "--version" and "-V". */
int cmd_next_option(int argc, char **argv, const struct option *options);

void cmd_print_version(void);

/* Reads a whole number from least to most, or says what option expected and returns false. */
bool cmd_number_option(const char *option, const char *text, long least, long most, long *value);

/* Reads the option's argument, a whole number from 1 to most, into *value. */
bool cmd_int_option(const char *option, int most, int *value);

/* Takes --stack=text: the stack's name, of printable characters; false after a message. */
bool cmd_stack_option(const char *text, struct session_options *session);

/* Adds the family that --family=text names; false after a message when there is none. */
bool cmd_family_option(const char *text, unsigned *families);

/* Finds the running kernel's version, against which guards are held; false after a message when
 * the kernel does not say. */
bool cmd_kernel(struct version *kernel);

/* How many processes for many experiments, which mostly wait: for packets, for timers. Some four a
 * processor keep it busy. */
int cmd_default_jobs(void);

/* Is colour wanted on stdout? Only on a terminal that has it, and never with NO_COLOR. */
bool cmd_colour(void);

#endif
