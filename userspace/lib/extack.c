// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "extack.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "attr.h"
#include "error.h"

/* What the TLVs behind an error said. */
struct extack {
	const char *text;
	size_t text_len;
	uint32_t offset;
	uint32_t miss_type;
	bool in_nest;
};

static void read_u32(const struct nlattr *nla, uint32_t *value)
{
	if (mnl_attr_get_payload_len(nla) == sizeof(*value))
		memcpy(value, mnl_attr_get_payload(nla), sizeof(*value));
}

static void read_tlvs(const void *data, size_t len, struct extack *ack)
{
	const struct nlattr *attr;

	mnl_attr_for_each_payload(data, len) {
		switch (mnl_attr_get_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			ack->text = mnl_attr_get_payload(attr);
			ack->text_len = strnlen(ack->text,
						mnl_attr_get_payload_len(attr));
			break;
		case NLMSGERR_ATTR_OFFS:
			read_u32(attr, &ack->offset);
			break;
		case NLMSGERR_ATTR_MISS_TYPE:
			read_u32(attr, &ack->miss_type);
			break;
		case NLMSGERR_ATTR_MISS_NEST:
			ack->in_nest = true;
			break;
		}
	}
}

/* The code, and where the TLVs are: behind the failed request's header, and
 * the rest of it unless the kernel capped it; in a dump's end behind the code.
 */
static int read_error(const struct nlmsghdr *nlh, struct extack *ack)
{
	const char *data = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	size_t skip = sizeof(int);
	int code;

	if (nlh->nlmsg_type == NLMSG_ERROR)
		skip = sizeof(struct nlmsgerr);
	if (len < skip)
		return nlh->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	memcpy(&code, data, sizeof(code));
	if (nlh->nlmsg_type == NLMSG_ERROR &&
	    !(nlh->nlmsg_flags & NLM_F_CAPPED)) {
		struct nlmsgerr head;

		memcpy(&head, data, sizeof(head));
		if (head.msg.nlmsg_len > sizeof(head.msg))
			skip += NLMSG_ALIGN(head.msg.nlmsg_len) -
				sizeof(head.msg);
	}
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS && len > skip)
		read_tlvs(data + skip, len - skip, ack);
	return code > 0 ? -EBADMSG : code;
}

static const struct k8sov_op *request_op(const struct nlmsghdr *request)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);

	return k8sov_op_get(genl->cmd);
}

static void blame_attr(struct k8sov_error *err, const struct nlmsghdr *request,
		       const struct k8sov_op *op, const struct extack *ack)
{
	const struct k8sov_attr *known;
	const struct nlattr *nla;

	if (ack->miss_type && !ack->in_nest) {
		err->attr = ack->miss_type;
		err->missing = true;
	}
	mnl_attr_for_each(nla, request, sizeof(struct genlmsghdr))
		if ((const char *)nla ==
		    (const char *)request + ack->offset)
			err->attr = mnl_attr_get_type(nla);
	known = k8sov_attr_get(op->set, err->attr);
	if (!known)
		return;
	err->set = op->set;
	snprintf(err->attribute, sizeof(err->attribute), "%s", known->name);
}

/* The kernel did not say why; the code and the operation tell some of it. */
static void guess_text(struct k8sov_error *err, const struct k8sov_op *op)
{
	const char *noun = op->set->name;
	size_t size = sizeof(err->message);

	if (err->missing)
		snprintf(err->message, size, "'%s' is missing",
			 err->attribute);
	else if (err->code == EPERM)
		snprintf(err->message, size, "this needs CAP_NET_ADMIN");
	else if (err->code == ENODEV)
		snprintf(err->message, size, "there is no such k8sov device");
	else if (err->code == ENOENT)
		snprintf(err->message, size, "there is no such %s", noun);
	else if (err->code == EEXIST)
		snprintf(err->message, size, "the %s exists already", noun);
	else if (err->code == EOPNOTSUPP)
		snprintf(err->message, size,
			 "the loaded k8sov module cannot do '%s'", op->name);
	else
		snprintf(err->message, size, "%s", strerror(err->code));
}

/**
 * k8sov_extack_parse() - read an NLMSG_ERROR or NLMSG_DONE
 * @nlh: the message
 * @request: the request that it answers, NULL if that is no request of ours
 * @err: filled if the message tells of a failure
 *
 * Return: 0 if it is an acknowledgement, else the kernel's -errno.
 */
int k8sov_extack_parse(const struct nlmsghdr *nlh,
		       const struct nlmsghdr *request,
		       struct k8sov_error *err)
{
	const struct k8sov_op *op = request ? request_op(request) : NULL;
	struct extack ack = {};
	int code = read_error(nlh, &ack);

	if (!code)
		return 0;
	k8sov_error_clear(err);
	err->code = -code;
	err->refused = true;
	if (op)
		blame_attr(err, request, op, &ack);
	if (ack.text_len)
		snprintf(err->message, sizeof(err->message), "%.*s",
			 (int)ack.text_len, ack.text);
	else if (op)
		guess_text(err, op);
	else
		snprintf(err->message, sizeof(err->message), "%s",
			 strerror(err->code));
	return code;
}
