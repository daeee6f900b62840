// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include <stdlib.h>

int main(void)
{
	return EXIT_FAILURE;
}
