// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest prefix match: by hand, at random against an array, without memory
 *
 * Copyright (C) k8sov contributors
 */
#include "shim.h"

#include <arpa/inet.h>

#include "lpm_oracle.h"
#include "tap.h"

/*
 * A script is words:
 *   +P=V  insert P        +P!E  insert P fails with errno E
 *   -P    remove P        -P!   P is not there
 *   =P=V  set value of P  ?A=V  lookup of A gives V, "-": nothing
 *   ^P=Q  P is covered by Q     >P=Q  after P comes Q, "*": first or last
 *   #N    N entries       0     no memory is held
 */
struct script {
	const char *name;
	const char *words;
};

static const struct script scripts[] = {
	{ "an empty table matches nothing", "#0 0 ?1.2.3.4=- ?0.0.0.0=- >*=*" },
	{ "the longest prefix wins",
	  "+10.0.0.0/8=1 +10.1.0.0/16=2 +10.1.2.0/24=3 +10.1.2.3/32=4 "
	  "?10.9.9.9=1 ?10.1.9.9=2 ?10.1.2.9=3 ?10.1.2.3=4 ?11.0.0.0=-" },
	{ "the order of insertion does not matter",
	  "+10.1.2.3/32=4 +10.1.2.0/24=3 +10.1.0.0/16=2 +10.0.0.0/8=1 "
	  "?10.9.9.9=1 ?10.1.9.9=2 ?10.1.2.9=3 ?10.1.2.3=4 ?9.255.255.255=-" },
	{ "a default route matches the rest",
	  "+10.0.0.0/8=1 +0.0.0.0/0=2 ?10.0.0.1=1 ?255.255.255.255=2 "
	  "?0.0.0.0=2 -10.0.0.0/8 ?10.0.0.1=2 -0.0.0.0/0 ?10.0.0.1=- 0" },
	{ "a default route goes before what it covers",
	  "+0.0.0.0/0=2 +10.0.0.0/8=1 -0.0.0.0/0 ?10.0.0.1=1 ?9.0.0.1=- #1" },
	{ "lengths inside of an octet have exact bounds",
	  "+10.0.0.0/9=1 ?10.127.255.255=1 ?10.128.0.0=- ?9.255.255.255=- "
	  "+10.64.0.0/10=2 ?10.63.255.255=1 ?10.64.0.0=2 ?10.127.255.255=2 "
	  "+10.96.0.0/13=3 ?10.95.255.255=2 ?10.103.255.255=3 ?10.104.0.0=2" },
	{ "the ends of the address space",
	  "+0.0.0.0/32=1 +255.255.255.255/32=2 ?0.0.0.0=1 ?0.0.0.1=- "
	  "?255.255.255.254=- ?255.255.255.255=2 "
	  "+0.0.0.0/1=3 +128.0.0.0/1=4 ?127.255.255.255=3 ?128.0.0.0=4" },
	{ "a prefix is there once",
	  "+10.0.0.0/8=1 +10.0.0.0/8!EEXIST ?10.0.0.1=1 #1" },
	{ "bits past the length are refused",
	  "+10.1.0.0/8!EINVAL +10.0.0.1/31!EINVAL +128.0.0.0/0!EINVAL "
	  "+10.0.0.0/33!EINVAL #0 0" },
	{ "bits past the length are refused in IPv6",
	  "+fd00::1/64!EINVAL +fd00::/7!EINVAL +::1/0!EINVAL "
	  "+::/129!EINVAL +::1/127!EINVAL #0 0" },
	{ "a prefix hidden by its halves comes back",
	  "+10.0.0.0/24=1 +10.0.0.0/25=2 +10.0.0.128/25=3 ?10.0.0.1=2 "
	  "^10.0.0.0/25=10.0.0.0/24 -10.0.0.0/25 ?10.0.0.1=1 ?10.0.0.129=3" },
	{ "a prefix inserted below its halves is hidden",
	  "+10.0.0.0/25=2 +10.0.0.128/25=3 +10.0.0.0/24=1 ?10.0.0.1=2 "
	  "^10.0.0.128/25=10.0.0.0/24 -10.0.0.128/25 ?10.0.0.129=1 #2" },
	{ "a hidden prefix can be removed",
	  "+10.0.0.0/25=2 +10.0.0.128/25=3 +10.0.0.0/24=1 +10.0.0.0/8=9 "
	  "-10.0.0.0/24 ^10.0.0.0/25=10.0.0.0/8 -10.0.0.0/25 ?10.0.0.1=9" },
	{ "covers follow insertion and removal between",
	  "+10.0.0.0/8=1 +10.1.2.0/24=3 ^10.1.2.0/24=10.0.0.0/8 "
	  "+10.1.0.0/16=2 ^10.1.2.0/24=10.1.0.0/16 ^10.1.0.0/16=10.0.0.0/8 "
	  "-10.1.0.0/16 ^10.1.2.0/24=10.0.0.0/8 ^10.0.0.0/8=*" },
	{ "only the exact prefix is found",
	  "+10.0.0.0/8=1 -10.0.0.0/9! -10.0.0.0/7! -11.0.0.0/8! -10.0.0.1/8! "
	  "-10.0.0.0/8 -10.0.0.0/8! 0" },
	{ "a value changes in place",
	  "+10.0.0.0/8=1 =10.0.0.0/8=7 ?10.0.0.1=7 #1" },
	{ "the walk goes by address, then length",
	  "+10.1.0.0/16=1 +10.0.0.0/8=2 +0.0.0.0/0=3 +10.0.0.0/24=4 "
	  "+0.0.0.0/8=5 >*=0.0.0.0/0 >0.0.0.0/0=0.0.0.0/8 "
	  ">0.0.0.0/8=10.0.0.0/8 >10.0.0.0/8=10.0.0.0/24 "
	  ">10.0.0.0/24=10.1.0.0/16 >10.1.0.0/16=*" },
	{ "the walk goes on from what was removed",
	  "+10.0.0.0/24=1 +10.0.1.0/24=2 +10.0.2.0/24=3 -10.0.1.0/24 "
	  ">10.0.1.0/24=10.0.2.0/24 -10.0.2.0/24 >10.0.1.0/24=* "
	  ">9.0.0.0/8=10.0.0.0/24 >0.0.0.0/0=10.0.0.0/24" },
	{ "the walk finds hidden prefixes",
	  "+10.0.0.0/24=1 +10.0.0.0/25=2 +10.0.0.128/25=3 >*=10.0.0.0/24 "
	  ">10.0.0.0/24=10.0.0.0/25 >10.0.0.0/25=10.0.0.128/25" },
	{ "host routes and prefixes of IPv6",
	  "+fd00:10:244::/48=1 +fd00:10:244:5::/64=2 +fd00:10:244:5::7/128=3 "
	  "?fd00:10:244:5::7=3 ?fd00:10:244:5::8=2 ?fd00:10:244:6::8=1 "
	  "?fd00:10:245::=- ^fd00:10:244:5::7/128=fd00:10:244:5::/64 "
	  ">fd00:10:244::/48=fd00:10:244:5::/64 +::/0=4 ?::1=4 #4 "
	  "-fd00:10:244:5::/64 ?fd00:10:244:5::8=1 ?fd00:10:244:5::7=3 "
	  "-fd00:10:244:5::7/128 -fd00:10:244::/48 -::/0 0" },
	{ "the ends of the IPv6 address space",
	  "+::/128=1 +ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128=2 ?::=1 "
	  "?::1=- ?ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff=2 "
	  "?ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe=- +8000::/1=3 ?8000::=3" },
};

