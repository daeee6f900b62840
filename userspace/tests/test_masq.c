// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
/* The rules that nft reads. */
#include <stdlib.h>

#include "../daemon/masq.h"
#include "tap.h"

static const char v4_rules[] =
	"table inet k8sov\n"
	"delete table inet k8sov\n"
	"table inet k8sov {\n"
	"\tchain postrouting {\n"
	"\t\ttype nat hook postrouting priority srcnat\n"
	"\t\tmeta mark & 0x4000 == 0x4000 return\n"
	"\t\tip saddr 10.244.1.0/24 ip daddr 10.244.0.0/16 return\n"
	"\t\tip saddr 10.244.0.0/16 ip daddr 10.244.1.0/24 return\n"
	"\t\tip saddr != 10.244.0.0/16 ip daddr 10.244.1.0/24 return\n"
	"\t\tip saddr 10.244.0.0/16 ip daddr != 224.0.0.0/4 masquerade fully-random\n"
	"\t\tip saddr != 10.244.0.0/16 ip daddr 10.244.0.0/16 masquerade fully-random\n"
	"\t}\n"
	"}\n";

static void set(struct netconf *conf, struct lease *own, unsigned int f,
		const char *network, const char *subnet)
{
	conf->family[f].enabled = true;
	k8sov_prefix_parse(network, &conf->family[f].network,
			   &conf->family[f].len);
	k8sov_prefix_parse(subnet, &own->family[f].subnet,
			   &own->family[f].len);
}

int main(void)
{
	struct lease *own = lease_create("a", "a");
	struct netconf conf = {};
	char *text;

	set(&conf, own, V4, "10.244.0.0/16", "10.244.1.0/24");
	text = masq_format(&conf, own);
	tap_equal(v4_rules, text, "IPv4: the rules are Flannel's, in its order");
	free(text);
	set(&conf, own, V6, "fd00:244::/32", "fd00:244:1::/64");
	text = masq_format(&conf, own);
	tap_ok(strstr(text, "\tip6 saddr fd00:244::/32 ip6 daddr != ff00::/8 masquerade fully-random\n"),
	       "IPv6: what leaves the cluster is masqueraded");
	tap_ok(strstr(text, "\tip saddr 10.244.1.0/24 ip daddr 10.244.0.0/16 return\n"),
	       "both: IPv4 is still there");
	free(text);
	conf.family[V4].enabled = false;
	text = masq_format(&conf, own);
	tap_ok(!strstr(text, "\tip saddr"),
	       "a family that the cluster has not is left alone");
	free(text);
	lease_destroy(own);
	return tap_end();
}
