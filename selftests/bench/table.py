# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""What a person reads at the end: one table of everything, and the targets."""

MODES = ("routing", "vxlan", "vxlan-notrack", "geneve", "ipip", "tc-redirect",
         "k8sov-vxlan", "k8sov-geneve", "k8sov-ipip", "k8sov-direct")
SETTINGS = ("bare", "conntrack")
SIZES = ("10", "100", "1000", "10000", "100000", "1000000")
GSO = ("gso", "gro", "nogso")
STREAMS = ("gso", "gro", "nogso", "off")
LOADS = (("seconds", "seconds, k8sovctl restore, from text to tables"),
         ("seconds_netlink", "seconds of these that it waits for the kernel"),
         ("seconds_replace", "seconds to replace a million by a million"),
         ("bytes_per_subnet", "bytes a subnet, as the device accounts"),
         ("meminfo_bytes_per_subnet", "bytes a subnet, as the machine has less"))

AGENTS = ("etcd-5000", "kubernetes-5000")
# Metric, what it is, and what it may be with each store at most.
AGENT = (("cpu_s", "processor seconds to begin", (0.3, 1.5)),
         ("wall_s", "seconds to begin", (None, None)),
         ("rss_mb", "MB of memory", (25, 60)),
         ("change_ms", "ms from a change to the kernel", (20, 20)),
         ("churn_pct", "% of a processor at 20 changes/s", (2, 2)))

PLUGINS = ("k8sov", "ptp", "bridge")
CNI = (("one", "add_ms", "ms to attach the first pod"),
       ("500", "add_ms", "ms to attach one more to 500"),
       ("one", "del_ms", "ms to detach the only pod"),
       ("500", "del_ms", "ms to detach one of 500"),
       ("500", "parallel_add_ms", "ms a pod to attach 500, 8 at a time"),
       ("500", "parallel_del_ms", "ms a pod to detach them"),
       ("one", "rss_mb", "MB of memory"),
       ("one", "add_insn", "instructions to attach the first pod"),
       ("500", "add_insn", "instructions to attach one more to 500"),
       ("one", "del_insn", "instructions to detach the only pod"),
       ("500", "del_insn", "instructions to detach one of 500"))

ENFORCERS = ("none", "k8sov", "iptables", "ipset", "nft")
POLICIES = ("1", "10", "100", "1000", "10000")

# Setting, metric, what it is, and what it may be at most.
POLICY = (("cold", "cpu_s", "processor seconds, all policies in force here", 3),
          ("cold", "rss_mb", "MB of memory, all policies in force here", 300),
          ("spread", "cpu_s", "processor seconds, one in ten in force", 3),
          ("spread", "rss_mb", "MB of memory, one in ten in force", 300),
          ("change", "change_ms", "ms for one pod's change", 5))


class Figures:
    """The newest value of each kind in bench.json."""

    def __init__(self, records):
        self.values = {}
        self.kernels = {}
        for record in records:
            key = tuple(record[field] for field in
                        ("bench", "setting", "mode", "metric"))
            self.values[key] = record["value"]
            self.kernels[record["bench"]] = record["kernel"]

    def get(self, bench, setting, mode, metric):
        """The value, or None when it was not measured."""
        return self.values.get((bench, setting, mode, metric))

    def insn(self, setting, mode):
        """Instructions a packet."""
        return self.get("insn", setting, mode, "insn_per_packet")

    def stream(self, setting, offloads, mode):
        """Instructions for 1,024 bytes of a TCP stream."""
        return self.get("stream", f"{setting}-{offloads}", mode, "insn_per_kB")

    def throughput(self, setting, offloads, mode):
        """Mb/s of a TCP stream at native speed."""
        return self.get("native", f"{setting}-{offloads}", mode, "tcp_mbps")

    def tax(self, setting, mode):
        """Instructions a packet above plain routing."""
        cost, base = self.insn(setting, mode), self.insn(setting, "routing")
        return None if cost is None or base is None else cost - base

    def share(self, setting, mode):
        """The tax as a percentage of vxlan's."""
        tax, vxlan = self.tax(setting, mode), self.tax(setting, "vxlan")
        return None if tax is None or not vxlan else 100 * tax / vxlan

    def lookup(self, mode):
        """Cost a packet for each number of subnets that was measured."""
        costs = ((int(size), self.get("lookup", size, mode, "insn_per_packet"))
                 for size in SIZES)
        return [(size, cost) for size, cost in costs if cost is not None]

    def kernel(self, bench):
        """The kernel on which BENCH ran last."""
        return self.kernels.get(bench, "?")


def cell(value, form="{:,.0f}"):
    return "-" if value is None else form.format(value)


def row(head, cells, width=11):
    print(f"  {head:<15}" + "".join(f"{c:>{width}}" for c in cells))