/* "A/L" or "A", with L then the full length. Returns 0 if it is neither. */
static int parse_prefix(char *text, u8 *addr, u8 *len)
{
	char *slash = strchr(text, '/');
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;

	*len = family == AF_INET ? 32 : 128;
	if (slash) {
		*slash = '\0';
		*len = atoi(slash + 1);
	}
	memset(addr, 0, 16);
	return inet_pton(family, text, addr) == 1 ? family : 0;
}

static int parse_errno(const char *name)
{
	return !strcmp(name, "EEXIST") ? -EEXIST :
	       !strcmp(name, "EINVAL") ? -EINVAL : 0;
}

/* @text names what @e is, "*" being nothing. */
static bool is_prefix(const struct k8sov_lpm_entry *e, char *text)
{
	u8 addr[16], len;

	if (!strcmp(text, "*"))
		return !e;
	return parse_prefix(text, addr, &len) && e && e->len == len &&
	       !memcmp(e->addr, addr, sizeof(addr));
}

static bool run_word(struct k8sov_lpm *t, char *word)
{
	char op = *word++;
	char *arg = word + strcspn(word, "=!");
	struct k8sov_lpm_entry *e;
	u8 addr[16] = {}, len = 0;
	char sep = *arg;
	bool first;

	if (op == '#')
		return t->count == (u32)atoi(word);
	if (op == '0')
		return !t->count && !t->bytes && !t->root;
	if (*arg)
		*arg++ = '\0';
	first = !strcmp(word, "*");
	if (!first && !parse_prefix(word, addr, &len))
		return false;
	e = first ? NULL : k8sov_lpm_find(t, addr, len);
	switch (op) {
	case '+':
		return k8sov_lpm_insert(t, addr, len, atoi(arg), 0) ==
		       (sep == '!' ? parse_errno(arg) : 0);
	case '-':
		if (e && sep != '!')
			k8sov_lpm_remove(t, e);
		return !e == (sep == '!');
	case '=':
		if (e)
			k8sov_lpm_entry_set(e, atoi(arg), 0);
		return e;
	case '?':
		e = k8sov_lpm_lookup(t, addr);
		return *arg == '-' ? !e : e && e->value == (u32)atoi(arg);
	case '^':
		return e && is_prefix(k8sov_lpm_cover(e), arg);
	case '>':
		return is_prefix(k8sov_lpm_next(t, addr, len, first), arg);
	}
	return false;
}

