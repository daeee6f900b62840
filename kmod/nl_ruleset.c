// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */

#include "nl.h"

#include "change.h"
#include "device.h"
#include "policy.h"
#include "refuse.h"
#include "tables.h"
#include "txn.h"

static int put_head(struct sk_buff *skb, const struct k8sov_ruleset *rs)
{
	int err = 0;

	if (*rs->name)
		err = nla_put_string(skb, K8SOV_A_RULESET_NAME, rs->name);
	return err ?: nla_put_u32(skb, K8SOV_A_RULESET_DEFAULT_RULE,
				  rs->blob.default_rule) ?:
	       nla_put_u32(skb, K8SOV_A_RULESET_RULES, rs->n_rules) ?:
	       nla_put_u32(skb, K8SOV_A_RULESET_MEMBERS,
			   rs->blob.n_members) ?:
	       nla_put_u32(skb, K8SOV_A_RULESET_RANGES, rs->blob.n_ranges);
}

static int put_key(struct sk_buff *skb, const struct k8sov_dev *kov,
		   const struct k8sov_ruleset *rs)
{
	return nla_put_u32(skb, K8SOV_A_RULESET_IFINDEX, kov->dev->ifindex) ?:
	       k8sov_nl_u64_put(skb, K8SOV_A_RULESET_OWNER, rs->owner) ?:
	       nla_put_u32(skb, K8SOV_A_RULESET_ID, rs->id);
}

static int fill_head(struct sk_buff *skb, const struct k8sov_nl_head *head,
		     const struct k8sov_dev *kov,
		     const struct k8sov_ruleset *rs)
{
	void *msg = k8sov_nl_msg_start(skb, head);

	return k8sov_nl_msg_end(skb, msg, !msg || put_key(skb, kov, rs) ||
				put_head(skb, rs));
}

/* Note a change, and tell of it if it is one of the live tables. */
static void note_change(const struct k8sov_nl_req *req, u8 cmd,
			const struct k8sov_ruleset *rs)
{
	struct k8sov_nl_head head;
	struct sk_buff *skb;

	if (!k8sov_nl_note(req, K8SOV_TABLE_RULESET))
		return;
	skb = k8sov_nl_event_new(req->net);
	if (!skb)
		return;
	head = k8sov_nl_event_head(req->info, cmd);
	k8sov_nl_event_send(req->net, skb, fill_head(skb, &head, req->kov, rs));
}

static int get_id(const struct genl_info *info, u32 *id)
{
	const struct nlattr *attr = info->attrs[K8SOV_A_RULESET_ID];

	if (!attr)
		return k8sov_refuse_missing(info->extack, K8SOV_A_RULESET_ID,
					    "the request names no ruleset");
	*id = nla_get_u32(attr);
	return 0;
}

/**
 * k8sov_nl_ruleset_get_doit() - handle ruleset-get
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() refused, -EINVAL without id, -ENOENT,
 * -ENOMEM.
 */
int k8sov_nl_ruleset_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct k8sov_nl_head head = k8sov_nl_reply_head(info);
	struct k8sov_ruleset *rs;
	struct k8sov_nl_req req;
	struct sk_buff *reply;
	int err;
	u32 id;

	err = get_id(info, &id) ?: k8sov_nl_enter(&req, skb, info, 0);
	if (err)
		return err;

	rs = k8sov_ruleset_find(k8sov_tables_locked(req.kov)->endpoints, id);
	if (!rs) {
		err = k8sov_refuse(info->extack,
				   info->attrs[K8SOV_A_RULESET_ID], -ENOENT,
				   "there is no such ruleset");
		goto out_leave;
	}
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	err = -ENOMEM;
	if (reply)
		err = k8sov_nl_reply(&req, reply,
				     fill_head(reply, &head, req.kov, rs));
out_leave:
	k8sov_nl_leave(&req);
	return err;
}

