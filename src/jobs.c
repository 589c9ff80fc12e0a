#include "jobs.h"

#include <stdlib.h>
#include <string.h>

/* A line for each part that was asked for and cannot be observed. */
static void tell_notes(const struct session *session)
{
	for (const char *at = session->notes; *at; at += strcspn(at, "\n") + 1)
		message("%.*s", (int)strcspn(at, "\n"), at);
}

enum status jobs_run(struct jobs *jobs)
{
	const struct work *work = &jobs->work;
	struct session session;
	char why[REASON_LIMIT];

	if (session_open(&session, &work->session, why, sizeof why)) {
		message("%s", why);
		return STATUS_ENVIRONMENT;
	}
	tell_notes(&session);
	for (int i = 0; i < work->task_count; i++) {
		struct report report = task_run(work, i, &session);

		jobs->give(jobs->context, &work->task[i], &report);
		free(report.text);
	}
	bool observed = session.wire, written = session_close(&session);

	jobs->captured = observed && written;
	return STATUS_SKIPPED;
}
