/*
 * rules_sysctl: the model's rule of sysctl, and the sysctls that it knows.
 */
#include "model/rules.h"
#include "model/sysctl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* They only make timers shorter, or a backlog, and leave all else as it is. With the values that
 * every kernel takes (ipv4_net_table[]): of others the result is not known. */
static const struct known_sysctl {
	const char *name;
	long preset, least, most;
} known_sysctls[SYSCTL_COUNT] = {
	[SYSCTL_FIN_TIMEOUT] = {"net.ipv4.tcp_fin_timeout", 60, 1, 1000000},
	[SYSCTL_RETRIES1] = {"net.ipv4.tcp_retries1", 3, 1, 255},
	[SYSCTL_RETRIES2] = {"net.ipv4.tcp_retries2", 15, 0, 255},
	[SYSCTL_ORPHAN_RETRIES] = {"net.ipv4.tcp_orphan_retries", 0, 0, 255},
	[SYSCTL_SYN_RETRIES] = {"net.ipv4.tcp_syn_retries", 6, 1, 127},
	[SYSCTL_KEEPALIVE_TIME] = {"net.ipv4.tcp_keepalive_time", 7200, 1, 1000000},
	[SYSCTL_KEEPALIVE_INTVL] = {"net.ipv4.tcp_keepalive_intvl", 75, 1, 1000000},
	[SYSCTL_KEEPALIVE_PROBES] = {"net.ipv4.tcp_keepalive_probes", 9, 0, 255},
	[SYSCTL_RTO_MAX_MS] = {"net.ipv4.tcp_rto_max_ms", 120000, 1000, 120000},
	[SYSCTL_SOMAXCONN] = {"net.core.somaxconn", SOMAXCONN, 1, 65535},
	[SYSCTL_RTO_MIN_US] = {"net.ipv4.tcp_rto_min_us", 200000, 1, 200000},
};

void sysctl_preset(struct model *m)
{
	for (int i = 0; i < SYSCTL_COUNT; i++)
		m->sysctl[i] = known_sysctls[i].preset;
}

bool sysctl_changed(const struct model *m)
{
	for (int i = 0; i < SYSCTL_COUNT; i++)
		if (m->sysctl[i] != known_sysctls[i].preset)
			return true;
	return false;
}

bool sysctl_changes_rto(const struct model *m)
{
	return m->sysctl[SYSCTL_RTO_MAX_MS] != known_sysctls[SYSCTL_RTO_MAX_MS].preset ||
	       m->sysctl[SYSCTL_RTO_MIN_US] != known_sysctls[SYSCTL_RTO_MIN_US].preset;
}

/* Its place in the table, or SYSCTL_COUNT. */
static int find_known(const char *name)
{
	int i = 0;

	while (i < SYSCTL_COUNT && strcmp(name, known_sysctls[i].name) != 0)
		i++;
	return i;
}

void model_sysctl(struct model *m, const struct step *step, struct prediction *p)
{
	int id = find_known(step->word[0]);
	char *end;
	long value = strtol(step->word[1], &end, 10);

	if (!strcmp(step->word[0], "net.ipv4.tcp_fastopen") && step->word_count == 2 && !*end) {
		m->fastopen = strtol(step->word[1], NULL, 0);
		answer_value(p, RULE_NAMESPACE, RESULT_NUMBER, 0);
		return;
	}
	if (id == SYSCTL_COUNT || *end || step->word_count != 2) {
		answer_lost(m, p); /* it can change anything that follows */
		return;
	}
	if (value >= known_sysctls[id].least && value <= known_sysctls[id].most)
		answer_value(p, RULE_NAMESPACE, RESULT_NUMBER, 0);
	else if (!value) /* some kernels take 0: if not, the timer that it shortens is not waited
			    for */
		answer_unknown(p);
	else {
		answer_lost(m, p);
		return;
	}
	m->sysctl[id] = value;
}
