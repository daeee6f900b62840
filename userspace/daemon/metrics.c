// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "metrics.h"

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "../lib/attr.h"

/* A metric's head; its samples follow at once, as the format demands. */
static void head(FILE *out, const char *name, const char *type,
		 const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void single(FILE *out, const char *name, const char *type,
		   const char *help, double value)
{
	head(out, name, type, help);
	fprintf(out, "%s %.17g\n", name, value);
}

static void label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\n')
			fputs("\\n", out);
		else if (*value == '"' || *value == '\\')
			fprintf(out, "\\%c", *value);
		else
			fputc(*value, out);
	}
	fputc('"', out);
}

static void labelled(FILE *out, const char *metric, const char *name,
		     const char *value, double number)
{
	fprintf(out, "%s{", metric);
	label(out, name, value);
	fprintf(out, "} %.17g\n", number);
}

static void write_store(FILE *out, const struct status *status)
{
	enum store_state s;

	head(out, "k8sov_agent_store_state", "gauge",
	     "1 for the state that the store is in.");
	for (s = STORE_STARTING; s <= STORE_REFUSED; s++)
		labelled(out, "k8sov_agent_store_state", "state",
			 status_store_name(s), status->store == s);
	single(out, "k8sov_agent_store_snapshots_total", "counter",
	       "Whole lists of the cluster that the store gave.",
	       (double)status->snapshots);
	if (status->snapshots)
		single(out, "k8sov_agent_store_snapshot_age_seconds", "gauge",
		       "Time since the store was last known to be current.",
		       status->snapshot_age);
	single(out, "k8sov_agent_store_snapshot_doubted", "gauge",
	       "1 if a list was not believed since too many nodes were gone.",
	       status->doubt);
}

static void write_cluster(FILE *out, const struct status *status)
{
	unsigned int b;

	head(out, "k8sov_agent_peers", "gauge",
	     "Other nodes of the cluster by how packets reach them.");
	for (b = 0; b < STATUS_BACKENDS; b++)
		labelled(out, "k8sov_agent_peers", "backend",
			 backend_name((enum backend)b),
			 (double)status->peers[b]);
	head(out, "k8sov_agent_entries", "gauge",
	     "Entries of the agent in the kernel.");
	labelled(out, "k8sov_agent_entries", "table", "host",
		 (double)status->hosts);
	labelled(out, "k8sov_agent_entries", "table", "subnet",
		 (double)status->subnets);
	single(out, "k8sov_agent_conflicts", "gauge",
	       "Subnets that more than one node has.",
	       (double)status->conflicts);
	head(out, "k8sov_agent_leases_ignored", "gauge",
	     "Leases of other nodes that are not in the tables.");
	labelled(out, "k8sov_agent_leases_ignored", "reason", "foreign-backend",
		 (double)status->foreign);
	labelled(out, "k8sov_agent_leases_ignored", "reason", "invalid",
		 (double)status->invalid);
}

static void write_runs(FILE *out, const struct status *status)
{
	static const char name[] = "k8sov_agent_reconcile_duration_seconds";
	uint64_t below = 0;
	char bound[32];
	unsigned int i;

	single(out, "k8sov_agent_reconcile_runs_total", "counter",
	       "Times that the kernel was compared with the cluster.",
	       (double)status->runs.count);
	single(out, "k8sov_agent_reconcile_errors_total", "counter",
	       "Times that this failed.", (double)status->errors);
	head(out, name, "histogram", "How long that took.");
	for (i = 0; i < STATUS_BUCKETS; i++) {
		below += status->runs.bucket[i];
		if (isinf(histogram_bound(i)))
			strcpy(bound, "+Inf");
		else
			snprintf(bound, sizeof(bound), "%g",
				 histogram_bound(i));
		fprintf(out, "%s_bucket{le=\"%s\"} %" PRIu64 "\n", name, bound,
			below);
	}
	fprintf(out, "%s_sum %.17g\n%s_count %" PRIu64 "\n", name,
		status->runs.sum, name, status->runs.count);
	head(out, "k8sov_agent_changes_total", "counter",
	     "Changes of entries in the kernel.");
	labelled(out, "k8sov_agent_changes_total", "result", "made",
		 (double)status->made);
	labelled(out, "k8sov_agent_changes_total", "result", "refused",
		 (double)status->refused);
	single(out, "k8sov_agent_changes_held", "gauge",
	       "Deletions that wait until the cluster is known.",
	       (double)status->held);
}

/* Counters of a device, one metric each. */
static const struct {
	const char *name;
	const char *help;
	size_t offset;
} traffic[] = {
	{ "k8sov_device_receive_packets_total", "Packets received.",
	  offsetof(struct k8sov_stats, rx_packets) },
	{ "k8sov_device_receive_bytes_total", "Bytes received.",
	  offsetof(struct k8sov_stats, rx_bytes) },
	{ "k8sov_device_transmit_packets_total", "Packets sent.",
	  offsetof(struct k8sov_stats, tx_packets) },
	{ "k8sov_device_transmit_bytes_total", "Bytes sent.",
	  offsetof(struct k8sov_stats, tx_bytes) },
	{ "k8sov_device_audited_total",
	  "Verdicts against packets that passed, for policy only audits.",
	  offsetof(struct k8sov_stats, audited) },
};

static void write_drops(FILE *out, const struct counters_device *device)
{
	const struct k8sov_drop_item *drop;
	unsigned int i;

	for (i = 0; i < device->stats.n_drop; i++) {
		const char *reason;

		drop = &device->stats.drop[i];
		reason = k8sov_enum_name(&k8sov_drop_enum, drop->reason);
		/* A newer kernel may know more reasons than we do. */
		if (!reason)
			continue;
		fputs("k8sov_device_drops_total{", out);
		label(out, "device", device->name);
		fputc(',', out);
		label(out, "reason", reason);
		fprintf(out, "} %" PRIu64 "\n", drop->packets);
	}
}

