/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM k8sov

#if !defined(_K8SOV_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _K8SOV_TRACE_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "drop.h"
#include "host.h"

DECLARE_EVENT_CLASS(k8sov_packet,
	TP_PROTO(const struct net_device *dev, const struct sk_buff *skb,
		 const struct k8sov_host *host),
	TP_ARGS(dev, skb, host),
	TP_STRUCT__entry(
		__array(char, dev, IFNAMSIZ)
		__field(const void *, skb)
		__field(unsigned int, len)
		__field(u16, protocol)
		__field(u32, host)
		__field(u8, encap)
	),
	TP_fast_assign(
		strscpy(__entry->dev, dev->name, IFNAMSIZ);
		__entry->skb = skb;
		__entry->len = skb->len;
		__entry->protocol = be16_to_cpu(skb->protocol);
		__entry->host = host->id;
		__entry->encap = host->encap;
	),
	TP_printk("dev=%s skb=%p len=%u protocol=0x%04x host=%u encap=%u",
		  __entry->dev, __entry->skb, __entry->len,
		  __entry->protocol, __entry->host, __entry->encap)
);

/* A packet that is about to be encapsulated. */
DEFINE_EVENT(k8sov_packet, k8sov_tx,
	TP_PROTO(const struct net_device *dev, const struct sk_buff *skb,
		 const struct k8sov_host *host),
	TP_ARGS(dev, skb, host)
);

/* A packet that was decapsulated and passed all checks. */
DEFINE_EVENT(k8sov_packet, k8sov_rx,
	TP_PROTO(const struct net_device *dev, const struct sk_buff *skb,
		 const struct k8sov_host *host),
	TP_ARGS(dev, skb, host)
);

TRACE_EVENT(k8sov_drop,
	TP_PROTO(const struct net_device *dev, const struct sk_buff *skb,
		 enum k8sov_drop reason),
	TP_ARGS(dev, skb, reason),
	TP_STRUCT__entry(
		__array(char, dev, IFNAMSIZ)
		__array(char, reason, 16)
		__field(const void *, skb)
		__field(unsigned int, len)
		__field(u16, protocol)
	),
	TP_fast_assign(
		strscpy(__entry->dev, dev->name, IFNAMSIZ);
		strscpy(__entry->reason, k8sov_drop_name(reason), 16);
		__entry->skb = skb;
		__entry->len = skb->len;
		__entry->protocol = be16_to_cpu(skb->protocol);
	),
	TP_printk("dev=%s reason=%s skb=%p len=%u protocol=0x%04x",
		  __entry->dev, __entry->reason, __entry->skb,
		  __entry->len, __entry->protocol)
);

#endif /* _K8SOV_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