static int put_rule(struct sk_buff *skb, const struct k8sov_rule *rule)
{
	struct nlattr *nest = nla_nest_start(skb, K8SOV_A_RULESET_RULE);
	int err = nest ? 0 : -EMSGSIZE;

	if (!err && *rule->name)
		err = nla_put_string(skb, K8SOV_A_RULE_NAME, rule->name);
	if (!err)
		err = nla_put_u32(skb, K8SOV_A_RULE_ACTION, rule->action);
	if (!err && rule->log)
		err = nla_put_flag(skb, K8SOV_A_RULE_LOG);
	if (!err)
		err = k8sov_nl_u64_put(skb, K8SOV_A_RULE_HITS,
				       atomic64_read(&rule->hits));
	if (err)
		nla_nest_cancel(skb, nest);
	else
		nla_nest_end(skb, nest);
	return err;
}

/* Rules that have not been sent, as many as fit. */
static void put_rules(struct sk_buff *skb, const struct k8sov_ruleset *rs,
		      u32 *part)
{
	u32 end = min(*part + K8SOV_RULESET_PART_MAX, rs->n_rules);

	while (*part < end && !put_rule(skb, rs->rules[*part]))
		++*part;
}

/* The same of an array whose first entry is the @base-th part. */
static void put_array(struct sk_buff *skb, int attr, const void *array,
		      size_t size, u32 base, u32 n, u32 *part)
{
	int room = min_t(int, skb_tailroom(skb), U16_MAX) - NLA_HDRLEN;
	u32 first = *part - base;

	if (*part < base || first >= n || room < (int)size)
		return;
	n = min_t(u32, n - first, room / size);
	if (!nla_put(skb, attr, n * size, array + first * size))
		*part += n;
}

/*
 * One message with what fits of the rules, members and ranges, in this order,
 * that have not been sent.
 */
static int dump_part(struct k8sov_nl_dump *dump,
		     const struct k8sov_ruleset *rs)
{
	const struct k8sov_ruleset_blob *blob = &rs->blob;
	void *msg = k8sov_nl_dump_start(dump, K8SOV_CMD_RULESET_GET);
	u32 part = dump->cur->part;
	struct sk_buff *skb = dump->skb;
	int err;

	err = !msg || put_key(skb, dump->kov, rs) ||
	      (!part && put_head(skb, rs));
	if (!err) {
		put_rules(skb, rs, &part);
		put_array(skb, K8SOV_A_RULESET_MEMBER, blob->members,
			  sizeof(*blob->members), rs->n_rules,
			  blob->n_members, &part);
		put_array(skb, K8SOV_A_RULESET_RANGE, blob->ranges,
			  sizeof(*blob->ranges), rs->n_rules + blob->n_members,
			  blob->n_ranges, &part);
		err = part == dump->cur->part;
	}
	err = k8sov_nl_msg_end(skb, msg, err);
	if (!err)
		dump->cur->part = part;
	return err;
}

static struct k8sov_ruleset *next_ruleset(const struct k8sov_nl_dump *dump)
{
	struct k8sov_endpoints *eps = k8sov_tables_locked(dump->kov)->endpoints;
	const struct nlattr *id = dump->attrs[K8SOV_A_RULESET_ID];

	if (!id)
		return k8sov_ruleset_next(eps, dump->cur->key);
	if (dump->cur->key == nla_get_u32(id))
		return NULL;
	return k8sov_ruleset_find(eps, nla_get_u32(id));
}

static int dump_rulesets(struct k8sov_nl_dump *dump)
{
	struct k8sov_ruleset *rs;
	int err;

	while ((rs = next_ruleset(dump))) {
		while (dump->cur->part < k8sov_ruleset_parts(rs)) {
			err = dump_part(dump, rs);
			if (err)
				return err;
		}
		dump->cur->key = rs->id;
		dump->cur->part = 0;
	}
	return 0;
}

/**
 * k8sov_nl_ruleset_get_dumpit() - handle the dump of ruleset-get
 * @skb: where messages go
 * @cb: the dump
 *
 * Return: as k8sov_nl_dump().
 */
