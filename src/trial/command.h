/*
 * command: the program's arguments and environment, in which the peer's address stands.
 */
#ifndef CLOSEWAIT_COMMAND_H
#define CLOSEWAIT_COMMAND_H

/* argv, which ends with NULL, with host and port in place of {host} and {port}; for command_free().
 * NULL without memory. */
char **command_arguments(char *const *argv, const char *host, const char *port);

/* This process's environment, in which CLOSEWAIT_HOST and CLOSEWAIT_PORT are set. The same. */
char **command_environment(const char *host, const char *port);

void command_free(char **words);

#endif
