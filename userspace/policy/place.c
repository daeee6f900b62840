// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) k8sov contributors */
#include "place.h"

static unsigned int width(const struct place_key *key)
{
	return key->v6 ? 128 : 32;
}

/* @key becomes the prefix of this length that contains it. */
static void cut(struct place_key *key, unsigned int len)
{
	unsigned int byte = len / 8;

	key->len = (uint8_t)len;
	if (byte >= sizeof(key->addr))
		return;
	key->addr[byte] &= (uint8_t)(0xff00 >> len % 8);
	memset(key->addr + byte + 1, 0, sizeof(key->addr) - byte - 1);
}

static void key_of(struct place_key *key, const struct k8sov_addr *addr,
		   unsigned int len)
{
	memset(key, 0, sizeof(*key));
	key->v6 = addr->family == AF_INET6;
	memcpy(key->addr, &addr->v6, key->v6 ? 16 : 4);
	cut(key, len);
}

static bool bit(const struct place_key *key, unsigned int i)
{
	return key->addr[i / 8] & 0x80 >> i % 8;
}

/* Length of the longest prefix that both are in. */
static unsigned int common(const struct place_key *a, const struct place_key *b)
{
	unsigned int n = a->len < b->len ? a->len : b->len, i = 0;

	while (i + 8 <= n && a->addr[i / 8] == b->addr[i / 8])
		i += 8;
	while (i < n && bit(a, i) == bit(b, i))
		i++;
	return i;
}

static struct place *place_new(const struct place_key *key, unsigned int len,
			       struct place *parent)
{
	struct place *place = memory_must(calloc(1, sizeof(*place)));

	place->key = *key;
	cut(&place->key, len);
	place->parent = parent;
	return place;
}

static void adopt(struct place *place, struct place *child)
{
	place->child[bit(&child->key, place->key.len)] = child;
	child->parent = place;
}

/* The place of a prefix, made if there is none. */
static struct place *place_get(struct places *places,
			       const struct place_key *key)
{
	struct place **at = &places->root[key->v6], *parent = NULL;
	struct place *node, *place;
	unsigned int n = 0;

	while ((node = *at)) {
		n = common(&node->key, key);
		if (n < node->key.len)
			break;
		if (n == key->len)
			return node;
		parent = node;
		at = &node->child[bit(key, n)];
	}
	if (!node)
		return *at = place_new(key, key->len, parent);
	*at = place_new(key, n, parent);
	adopt(*at, node);
	if (n == key->len)
		return *at;
	place = place_new(key, key->len, NULL);
	adopt(*at, place);
	return place;
}

static bool is_needed(const struct place *place)
{
	return place->claims || place->network || place->want || place->have ||
	       place->dirty || (place->child[0] && place->child[1]);
}

/* Take a place out of the trie, and what only held it there. */
static void place_drop(struct places *places, struct place *place)
{
	struct place *child, *parent, **at;

	while (place && !is_needed(place)) {
		parent = place->parent;
		child = place->child[0] ? place->child[0] : place->child[1];
		at = parent ? &parent->child[parent->child[1] == place] :
			      &places->root[place->key.v6];
		*at = child;
		if (child)
			child->parent = parent;
		free(place);
		place = child ? NULL : parent;
	}
}

/**
 * place_next() - walk through a place and all in it
 * @top: the place, or NULL
 * @place: where the walk is; @top first
 *
 * Return: the next one, or NULL after the last.
 */
struct place *place_next(const struct place *top, struct place *place)
{
	if (place->child[0] || place->child[1])
		return place->child[0] ? place->child[0] : place->child[1];
	for (; place != top; place = place->parent)
		if (place == place->parent->child[0] &&
		    place->parent->child[1])
			return place->parent->child[1];
	return NULL;
}

static void list_place(struct place_list *list, struct place *place)
{
	list->place = memory_grow(list->place, list->n,
				  sizeof(struct place *));
	list->place[list->n++] = place;
}

/**
 * place_touch() - something that a place's identity depends on changed
 * @places: all places
 * @place: the place
 */
void place_touch(struct places *places, struct place *place)
{
	if (place->dirty)
		return;
	place->dirty = true;
	list_place(&places->dirty, place);
}

/**
 * place_claim() - an address is somebody's from now on
 * @places: all places
 * @addr: the address
 * @holder: whose
 *
 * Return: the claim.
 */
struct claim *place_claim(struct places *places, const struct k8sov_addr *addr,
			  struct holder *holder)
{
	struct claim *claim = memory_must(calloc(1, sizeof(*claim)));
	struct place_key key;

	key_of(&key, addr, addr->family == AF_INET6 ? 128 : 32);
	claim->place = place_get(places, &key);
	claim->holder = holder;
	claim->next = claim->place->claims;
	claim->place->claims = claim;
	place_touch(places, claim->place);
	return claim;
}

/**
 * place_unclaim() - an address is somebody's no more
 * @places: all places
 * @claim: the claim, freed
 */
void place_unclaim(struct places *places, struct claim *claim)
{
	struct claim **at = &claim->place->claims;

	while (*at != claim)
		at = &(*at)->next;
	*at = claim->next;
	place_touch(places, claim->place);
	free(claim);
}

/**
 * claim_is_of() - whether a claim is of an address
 * @claim: the claim
 * @addr: the address
 *
 * Return: whether it is.
 */
bool claim_is_of(const struct claim *claim, const struct k8sov_addr *addr)
{
	struct place_key key;

	key_of(&key, addr, addr->family == AF_INET6 ? 128 : 32);
	return !memcmp(&key, &claim->place->key, sizeof(key));
}

