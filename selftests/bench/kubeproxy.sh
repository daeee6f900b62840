# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# What a Kubernetes node with Flannel has in nf_tables: the base chains of
# kube-proxy's nftables mode with some Services, and Flannel's forward and
# masquerade rules. It makes conntrack track everything.

KUBE_SERVICES=100

service_chains()
{
	local i
	for ((i = 1; i <= KUBE_SERVICES; i++)); do
		cat <<-END
			chain service-$i {
				ip daddr 10.96.0.$i ip saddr != 10.244.0.0/16 jump mark-for-masquerade
				numgen random mod 2 vmap { 0 : goto endpoint-$i-0, 1 : goto endpoint-$i-1 }
			}
			chain endpoint-$i-0 {
				ip saddr 10.244.1.$((i + 10)) jump mark-for-masquerade
				meta l4proto tcp dnat to 10.244.1.$((i + 10)):8080
			}
			chain endpoint-$i-1 {
				ip saddr 10.244.2.$((i + 10)) jump mark-for-masquerade
				meta l4proto tcp dnat to 10.244.2.$((i + 10)):8080
			}
		END
	done
}

service_elements()
{
	local i
	for ((i = 1; i <= KUBE_SERVICES; i++)); do
		printf '10.96.0.%d . tcp . 80 : goto service-%d,\n' "$i" "$i"
	done
}

cluster_elements()
{
	local i
	for ((i = 1; i <= KUBE_SERVICES; i++)); do
		printf '10.96.0.%d,\n' "$i"
	done
}

kubeproxy_table()
{
	cat <<-END
		table ip kube-proxy {
		set cluster-ips {
			type ipv4_addr
			elements = { $(cluster_elements) }
		}
		set nodeport-ips {
			type ipv4_addr
			elements = { 192.0.2.1, 192.0.2.2 }
		}
		map no-endpoint-services {
			type ipv4_addr . inet_proto . inet_service : verdict
		}
		map firewall-ips {
			type ipv4_addr . inet_proto . inet_service : verdict
		}
		chain mark-for-masquerade {
			meta mark set meta mark or 0x4000
		}
		$(service_chains)
		map service-ips {
			type ipv4_addr . inet_proto . inet_service : verdict
			elements = { $(service_elements) }
		}
		map service-nodeports {
			type inet_proto . inet_service : verdict
		}
		chain services {
			ip daddr . meta l4proto . th dport vmap @service-ips
			ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports
		}
		$(kubeproxy_filter)
		$(kubeproxy_nat)
		}
	END
}

kubeproxy_filter()
{
	cat <<-'END'
		chain service-endpoints-check {
			ip daddr . meta l4proto . th dport vmap @no-endpoint-services
		}
		chain firewall-check {
			ip daddr . meta l4proto . th dport vmap @firewall-ips
		}
		chain cluster-ips-check {
			ip daddr @cluster-ips reject
		}
		chain filter-prerouting {
			type filter hook prerouting priority -110;
			ct state new jump firewall-check
		}
		chain filter-input {
			type filter hook input priority -110;
			ct state new jump service-endpoints-check
		}
		chain filter-forward {
			type filter hook forward priority -110;
			ct state new jump service-endpoints-check
			ct state new jump cluster-ips-check
		}
		chain filter-output {
			type filter hook output priority -110;
			ct state new jump service-endpoints-check
			ct state new jump firewall-check
		}
		chain filter-output-post-dnat {
			type filter hook output priority -90;
			ct state new jump cluster-ips-check
		}
	END
}

kubeproxy_nat()
{
	cat <<-'END'
		chain masquerading {
			meta mark & 0x4000 == 0 return
			meta mark set meta mark xor 0x4000
			masquerade fully-random
		}
		chain nat-prerouting {
			type nat hook prerouting priority -100;
			jump services
		}
		chain nat-output {
			type nat hook output priority -100;
			jump services
		}
		chain nat-postrouting {
			type nat hook postrouting priority 100;
			jump masquerading
		}
	END
}

flannel_table()
{
	cat <<-'END'
		table ip flannel-ipv4 {
		chain forward {
			type filter hook forward priority 0;
			ip saddr 10.244.0.0/16 accept
			ip daddr 10.244.0.0/16 accept
		}
		chain postrtg {
			type nat hook postrouting priority 100;
			meta mark & 0x4000 == 0x4000 return
			ip saddr 10.244.0.0/16 ip daddr 10.244.0.0/16 return
			ip saddr 10.244.0.0/16 ip daddr != 224.0.0.0/4 masquerade fully-random
		}
		}
	END
}

kubeproxy_ruleset()
{
	kubeproxy_table
	flannel_table
}

kubeproxy_up()
{
	local rules
	rules=$(kubeproxy_ruleset)
	in_ns nodea nft -f - <<<"$rules"
	in_ns nodeb nft -f - <<<"$rules"
}
