// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* What is told to Prometheus, and when a node is ready. */
#include <stdlib.h>

#include "../daemon/metrics.h"
#include "tap.h"

static char *written(const struct status *status,
		     const struct counters *counters)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	metrics_write(out, status, counters);
	metrics_write_process(out);
	fclose(out);
	return text;
}

static struct status good_status(void)
{
	return (struct status){
		.scheme = "file", .store = STORE_SYNCED, .store_why = "",
		.snapshots = 1, .snapshot_age = 1.5, .own_known = true,
		.told = true, .device = "ov0", .device_up = true, .last_error = "",
	};
}

static bool has(const char *text, const char *line)
{
	const char *at = text;

	for (; (at = strstr(at, line)); at++)
		if (at[strlen(line)] == '\n' && (at == text || at[-1] == '\n'))
			return true;
	return false;
}

static void check_has(const char *text, const char *line)
{
	if (!tap_ok(has(text, line), line))
		printf("# %s\n", text);
}

static void test_samples(void)
{
	struct status status = good_status();
	struct counters_device device = {
		.name = "ov0",
		.stats = { .rx_packets = 1, .rx_bytes = 2, .tx_packets = 3,
			   .tx_bytes = (1ULL << 60) + 1, .n_drop = 1,
			   .drop = { { .reason = 1, .packets = 7 } } },
	};
	struct counters counters = { &device, 1 };
	char *text;

	status.peers[BACKEND_VXLAN] = 5000;
	status.conflicts = 2;
	status.policy = (struct policing_status){
		.told = true, .in_force = true, .policies = 9, .rulesets = 8,
		.identities = 7, .ready = 6, .pending = 5, .problems = 3,
		.waiting = 4, .trouble = "",
	};
	status.errors = 4;
	histogram_observe(&status.runs, 0.0001);
	histogram_observe(&status.runs, 0.02);
	histogram_observe(&status.runs, 60);
	text = written(&status, &counters);
	check_has(text, "k8sov_agent_policy_in_force 1");
	check_has(text, "k8sov_agent_policy_trouble 0");
	check_has(text, "k8sov_agent_policies 9");
	check_has(text, "k8sov_agent_policy_entries{table=\"ruleset\"} 8");
	check_has(text, "k8sov_agent_policy_entries{table=\"identity\"} 7");
	check_has(text, "k8sov_agent_policy_endpoints{state=\"ready\"} 6");
	check_has(text, "k8sov_agent_policy_endpoints{state=\"pending\"} 5");
	check_has(text, "k8sov_agent_policy_problems 3");
	check_has(text, "k8sov_agent_policy_waiting 4");
	check_has(text, "k8sov_agent_ready 1");
	check_has(text, "k8sov_agent_store_state{state=\"synced\"} 1");
	check_has(text, "k8sov_agent_store_state{state=\"stale\"} 0");
	check_has(text, "k8sov_agent_store_snapshot_age_seconds 1.5");
	check_has(text, "k8sov_agent_peers{backend=\"vxlan\"} 5000");
	check_has(text, "k8sov_agent_conflicts 2");
	check_has(text, "k8sov_agent_reconcile_runs_total 3");
	check_has(text, "k8sov_agent_reconcile_errors_total 4");
	check_has(text, "k8sov_agent_reconcile_duration_seconds_bucket{le=\"0.0001\"} 1");
	check_has(text, "k8sov_agent_reconcile_duration_seconds_bucket{le=\"0.01\"} 1");
	check_has(text, "k8sov_agent_reconcile_duration_seconds_bucket{le=\"10\"} 2");
	check_has(text, "k8sov_agent_reconcile_duration_seconds_bucket{le=\"+Inf\"} 3");
	check_has(text, "k8sov_agent_reconcile_duration_seconds_count 3");
	check_has(text, "k8sov_device_receive_packets_total{device=\"ov0\"} 1");
	check_has(text, "k8sov_device_transmit_bytes_total{device=\"ov0\"} 1152921504606846977");
	check_has(text, "k8sov_agent_kernel_up 1");
	tap_ok(strstr(text, "k8sov_device_drops_total{device=\"ov0\",reason=\""),
	       "drops are told by device and reason");
	free(text);
}

