/*
 * cmd_help: the reference texts, and the vocabulary from its tables.
 */
#ifndef CLOSEWAIT_CMD_HELP_H
#define CLOSEWAIT_CMD_HELP_H

#include "util/message.h"

/* Prints the help on topic; STATUS_MISUSE and a message when there is none. */
enum status cmd_print_help(const char *topic);

#endif