static void write_counters(FILE *out, const struct counters *counters)
{
	const struct counters_device *device;
	size_t t, d;

	if (!counters->devices)
		return;
	for (t = 0; t < sizeof(traffic) / sizeof(traffic[0]); t++) {
		head(out, traffic[t].name, "counter", traffic[t].help);
		for (d = 0; d < counters->devices; d++) {
			device = &counters->device[d];
			fprintf(out, "%s{", traffic[t].name);
			label(out, "device", device->name);
			fprintf(out, "} %" PRIu64 "\n",
				*(const uint64_t *)((const char *)&device->stats
						    + traffic[t].offset));
		}
	}
	head(out, "k8sov_device_drops_total", "counter",
	     "Packets dropped, by reason.");
	for (d = 0; d < counters->devices; d++)
		write_drops(out, &counters->device[d]);
}

static void write_policy(FILE *out, const struct policing_status *policy)
{
	if (!policy->told)
		return;
	single(out, "k8sov_agent_policy_in_force", "gauge",
	       "1 if the kernel had what all policies say.", policy->in_force);
	single(out, "k8sov_agent_policy_trouble", "gauge",
	       "1 if policies cannot be read, or the kernel not be told.",
	       policy->trouble && *policy->trouble);
	single(out, "k8sov_agent_policies", "gauge",
	       "Policies of all kinds.", (double)policy->policies);
	single(out, "k8sov_agent_policy_problems", "gauge",
	       "Policies that are not obeyed as they are: pods are isolated.",
	       (double)policy->problems);
	head(out, "k8sov_agent_policy_entries", "gauge",
	     "What policies are in the kernel of this node.");
	labelled(out, "k8sov_agent_policy_entries", "table", "ruleset",
		 (double)policy->rulesets);
	labelled(out, "k8sov_agent_policy_entries", "table", "identity",
		 (double)policy->identities);
	head(out, "k8sov_agent_policy_endpoints", "gauge",
	     "Pods of this node; those that are pending are isolated.");
	labelled(out, "k8sov_agent_policy_endpoints", "state", "ready",
		 (double)policy->ready);
	labelled(out, "k8sov_agent_policy_endpoints", "state", "pending",
		 (double)policy->pending);
	single(out, "k8sov_agent_policy_waiting", "gauge",
	       "Pending ones of pods that nobody has told of.",
	       (double)policy->waiting);
	single(out, "k8sov_agent_policy_errors_total", "counter",
	       "Times that the kernel could not be told.",
	       (double)policy->errors);
	single(out, "k8sov_agent_policy_changes_total", "counter",
	       "Changes that the kernel was told.", (double)policy->changes);
}

/**
 * metrics_write() - write what there is to know of agent and kernel
 * @out: where to
 * @status: of the agent
 * @counters: of the kernel
 */
void metrics_write(FILE *out, const struct status *status,
		   const struct counters *counters)
{
	head(out, "k8sov_agent_build_info", "gauge",
	     "1, with the version of the agent.");
	labelled(out, "k8sov_agent_build_info", "version", K8SOV_VERSION, 1);
	single(out, "k8sov_agent_ready", "gauge", "1 if /readyz says so.",
	       !status_unready(status));
	if (!status->policy_only) {
		write_store(out, status);
		write_cluster(out, status);
		write_runs(out, status);
	}
	write_policy(out, &status->policy);
	single(out, "k8sov_agent_kernel_up", "gauge",
	       "1 if the kernel told its counters.", counters->devices > 0);
	write_counters(out, counters);
}

/* Number @field of /proc/self/stat, counted behind the name from 3 on. */
static uint64_t proc_stat(unsigned int field)
{
	FILE *file = fopen("/proc/self/stat", "re");
	char line[1024] = "", *at;
	uint64_t number = 0;
	unsigned int i;

	if (!file)
		return 0;
	if (fgets(line, sizeof(line), file)) {
		at = strrchr(line, ')');
		for (i = 2; at && i < field; i++)
			at = strchr(at + 1, ' ');
		if (at)
			number = strtoull(at + 1, NULL, 10);
	}
	fclose(file);
	return number;
}

static unsigned int open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int n = 0;

	if (!dir)
		return 0;
	while (readdir(dir))
		n++;
	closedir(dir);
	/* Without itself, "." and "..". */
	return n - 3;
}

static double boot_time(void)
{
	struct timespec wall, up;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return (double)(wall.tv_sec - up.tv_sec);
}

/**
 * metrics_write_process() - write what every process tells Prometheus
 * @out: where to
 */
void metrics_write_process(FILE *out)
{
	long ticks = sysconf(_SC_CLK_TCK), page = sysconf(_SC_PAGESIZE);
	struct rlimit limit = {};
	struct timespec cpu;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	getrlimit(RLIMIT_NOFILE, &limit);
	single(out, "process_cpu_seconds_total", "counter",
	       "User and system time of the processor.",
	       (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9);
	single(out, "process_resident_memory_bytes", "gauge",
	       "Memory that is present.", (double)proc_stat(24) * (double)page);
	single(out, "process_virtual_memory_bytes", "gauge",
	       "Memory that is mapped.", (double)proc_stat(23));
	single(out, "process_open_fds", "gauge", "Files that are open.",
	       open_files());
	single(out, "process_max_fds", "gauge", "Files that may be.",
	       (double)limit.rlim_cur);
	single(out, "process_start_time_seconds", "gauge",
	       "When the process began, since 1970.",
	       boot_time() + (double)proc_stat(22) / (double)ticks);
}
