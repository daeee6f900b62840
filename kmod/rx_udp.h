/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_RX_UDP_H
#define _K8SOV_RX_UDP_H

struct list_head;
struct sk_buff;
struct sock;

/* Callbacks of tunnel sockets; sk_user_data is a struct k8sov_sock. */

int k8sov_rx_udp(struct sock *sk, struct sk_buff *skb);
int k8sov_rx_udp_error(struct sock *sk, struct sk_buff *skb);

struct sk_buff *k8sov_gro_udp(struct sock *sk, struct list_head *head,
			      struct sk_buff *skb);
int k8sov_gro_udp_complete(struct sock *sk, struct sk_buff *skb, int nhoff);

#endif /* _K8SOV_RX_UDP_H */
