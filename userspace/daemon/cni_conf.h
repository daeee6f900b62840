/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _CNI_CONF_H
#define _CNI_CONF_H

/*
 * What container runtimes read to attach pods: our plugin, and those that are
 * chained behind it.
 */

/* Pure: a list of networks (.conflist) with these plugins, which have commas
 * between; @subnet_file may be NULL. The caller frees it.
 */
char *cni_conf_format(const char *device, const char *subnet_file,
		      const char *plugins);

/* Those of @plugins that are in one of the directories @dirs; all have commas
 * between. "" without the first. The caller frees it.
 */
char *cni_conf_installed(const char *plugins, const char *dirs);

#endif /* _CNI_CONF_H */