static void run_script(const struct script *s, struct mutex *lock)
{
	char *words = strdup(s->words);
	size_t before = shim_alloc_bytes;
	char *save, *word, *bad = NULL;
	struct k8sov_lpm t;

	k8sov_lpm_init(&t, strchr(words, ':') ? AF_INET6 : AF_INET);
	if (lock)
		k8sov_lpm_publish(&t, lock);
	for (word = strtok_r(words, " ", &save); word && !bad;
	     word = strtok_r(NULL, " ", &save)) {
		if (!run_word(&t, word))
			bad = word;
	}
	if (bad)
		printf("# at %s, offset %zu of the script\n", bad, bad - words);
	rcu_barrier();
	k8sov_lpm_clear(&t);
	tap(!bad && shim_alloc_bytes == before, "%s%s", s->name,
	    lock ? ", live" : "");
	free(words);
}

/* What random prefixes look like. */
struct mix {
	const char *name;
	u8 family;
	u8 octets;		/* that are random, at the end of @stem */
	u8 stem[16];
	u8 stem_len;		/* in octets */
	u8 len_min;
	u8 len_max;
	u8 values;		/* distinct values an octet has; 0: all */
	unsigned int steps;
};

static const struct mix mixes[] = {
	{ "v4 dense", AF_INET, 1, { 10, 0, 0 }, 3, 24, 32, 0, 2000 },
	{ "v4 hosts of one /24", AF_INET, 1, { 10, 0, 0 }, 3, 32, 32, 0, 2000 },
	{ "v4 /24s", AF_INET, 1, { 10, 244 }, 2, 24, 24, 0, 2000 },
	{ "v4 nested", AF_INET, 4, {}, 0, 0, 32, 2, 2000 },
	{ "v4 sparse", AF_INET, 4, {}, 0, 8, 32, 0, 2000 },
	{ "v4 short", AF_INET, 1, {}, 0, 0, 9, 0, 2000 },
	{ "v6 dense", AF_INET6, 1, { 0xfd, [14] = 1 }, 15, 120, 128, 0, 2000 },
	{ "v6 nested", AF_INET6, 16, {}, 0, 0, 128, 2, 2000 },
	{ "v6 /64s", AF_INET6, 2, { 0xfd, 0, 0, 0x10 }, 6, 56, 64, 8, 2000 },
	{ "v6 sparse", AF_INET6, 16, {}, 0, 32, 128, 0, 1000 },
};

static u32 random_state = 1;

