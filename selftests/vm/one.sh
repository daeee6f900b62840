#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# one.sh BEHAVIOUR COMMAND... - a command as one result of TAP
set -o pipefail
echo "1..1"
if "${@:2}" 2>&1 | sed -u 's/^/#! /'; then
	echo "ok 1 $1"
else
	echo "not ok 1 $1"
	exit 1
fi