static void test_names(void)
{
	struct counters_device device = { .name = "a\"b\\c" };
	struct counters counters = { &device, 1 };
	struct status status = good_status();
	char *text = written(&status, &counters);

	check_has(text, "k8sov_device_receive_bytes_total{device=\"a\\\"b\\\\c\"} 0");
	free(text);
}

/* Cut at a blank or brace, the name of a sample, without the suffixes that a
 * histogram adds.
 */
static void name_of(const char *line, char name[static 128])
{
	static const char *const suffixes[] = { "_bucket", "_sum", "_count" };
	size_t i, len;

	snprintf(name, 128, "%.*s", (int)strcspn(line, " {"), line);
	for (i = 0; strstr(name, "_seconds_") && i < 3; i++) {
		len = strlen(name) - strlen(suffixes[i]);
		if (!strcmp(name + len, suffixes[i]))
			name[len] = '\0';
	}
}

/* The format's rules: head, then all samples of it; counters end in _total. */
static void test_conventions(void)
{
	struct counters_device devices[2] = { { .name = "a" }, { .name = "b" } };
	struct counters counters = { devices, 2 };
	struct status status = good_status();
	char *text = written(&status, &counters), *line, *save;
	char type[128] = "", name[132], seen[16384] = "\n";
	bool heads = true, counted = true, once = true;
	size_t samples = 0;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "# HELP ", 7))
			continue;
		if (!strncmp(line, "# TYPE ", 7)) {
			bool counter = strstr(line, " counter");

			snprintf(type, sizeof(type), "%.*s",
				 (int)strcspn(line + 7, " "), line + 7);
			counted &= counter == !strcmp(type + strlen(type) - 6,
						      "_total");
			snprintf(name, sizeof(name), "\n%s\n", type);
			once &= !strstr(seen, name);
			strncat(seen, name + 1,
				sizeof(seen) - strlen(seen) - 1);
			continue;
		}
		name_of(line, name);
		heads &= !strcmp(name, type);
		samples++;
	}
	tap_ok(heads && samples > 30, "every sample follows its own head");
	tap_ok(once, "every metric has one head");
	tap_ok(counted, "counters, and nothing else, end in _total");
	free(text);
}

static void test_process(void)
{
	struct counters counters = {};
	struct status status = good_status();
	char *text = written(&status, &counters), *at;
	double value;

	check_has(text, "k8sov_agent_kernel_up 0");
	tap_ok(!strstr(text, "k8sov_device_"),
	       "without the module there are no counters of devices");
	at = strstr(text, "\nprocess_resident_memory_bytes ");
	value = at ? strtod(strchr(at + 1, ' '), NULL) : 0;
	tap_ok(value > 1e5 && value < 1e12, "memory is told in bytes");
	at = strstr(text, "\nprocess_start_time_seconds ");
	value = at ? strtod(strchr(at + 1, ' '), NULL) : 0;
	tap_ok(value > 1.6e9 && value < 1e11, "the start is told in Unix time");
	free(text);
}

static void test_ready(void)
{
	struct status status = good_status();

	tap_ok(!status_unready(&status), "a node with everything is ready");
	status.store = STORE_STALE;
	tap_ok(!status_unready(&status), "it stays so if the store goes away");
	status.told = false;
	tap_equal("CNI plugins are not told this node's subnet",
		  status_unready(&status), "it is not before plugins know");
	status.snapshots = 0;
	tap_equal("the other nodes are not known yet", status_unready(&status),
		  "without a snapshot it is not");
	status.own_known = false;
	tap_equal("this node's subnet is not known yet",
		  status_unready(&status), "nor without its subnet");
	status.store = STORE_REFUSED;
	tap_equal("the store refuses this node", status_unready(&status),
		  "nor if the store refuses it");
	status.device_up = false;
	tap_equal("the device is not up", status_unready(&status),
		  "nor without the device");
}

static void test_ready_policy_only(void)
{
	struct status status = {
		.policy_only = true,
		.policy = { .told = true },
	};

	tap_equal("there is no device", status_unready(&status),
		  "where only policy is enforced, a device is needed");
	status.device_up = true;
	tap_equal("policies are not in force yet", status_unready(&status),
		  "and policies");
	status.policy.in_force = true;
	tap_ok(!status_unready(&status), "and no network");
}

int main(void)
{
	test_samples();
	test_names();
	test_conventions();
	test_process();
	test_ready();
	test_ready_policy_only();
	return tap_end();
}