int k8sov_nl_ruleset_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	return k8sov_nl_dump(skb, cb, k8sov_ruleset_get_nl_policy,
			     ARRAY_SIZE(k8sov_ruleset_get_nl_policy) - 1,
			     dump_rulesets);
}

static int parse_rule(struct k8sov_ruleset *rs, const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[K8SOV_A_RULE_MAX + 1];
	const char *name = NULL;
	int err;

	err = nla_parse_nested(tb, K8SOV_A_RULE_MAX, attr,
			       k8sov_rule_nl_policy, extack);
	if (err)
		return err;
	if (!tb[K8SOV_A_RULE_ACTION])
		return k8sov_refuse(extack, attr, -EINVAL,
				    "the rule has no action");
	if (tb[K8SOV_A_RULE_HITS])
		return k8sov_refuse(extack, tb[K8SOV_A_RULE_HITS], -EINVAL,
				    "the hits of a rule cannot be set");
	if (tb[K8SOV_A_RULE_NAME])
		name = nla_data(tb[K8SOV_A_RULE_NAME]);
	return k8sov_ruleset_add_rule(rs, name,
				      nla_get_u32(tb[K8SOV_A_RULE_ACTION]),
				      tb[K8SOV_A_RULE_LOG]);
}

static int parse_rules(struct k8sov_ruleset *rs, const struct genl_info *info)
{
	const struct nlattr *attr;
	int rem, err;

	nla_for_each_attr(attr, genlmsg_data(info->genlhdr),
			  genlmsg_len(info->genlhdr), rem) {
		if (nla_type(attr) != K8SOV_A_RULESET_RULE)
			continue;
		if (rs->n_rules == K8SOV_RULESET_RULE_MAX)
			return k8sov_refuse(info->extack, attr, -E2BIG,
					    "the ruleset has too many rules");
		err = parse_rule(rs, attr, info->extack);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/* Number of entries in an attribute that is an array of them. */
static int count_entries(const struct genl_info *info, int type, size_t size,
			 u32 *n)
{
	const struct nlattr *attr = info->attrs[type];

	*n = attr ? nla_len(attr) / size : 0;
	if (!attr || nla_len(attr) % size == 0)
		return 0;
	return k8sov_refuse(info->extack, attr, -EINVAL,
			    "the attribute ends inside an entry");
}

static int parse_arrays(struct k8sov_ruleset *rs, const struct genl_info *info)
{
	const struct nlattr *members = info->attrs[K8SOV_A_RULESET_MEMBER];
	const struct nlattr *ranges = info->attrs[K8SOV_A_RULESET_RANGE];
	u32 n_members, n_ranges;
	int err;

	err = count_entries(info, K8SOV_A_RULESET_MEMBER,
			    sizeof(struct k8sov_policy_member), &n_members) ?:
	      count_entries(info, K8SOV_A_RULESET_RANGE,
			    sizeof(struct k8sov_policy_range), &n_ranges);
	if (!err && n_members)
		err = k8sov_ruleset_add_members(rs, nla_data(members),
						n_members);
	if (!err && n_ranges)
		err = k8sov_ruleset_add_ranges(rs, nla_data(ranges), n_ranges);
	return err;
}

static int parse_ruleset(const struct genl_info *info,
			 struct k8sov_ruleset **out)
{
	struct nlattr **attrs = info->attrs;
	const char *name = NULL;
	struct k8sov_ruleset *rs;
	int err;
	u32 id;

	err = get_id(info, &id);
	if (err)
		return err;
	if (attrs[K8SOV_A_RULESET_NAME])
		name = nla_data(attrs[K8SOV_A_RULESET_NAME]);
	rs = k8sov_ruleset_create(name);
	if (!rs)
		return -ENOMEM;
	rs->id = id;
	if (attrs[K8SOV_A_RULESET_DEFAULT_RULE])
		rs->blob.default_rule =
			nla_get_u32(attrs[K8SOV_A_RULESET_DEFAULT_RULE]);
	err = parse_rules(rs, info) ?: parse_arrays(rs, info);
	if (err)
		k8sov_ruleset_put(rs);
	else
		*out = rs;
	return err;
}

static int set_ruleset(const struct k8sov_nl_req *req, struct k8sov_ruleset *rs)
{
	struct k8sov_endpoints *eps;
	struct k8sov_change change;
	int err;

	eps = k8sov_txn_endpoints(req->kov, req->txn);
	if (IS_ERR(eps))
		return PTR_ERR(eps);
	k8sov_nl_change(req, &change);
	rs->owner = change.owner;
	rs->txn = req->txn ? req->txn->id : 0;
	if (change.flags & NLM_F_APPEND)
		return k8sov_ruleset_append(&change, eps, rs);
	err = k8sov_ruleset_set(&change, eps, rs);
	if (!err)
		note_change(req, K8SOV_CMD_RULESET_NTF, rs);
	return err;
}

static int check_append(const struct genl_info *info)
{
	u16 flags = info->nlhdr->nlmsg_flags;

	if (!(flags & NLM_F_APPEND))
		return 0;
	if (flags & (NLM_F_CREATE | NLM_F_EXCL | NLM_F_REPLACE))
		return k8sov_refuse(info->extack, NULL, -EINVAL,
				    "what appends neither creates nor replaces");
	if (info->attrs[K8SOV_A_RULESET_NAME])
		return k8sov_refuse(info->extack,
				    info->attrs[K8SOV_A_RULESET_NAME], -EINVAL,
				    "what appends cannot change the name");
	return 0;
}

/**
 * k8sov_nl_ruleset_new_doit() - handle ruleset-new
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter(), k8sov_ruleset_set() or
 * k8sov_ruleset_append() refused, -EINVAL without id, or if an attribute or a
 * rule is incomplete, or if it appends and creates, -E2BIG with too many rules,
 * -ENOMEM.
 */
int k8sov_nl_ruleset_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct k8sov_ruleset *rs;
	struct k8sov_nl_req req;
	int err;

	err = check_append(info) ?: parse_ruleset(info, &rs);
	if (err)
		return err;
	err = k8sov_nl_enter(&req, skb, info, K8SOV_NL_WRITE |
			     K8SOV_NL_CREATE | K8SOV_NL_APPEND |
			     K8SOV_NL_HAS_TXN);
	if (!err) {
		err = set_ruleset(&req, rs);
		k8sov_nl_leave(&req);
	}
	k8sov_ruleset_put(rs);
	return err;
}

static int delete_ruleset(const struct k8sov_nl_req *req, u32 id)
{
	struct k8sov_endpoints *eps;
	struct k8sov_change change;
	struct k8sov_ruleset *rs;
	int err;

	eps = k8sov_txn_endpoints(req->kov, req->txn);
	if (IS_ERR(eps))
		return PTR_ERR(eps);
	k8sov_nl_change(req, &change);
	/* The event shows the ruleset as it was. */
	rs = k8sov_ruleset_find(eps, id);
	if (rs)
		k8sov_ruleset_get(rs);
	err = k8sov_ruleset_delete(&change, eps, id);
	if (!err)
		note_change(req, K8SOV_CMD_RULESET_DEL_NTF, rs);
	if (rs)
		k8sov_ruleset_put(rs);
	return err;
}

/**
 * k8sov_nl_ruleset_del_doit() - handle ruleset-del
 * @skb: request
 * @info: parsed request
 *
 * Return: 0, what k8sov_nl_enter() or k8sov_ruleset_delete() refused, -EINVAL
 * without id, -ENOMEM.
 */
int k8sov_nl_ruleset_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct k8sov_nl_req req;
	int err;
	u32 id;

	err = get_id(info, &id) ?: k8sov_nl_enter(&req, skb, info,
						  K8SOV_NL_WRITE |
						  K8SOV_NL_HAS_TXN);
	if (err)
		return err;
	err = delete_ruleset(&req, id);
	k8sov_nl_leave(&req);
	return err;
}
