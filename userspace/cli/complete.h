/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
#ifndef _K8SOVCTL_COMPLETE_H
#define _K8SOVCTL_COMPLETE_H

void complete(char **words);

#endif /* _K8SOVCTL_COMPLETE_H */
