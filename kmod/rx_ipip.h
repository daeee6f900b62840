/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOV_RX_IPIP_H
#define _K8SOV_RX_IPIP_H

int k8sov_rx_ipip_init(void);
void k8sov_rx_ipip_exit(void);

#endif /* _K8SOV_RX_IPIP_H */