static struct network *network_get(struct places *places,
				   const struct policy_cidr *cidr)
{
	struct place_key key;
	struct place *place;

	key_of(&key, &cidr->addr, cidr->len);
	place = place_get(places, &key);
	if (!place->network)
		place->network = memory_must(calloc(1, sizeof(struct network)));
	if (!place->changed) {
		place->changed = true;
		list_place(&places->changed, place);
	}
	return place->network;
}

/**
 * places_add_block() - rules ask about a network from now on
 * @places: all places
 * @atom: atom of the network
 */
void places_add_block(struct places *places, struct atom *atom)
{
	struct network *network = network_get(places, &atom->block);
	size_t i;

	atom_append(&network->block, &network->blocks, atom);
	for (i = 0; i < atom->excepts; i++) {
		network = network_get(places, &atom->except[i]);
		atom_append(&network->hole, &network->holes, atom);
	}
}

/**
 * places_remove_block() - rules ask about a network no more
 * @places: all places
 * @atom: atom of the network
 */
void places_remove_block(struct places *places, struct atom *atom)
{
	struct network *network = network_get(places, &atom->block);
	size_t i;

	atom_cancel(network->block, &network->blocks, atom);
	for (i = 0; i < atom->excepts; i++) {
		network = network_get(places, &atom->except[i]);
		atom_cancel(network->hole, &network->holes, atom);
	}
}

/* The longest network that a place is in, maybe itself. */
static const struct place *network_at(const struct place *place)
{
	while (place && !place->network)
		place = place->parent;
	return place;
}

/* Which networks is @place in: all that begin at or above it, less those that
 * have an exception there.
 */
static struct set *blocks_of(struct places *places, const struct place *place)
{
	struct atom **in = NULL, **out = NULL;
	const struct network *network;
	size_t i, n = 0, outs = 0, kept = 0;
	const struct place *at;
	struct set *set;

	for (at = network_at(place); at; at = network_at(at->parent)) {
		network = at->network;
		for (i = 0; i < network->blocks; i++)
			atom_append(&in, &n, network->block[i]);
		for (i = 0; i < network->holes; i++) {
			atom_append(&out, &outs, network->hole[i]);
			network->hole[i]->mark = true;
		}
	}
	for (i = 0; i < n; i++)
		if (!in[i]->mark)
			in[kept++] = in[i];
	for (i = 0; i < outs; i++)
		out[i]->mark = false;
	set = set_get(&places->ids->pool, in, kept);
	free(in);
	free(out);
	return set;
}

static void settle_network(struct places *places, struct place *place)
{
	struct network *network = place->network;
	struct set *set;

	if (!network->blocks && !network->holes) {
		set_put(&places->ids->pool, network->set);
		free(network->block);
		free(network->hole);
		free(network);
		place->network = NULL;
		return;
	}
	set = blocks_of(places, place);
	set_put(&places->ids->pool, network->set);
	network->set = set;
}

static void settle_changed(struct places *places)
{
	struct place *top, *place;

	while (places->changed.n) {
		top = places->changed.place[--places->changed.n];
		top->changed = false;
		for (place = top; place; place = place_next(top, place)) {
			if (place->network || place->want)
				place_touch(places, place);
			if (place->network)
				settle_network(places, place);
		}
	}
}

/**
 * places_settle() - find what identities dirty places are to be of
 * @places: all places
 */
void places_settle(struct places *places)
{
	const struct place *network;
	struct identity *want;
	struct place *place;
	struct set *labels;
	size_t i;

	settle_changed(places);
	for (i = 0; i < places->dirty.n; i++) {
		place = places->dirty.place[i];
		labels = place->claims ? place->claims->holder->set : NULL;
		want = NULL;
		if (labels || place->network) {
			network = network_at(place);
			want = identity_get(places->ids, labels, network ?
					    network->network->set : NULL);
		}
		identity_put(places->ids, place->want);
		place->want = want;
	}
}

/**
 * places_settled() - the kernel was told of all dirty places
 * @places: all places
 */
void places_settled(struct places *places)
{
	struct place *place;

	while (places->dirty.n) {
		place = places->dirty.place[--places->dirty.n];
		place->dirty = false;
		if (place->want != place->have) {
			places->told -= !!place->have;
			places->told += !!place->want;
			identity_put(places->ids, place->have);
			place->have = place->want ?
				      identity_hold(place->want) : NULL;
		}
		place_drop(places, place);
	}
}

/**
 * place_identity() - what the kernel finds for an address
 * @place: the address, settled
 *
 * Return: number of its identity, or 0 if it has none.
 */
uint32_t place_identity(const struct place *place)
{
	if (!place->want)
		place = network_at(place);
	return place && place->want ? place->want->id : 0;
}

/**
 * place_cidr() - the prefix of a place
 * @place: the place
 * @cidr: set
 */
void place_cidr(const struct place *place, struct policy_cidr *cidr)
{
	memset(cidr, 0, sizeof(*cidr));
	cidr->addr.family = place->key.v6 ? AF_INET6 : AF_INET;
	memcpy(&cidr->addr.v6, place->key.addr, width(&place->key) / 8);
	cidr->len = place->key.len;
}

/**
 * places_exit() - free all places, which nobody claims any more
 * @places: all places
 */
void places_exit(struct places *places)
{
	free(places->dirty.place);
	free(places->changed.place);
}
