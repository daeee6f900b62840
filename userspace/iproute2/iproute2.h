/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
/*
 * What ip(8) offers to link types that it loads at run time. iproute2 installs
 * no header for them; these are the parts of its binary interface that have
 * been the same since 5.0.
 */
#ifndef _K8SOV_IPROUTE2_H
#define _K8SOV_IPROUTE2_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>

/**
 * struct link_util - a link type
 * @next: for ip
 * @id: name behind "type"
 * @maxattr: highest attribute of IFLA_INFO_DATA
 * @parse_opt: reads the words behind the type into a request; 0 if good
 * @print_opt: prints the attributes
 * @print_xstats: prints statistics, or NULL
 * @print_help: prints the words
 * @parse_ifla_xstats: or NULL
 * @print_ifla_xstats: or NULL
 */
struct link_util {
	struct link_util *next;
	const char *id;
	int maxattr;
	int (*parse_opt)(struct link_util *lu, int argc, char **argv,
			 struct nlmsghdr *n);
	void (*print_opt)(struct link_util *lu, FILE *f, struct rtattr *tb[]);
	void (*print_xstats)(struct link_util *lu, FILE *f,
			     struct rtattr *xstats);
	void (*print_help)(struct link_util *lu, int argc, char **argv,
			   FILE *f);
	int (*parse_ifla_xstats)(struct link_util *lu, int argc, char **argv);
	int (*print_ifla_xstats)(struct nlmsghdr *n, void *arg);
};

enum output_type {
	PRINT_FP = 1,
	PRINT_JSON = 2,
	PRINT_ANY = 4,
};

enum color_attr {
	COLOR_NONE = 6,
};

int addattr8(struct nlmsghdr *n, int maxlen, int type, __u8 data);
int addattr16(struct nlmsghdr *n, int maxlen, int type, __u16 data);
int addattr32(struct nlmsghdr *n, int maxlen, int type, __u32 data);
int addattr_l(struct nlmsghdr *n, int maxlen, int type, const void *data,
	      int alen);

/* These say what is wrong and leave the program. */
void invarg(const char *msg, const char *arg) __attribute__((noreturn));
void duparg(const char *key, const char *arg) __attribute__((noreturn));
void incomplete_command(void) __attribute__((noreturn));

unsigned int ll_name_to_index(const char *name);
const char *ll_index_to_name(unsigned int idx);

int print_color_string(enum output_type type, enum color_attr color,
		       const char *key, const char *fmt, const char *value);
int print_color_uint(enum output_type type, enum color_attr color,
		     const char *key, const char *fmt, unsigned int value);
int print_color_0xhex(enum output_type type, enum color_attr color,
		      const char *key, const char *fmt,
		      unsigned long long value);
int print_color_bool(enum output_type type, enum color_attr color,
		     const char *key, const char *fmt, bool value);

extern struct link_util k8sov_link_util;

#endif /* _K8SOV_IPROUTE2_H */
