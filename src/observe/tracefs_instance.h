/*
 * tracefs_instance: a helper process, the keeper, that makes a trace instance and removes it on
 * request, or when the process that started it has ended, however that ended: there is one path of
 * removal.
 */
#ifndef CLOSEWAIT_TRACEFS_INSTANCE_H
#define CLOSEWAIT_TRACEFS_INSTANCE_H

#include <sys/types.h>

struct tracefs_instance {
	char path[64], enable[96]; /* of the instance; of the file that disables its events */
	pid_t pid;                 /* 0: none, -1: it could not be forked */
	int control; /* a socket to the keeper, which ends when it reads end of file */
};

/* Makes the instance called name of the tracefs mounted on tracing. Returns 0, or the negative
 * errno of fork(2), socketpair(2) or of the keeper's mkdir(2); -EPIPE when the keeper died. */
int tracefs_instance_start(struct tracefs_instance *keeper, const char *tracing, const char *name);

/* Removes the instance and reaps the keeper. Does nothing when there is none. */
void tracefs_instance_stop(struct tracefs_instance *keeper);

#endif