def show_insn(figures):
    if "insn" not in figures.kernels:
        return
    print(f"\nInstructions a packet, UDP, 100 bytes, pod to pod "
          f"(Linux {figures.kernel('insn')})")
    row("", [f"-- {s} --".center(27).rjust(33) for s in SETTINGS], 33)
    row("mode", ["all", "tax", "of vxlan's"] * 2)
    for mode in MODES:
        cells = []
        for setting in SETTINGS:
            tax = mode != "routing"
            cells += [cell(figures.insn(setting, mode)),
                      cell(figures.tax(setting, mode) if tax else None),
                      cell(figures.share(setting, mode) if tax else None,
                           "{:.1f} %")]
        row(mode, cells)
    spreads = [value for key, value in figures.values.items()
               if key[0] == "insn" and key[3] == "spread"]
    if spreads:
        median = sorted(spreads)[len(spreads) // 2]
        print(f"  runs differ by {median:.2f} % (median of the modes), "
              f"{max(spreads):.2f} % at most")


def show_stream(figures):
    if "stream" not in figures.kernels:
        return
    print(f"\nInstructions for 1,024 bytes of a TCP stream, pod to pod "
          f"(Linux {figures.kernel('stream')})")
    row("", [f"-- {s} --".center(40).rjust(44) for s in SETTINGS], 44)
    row("mode", STREAMS * 2)
    for mode in MODES:
        cells = [figures.stream(setting, offloads, mode)
                 for setting in SETTINGS for offloads in STREAMS]
        if any(cells):
            row(mode, map(cell, cells))
    spreads = [value for key, value in figures.values.items()
               if key[0] == "stream" and key[3] == "spread"]
    print(f"  runs differ by {max(spreads):.2f} % at most")


def show_lookup(figures):
    if "lookup" not in figures.kernels:
        return
    print("\nInstructions a packet against the number of subnets")
    row("mode", [f"{int(size):,}" for size in SIZES])
    for mode in ("vxlan", "k8sov-vxlan"):
        costs = dict(figures.lookup(mode))
        row(mode, [cell(costs.get(int(size))) for size in SIZES])


def show_load(figures):
    if "load" not in figures.kernels:
        return
    print("\nLoading 1,000,000 subnets (native speed)")
    for metric, words in LOADS:
        value = figures.get("load", "1000000", "k8sov", metric)
        if value is not None:
            print(f"  {words:<55} {value:>8,}")


def show_native(figures):
    if "native" not in figures.kernels:
        return
    print(f"\nNative speed, one processor does all (Linux "
          f"{figures.kernel('native')} as UML)")
    row("", [f"-- {s} --".center(40).rjust(44) for s in SETTINGS], 44)
    row("mode", (["packets/s"] + [f"TCP {o}" for o in GSO]) * 2)
    for mode in MODES:
        cells = []
        for setting in SETTINGS:
            cells.append(figures.get("native", f"{setting}-udp", mode, "pps"))
            cells += [figures.throughput(setting, o, mode) for o in GSO]
        if any(cells):
            row(mode, map(cell, cells))
    print("  TCP in Mb/s")


def show_agent(figures):
    if "agent" not in figures.kernels:
        return
    print("\nk8sovd on one node of 5000 (native speed)")
    print(f"  {'':<40}" + "".join(f"{s:>17}" for s in AGENTS))
    for metric, words, _ in AGENT:
        cells = (cell(figures.get("agent", setting, "k8sovd", metric),
                      "{:,.3g}") for setting in AGENTS)
        print(f"  {words:<40}" + "".join(f"{c:>17}" for c in cells))


def show_cni(figures):
    if "cni" not in figures.kernels:
        return
    print("\nAttaching a pod (times: native speed)")
    print(f"  {'':<40}" + "".join(f"{p:>11}" for p in PLUGINS))
    for setting, metric, words in CNI:
        form = "{:,.0f}" if metric.endswith("_insn") else "{:,.3g}"
        cells = (cell(figures.get("cni", setting, mode, metric), form)
                 for mode in PLUGINS)
        print(f"  {words:<40}" + "".join(f"{c:>11}" for c in cells))


def show_policy(figures):
    if "policy" not in figures.kernels:
        return
    print(f"\nInstructions a packet of an old, and of a new flow against the "
          f"number of policies (Linux {figures.kernel('policy')})")
    row("", [f"{int(size):,}" for size in POLICIES])
    for kind, words in (("established", "old"), ("first", "new")):
        for mode in ENFORCERS:
            row(f"{words}, {mode}",
                [cell(figures.get("policy", f"{kind}-{size}", mode,
                                  "insn_per_packet")) for size in POLICIES])


def show_policy_compile(figures):
    if "policy-compile" not in figures.kernels:
        return
    print("\nPolicy on one node of 5000, 100,000 pods, 10,000 policies")
    for setting, metric, words, _ in POLICY:
        value = figures.get("policy-compile", setting, "k8sovd", metric)
        print(f"  {words:<55} {cell(value, '{:,.3g}'):>8}")


def flatness(costs):
    """How far the dearest is from the cheapest, in percent."""
    values = [cost for _, cost in costs]
    return 100 * (max(values) - min(values)) / min(values) if values else None


def targets(figures):
    """(what, value, limit, unit): met when value <= limit."""
    own = figures.insn("bare", "k8sov-vxlan")
    for peer in ("ipip", "geneve"):
        yield (f"k8sov-vxlan costs less than {peer} (bare)", own,
               figures.insn("bare", peer), "insn")
    for setting, limit in (("bare", 85), ("conntrack", 60)):
        yield (f"k8sov-vxlan's share of vxlan's tax ({setting})",
               figures.share(setting, "k8sov-vxlan"), limit, "%")
    costs = figures.lookup("k8sov-vxlan")
    yield ("lookup cost from 10 to 1,000,000 subnets varies by",
           flatness(costs) if len(costs) == len(SIZES) else None, 6, "%")
    yield ("time to load 1,000,000 subnets",
           figures.get("load", "1000000", "k8sov", "seconds"), 3, "s")
    yield ("memory of a subnet",
           figures.get("load", "1000000", "k8sov", "bytes_per_subnet"), 64,
           "bytes")
    for setting in SETTINGS:
        for offloads in STREAMS:
            yield (f"TCP by k8sov-vxlan costs at most vxlan's ({setting}, "
                   f"{offloads})",
                   figures.stream(setting, offloads, "k8sov-vxlan"),
                   figures.stream(setting, offloads, "vxlan"), "insn/kB")
    # Boots differ by more than these two do: look at several.
    for setting in SETTINGS:
        for offloads in GSO:
            yield (f"TCP throughput of vxlan, of k8sov-vxlan ({setting}, "
                   f"{offloads})",
                   figures.throughput(setting, offloads, "vxlan"),
                   figures.throughput(setting, offloads, "k8sov-vxlan"),
                   "Mb/s")
    for i, setting in enumerate(AGENTS):
        for metric, words, limits in AGENT:
            value = figures.get("agent", setting, "k8sovd", metric)
            if value is not None and limits[i]:
                yield f"k8sovd, {setting}: {words}", value, limits[i], ""
    yield from cni_targets(figures)
    yield from policy_targets(figures)
    for setting, metric, words, limit in POLICY:
        value = figures.get("policy-compile", setting, "k8sovd", metric)
        if value is not None:
            yield f"policy: {words}", value, limit, ""


def cni_targets(figures):
    """The same, of the plugin."""
    def ours(setting, metric):
        return figures.get("cni", setting, "k8sov", metric)
    first, others = (figures.get("cni", "one", mode, "add_ms")
                     for mode in ("k8sov", "ptp"))
    if first is None or others is None:
        return
    yield "k8sov's ADD as a share of ptp's", 100 * first / others, 40, "%"
    yield ("k8sov's DEL against ptp's", ours("one", "del_ms"),
           figures.get("cni", "one", "ptp", "del_ms"), "ms")
    yield "memory of the plugin", ours("one", "rss_mb"), 4, "MB"
    # Not by time: a new process costs User-mode Linux the more the more
    # mappings it has, and runs differ by more than what is asked for.
    alone = ours("one", "add_insn")
    yield ("k8sov's ADD beside 500 pods against the first",
           ours("500", "add_insn"), alone and 1.05 * alone, "insn")


def policy_targets(figures):
    """The same, of policy in the packet path."""
    def cost(kind, size, mode):
        return figures.get("policy", f"{kind}-{size}", mode, "insn_per_packet")
    for size in POLICIES:
        ours, none = (cost("established", size, mode)
                      for mode in ("k8sov", "none"))
        if ours is not None and none is not None:
            yield (f"policy: an old flow's packet under {int(size):,} policies,"
                   " above none", 100 * (ours - none) / none, 3, "%")
    firsts = [(int(size), cost("first", size, "k8sov")) for size in POLICIES]
    if all(value is not None for _, value in firsts):
        yield ("policy: a new flow's packet from 1 to 10,000 policies"
               " varies by", flatness(firsts), 6, "%")


def show_targets(figures):
    print("\nTargets (the first figure is to be at most the second)")
    for what, value, limit, unit in targets(figures):
        if value is None or limit is None:
            print(f"  unknown  {what}")
            continue
        word = "met" if value <= limit else "MISSED"
        print(f"  {word:<8} {what}: {value:,.6g} <= {limit:,.6g} {unit}".rstrip())


def show(figures):
    """Prints all that is known."""
    show_insn(figures)
    show_stream(figures)
    show_lookup(figures)
    show_load(figures)
    show_native(figures)
    show_agent(figures)
    show_cni(figures)
    show_policy(figures)
    show_policy_compile(figures)
    show_targets(figures)
