/* SPDX-License-Identifier: GPL-2.0-only */
#include_next <asm/byteorder.h>
#define cpu_to_be32(x)	__cpu_to_be32(x)
#define be32_to_cpu(x)	__be32_to_cpu(x)
