// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#define CREATE_TRACE_POINTS
#include "trace.h"