static u32 random_u32(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static u8 random_prefix(const struct mix *m, u8 *addr)
{
	u8 len = m->len_min + random_u32() % (m->len_max - m->len_min + 1);
	unsigned int i;

	memcpy(addr, m->stem, 16);
	for (i = m->stem_len; i < m->stem_len + m->octets; i++)
		addr[i] = m->values ? 0xff * (random_u32() % m->values) :
				      random_u32();
	for (i = len; i < 128; i++)
		addr[i / 8] &= ~(0x80 >> (i % 8));
	return len;
}

/* Insert, or remove what is there; returns NULL or what is wrong. */
static const char *random_step(const struct mix *m, struct k8sov_lpm *t,
			       struct naive *n)
{
	u64 owner = random_u32();
	u32 value = random_u32();
	struct naive_prefix *p;
	u8 addr[16], len;

	/* Tables of all sizes: removals get more likely, then less. */
	len = random_prefix(m, addr);
	p = naive_find(n, addr, len);
	if (!p && n->count && (random_u32() % 1500 < n->count * 2 ||
			       n->count > 600))
		p = &n->v[random_u32() % n->count];
	if (p) {
		k8sov_lpm_remove(t, k8sov_lpm_find(t, p->addr, p->len));
		naive_remove(n, p);
		return NULL;
	}
	naive_insert(n, addr, len, value, owner);
	if (k8sov_lpm_insert(t, addr, len, value, owner))
		return "insert failed";
	if (k8sov_lpm_insert(t, addr, len, value, owner) != -EEXIST)
		return "inserted twice";
	return NULL;
}

static const char *remove_all(struct k8sov_lpm *t, struct naive *n)
{
	struct naive_prefix *p;

	while (n->count) {
		p = &n->v[random_u32() % n->count];
		k8sov_lpm_remove(t, k8sov_lpm_find(t, p->addr, p->len));
		naive_remove(n, p);
	}
	return lpm_check(t, n, false);
}

static void run_mix(const struct mix *m, struct mutex *lock)
{
	struct naive n = { .family = m->family };
	size_t before = shim_alloc_bytes;
	const char *error = NULL;
	struct k8sov_lpm t, copy;
	unsigned int i;

	k8sov_lpm_init(&t, m->family);
	if (lock)
		k8sov_lpm_publish(&t, lock);
	for (i = 0; i < m->steps && !error; i++) {
		error = random_step(m, &t, &n);
		if (!error && !(i % 64))
			error = lpm_check(&t, &n, false);
	}
	tap(!error, "%s%s: as the array (%s, %u prefixes, %zu bytes)", m->name,
	    lock ? ", live" : "", error ?: "same", t.count, t.bytes);

	error = k8sov_lpm_clone(&copy, &t) ? "no memory" :
		lpm_check(&copy, &n, false);
	tap(!error, "%s: a clone is the same (%s)", m->name, error ?: "same");
	error = remove_all(&t, &n);
	rcu_barrier();
	k8sov_lpm_clear(&copy);
	tap(!error && shim_alloc_bytes == before,
	    "%s: removing all frees all (%s)", m->name, error ?: "empty");
}

/* Every insertion with every of its allocations failing in turn. */
static void run_mix_insert_fails(const struct mix *m, struct mutex *lock)
{
	struct naive n = { .family = m->family };
	const char *error = NULL;
	unsigned int i, fails = 0;
	struct k8sov_lpm t;
	u8 addr[16], len;
	int err, nth;

	k8sov_lpm_init(&t, m->family);
	if (lock)
		k8sov_lpm_publish(&t, lock);
	for (i = 0; i < 200 && !error; i++) {
		len = random_prefix(m, addr);
		if (naive_find(&n, addr, len))
			continue;
		for (nth = 1, err = -ENOMEM; err && !error; nth++) {
			shim_alloc_fail = nth;
			err = k8sov_lpm_insert(&t, addr, len, i, 0);
			shim_alloc_fail = 0;
			if (!err)
				break;
			fails++;
			error = err == -ENOMEM ? lpm_check(&t, &n, false) :
						 "wrong errno";
		}
		naive_insert(&n, addr, len, i, 0);
	}
	if (!error)
		error = remove_all(&t, &n);
	rcu_barrier();
	k8sov_lpm_clear(&t);
	tap(!error && fails >= 100,
	    "%s%s: %u insertions without memory change nothing (%s)", m->name,
	    lock ? ", live" : "", fails, error ?: "same");
}

/* Removals without any memory, mixed with insertions that have it. */
static void run_mix_remove_fails(const struct mix *m, struct mutex *lock)
{
	struct naive n = { .family = m->family };
	const char *error = NULL;
	struct naive_prefix *p;
	struct k8sov_lpm t;
	u8 addr[16], len;
	unsigned int i, j;

	k8sov_lpm_init(&t, m->family);
	if (lock)
		k8sov_lpm_publish(&t, lock);
	for (i = 0; i < 12 && !error; i++) {
		for (j = 0; j < 300; j++) {
			len = random_prefix(m, addr);
			if (!k8sov_lpm_insert(&t, addr, len, j, i))
				naive_insert(&n, addr, len, j, i);
		}
		error = lpm_check(&t, &n, true);
		shim_alloc_fail_all = true;
		shim_alloc_fail = 1;
		/* A few stay, but in the last round. */
		while (n.count > 11 - i && !error) {
			p = &n.v[random_u32() % n.count];
			k8sov_lpm_remove(&t, k8sov_lpm_find(&t, p->addr,
							    p->len));
			naive_remove(&n, p);
			if (n.count % 32 < 2)
				error = lpm_check(&t, &n, true);
		}
		shim_alloc_fail_all = false;
		shim_alloc_fail = 0;
	}
	rcu_barrier();
	tap(!error && !t.bytes, "%s%s: removal needs no memory (%s)", m->name,
	    lock ? ", live" : "", error ?: "same");
	k8sov_lpm_clear(&t);
}

static void run_mix_clone_fails(const struct mix *m)
{
	struct k8sov_lpm t, copy;
	size_t before;
	bool good = true;
	u8 addr[16], len;
	int i, nth;

	k8sov_lpm_init(&t, m->family);
	for (i = 0; i < 60; i++) {
		len = random_prefix(m, addr);
		k8sov_lpm_insert(&t, addr, len, i, 0);
	}
	before = shim_alloc_bytes;
	for (nth = 1; good; nth++) {
		shim_alloc_fail = nth;
		if (!k8sov_lpm_clone(&copy, &t))
			break;
		good = !copy.bytes && !copy.count && !copy.root &&
		       shim_alloc_bytes == before;
	}
	shim_alloc_fail = 0;
	k8sov_lpm_clear(&copy);
	tap(good && nth > (int)t.count && shim_alloc_bytes == before,
	    "%s: %d clones without memory leave nothing", m->name, nth - 1);
	k8sov_lpm_clear(&t);
}

/* A dump that loses the table under its feet and still sees all that stays. */
static void run_mix_resume(const struct mix *m)
{
	struct naive n = { .family = m->family };
	struct naive_prefix at = {};
	struct k8sov_lpm_entry *e;
	unsigned int seen = 0, odd = 0;
	struct k8sov_lpm t;
	bool first = true;
	u8 addr[16], len;
	int i;

	k8sov_lpm_init(&t, m->family);
	for (i = 0; i < 200; i++) {
		len = random_prefix(m, addr);
		if (!k8sov_lpm_insert(&t, addr, len, i, 0))
			naive_insert(&n, addr, len, i, 0);
	}
	for (; (e = k8sov_lpm_next(&t, at.addr, at.len, first));
	     first = false) {
		odd += e->value != n.v[seen++].value;
		memcpy(at.addr, e->addr, sizeof(at.addr));
		at.len = e->len;
		k8sov_lpm_remove(&t, e);
	}
	tap(!odd && seen == n.count && !t.bytes,
	    "%s: a dump goes on after what it removes", m->name);
}

int main(void)
{
	struct mutex lock;
	unsigned int i;

	mutex_init(&lock);
	mutex_lock(&lock);
	if (k8sov_lpm_cache_init())
		return 1;
	for (i = 0; i < ARRAY_SIZE(scripts); i++) {
		run_script(&scripts[i], NULL);
		run_script(&scripts[i], &lock);
	}
	for (i = 0; i < ARRAY_SIZE(mixes); i++) {
		run_mix(&mixes[i], NULL);
		run_mix(&mixes[i], &lock);
		run_mix_insert_fails(&mixes[i], NULL);
		run_mix_insert_fails(&mixes[i], &lock);
		run_mix_remove_fails(&mixes[i], NULL);
		run_mix_remove_fails(&mixes[i], &lock);
		run_mix_clone_fails(&mixes[i]);
		run_mix_resume(&mixes[i]);
	}
	k8sov_lpm_cache_exit();
	tap(!shim_alloc_bytes, "no memory is left");
	return tap_done();
}
