/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _MASQ_H
#define _MASQ_H

#include <uv.h>

#include "lease.h"
#include "netconf.h"

/*
 * Masquerading of what leaves the cluster, by nft(8): one table of our own,
 * "inet k8sov", that is replaced as a whole and comes back when somebody
 * flushes all rules. Like everything else, it stays when the agent ends.
 */
struct masq;

struct masq *masq_create(uv_loop_t *loop);
/* From now on there are these rules; the same again costs nothing. */
void masq_set(struct masq *masq, const struct netconf *conf,
	      const struct lease *own);
/* Instead: there is no table from now on. */
void masq_remove(struct masq *masq);
/* Gone after the loop turned once more; may be NULL. */
void masq_close(struct masq *masq);

/* Pure: what nft reads. The caller frees it. */
char *masq_format(const struct netconf *conf, const struct lease *own);

#endif /* _MASQ_H */
