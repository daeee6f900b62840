/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (C) k8sov contributors */
/* Loops of libraries whose headers cppcheck does not read. */
#define json_array_foreach(a, i, v) \
	for (i = 0; (v = json_array_get(a, i)); i++)
#define json_object_foreach(o, k, v) \
	for (k = ""; (v = json_object_get(o, k)); )
#define mnl_attr_for_each(a, nlh, n) \
	for (a = mnl_nlmsg_get_payload_offset(nlh, n); mnl_attr_ok(a, 1); \
	     a = mnl_attr_next(a))
#define mnl_attr_for_each_nested(a, nest) \
	for (a = mnl_attr_get_payload(nest); mnl_attr_ok(a, 1); \
	     a = mnl_attr_next(a))
#define mnl_attr_for_each_payload(p, len) \
	for (attr = p; mnl_attr_ok(attr, len); attr = mnl_attr_next(attr))
