# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""Draws bench.svg from the figures: no library, just text."""

import math
from html import escape

from table import GSO, MODES, SETTINGS, SIZES

WIDTH = 980
LABEL = 130                     # room for the modes' names
INK, FAINT, GRID = "#24292f", "#6e7781", "#e4e7eb"
OURS, THEIRS, BASE = "#1f6feb", "#9aa4b0", "#d5dbe1"


class Canvas:
    """Collects SVG elements; y grows as panels are added."""

    def __init__(self):
        self.parts = []
        self.y = 0

    def text(self, x, y, text, size=12, color=INK, anchor="start", bold=False):
        weight = ' font-weight="600"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{color}" '
            f'text-anchor="{anchor}"{weight}>{escape(text)}</text>')

    def rect(self, x, y, width, height, color):
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" '
            f'height="{height}" rx="2" fill="{color}"/>')

    def line(self, points, color, width=1):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{color}" '
            f'stroke-width="{width}" stroke-linejoin="round"/>')

    def dot(self, x, y, color):
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>')

    def heading(self, title, subtitle):
        self.y += 34
        self.text(24, self.y, title, 16, bold=True)
        self.y += 18
        self.text(24, self.y, subtitle, 12, FAINT)
        self.y += 12

    def svg(self):
        height = self.y + 24
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
                f'height="{height}" viewBox="0 0 {WIDTH} {height}" '
                f'font-family="Helvetica, Arial, sans-serif">\n'
                f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
                + "\n".join(self.parts) + "\n</svg>\n")


def color_of(mode):
    return OURS if mode.startswith("k8sov") else THEIRS


def draw_insn(canvas, figures):
    """Two columns of bars: what routing costs, then the tax on top of it."""
    if not any(figures.insn(s, m) for s in SETTINGS for m in MODES):
        return
    canvas.heading(
        "What a packet costs from pod to pod",
        "Instructions for one UDP packet of 100 bytes through both nodes: "
        "plain routing (light) and what the overlay adds. Shorter is better.")
    top = canvas.y
    column = (WIDTH - 24) / 2
    most = max(figures.insn(s, m) or 0 for s in SETTINGS for m in MODES)
    for place, setting in enumerate(SETTINGS):
        left = 24 + place * column
        canvas.text(left + LABEL, top + 14, {
            "bare": "bare", "conntrack": "conntrack and kube-proxy's rules",
        }[setting], 12, FAINT)
        scale = (column - LABEL - 125) / most
        for index, mode in enumerate(MODES):
            insn_bar(canvas, figures, setting, mode,
                     (left, top + 24 + index * 22), scale)
    canvas.y = top + 24 + len(MODES) * 22 + 8


def insn_bar(canvas, figures, setting, mode, place, scale):
    x, y = place
    cost, base = figures.insn(setting, mode), figures.insn(setting, "routing")
    canvas.text(x + LABEL - 8, y + 12, mode, 12,
                OURS if mode.startswith("k8sov") else INK, "end")
    if cost is None:
        canvas.text(x + LABEL, y + 12, "not measured", 11, FAINT)
        return
    base = min(base or cost, cost)
    canvas.rect(x + LABEL, y, base * scale, 15, BASE)
    canvas.rect(x + LABEL + base * scale, y, (cost - base) * scale, 15,
                color_of(mode))
    share = figures.share(setting, mode)
    words = f"{cost:,.0f}"
    if share is not None and mode not in ("routing", "vxlan"):
        words += f"  tax {share:.0f} %"
    canvas.text(x + LABEL + cost * scale + 6, y + 12, words, 11, FAINT)


def draw_lookup(canvas, figures):
    """Cost against the number of subnets, both axes from the data."""
    curves = {mode: figures.lookup(mode) for mode in ("vxlan", "k8sov-vxlan")}
    points = [point for curve in curves.values() for point in curve]
    if not points:
        return
    canvas.heading("A bigger cluster",
                   "Instructions a packet against the number of subnets in "
                   "the table, destinations spread over all of them.")
    top, height, left = canvas.y + 10, 190, 24 + LABEL
    right = WIDTH - 130
    most = max(cost for _, cost in points) * 1.08
    first, last = (math.log10(int(SIZES[i])) for i in (0, -1))

    def place(size, cost):
        x = left + (math.log10(size) - first) / (last - first) * (right - left)
        return x, top + height - cost / most * height

    draw_grid(canvas, place, most, (left, right, top + height))
    for mode, curve in curves.items():
        if not curve:
            continue
        canvas.line([place(*point) for point in curve], color_of(mode), 2)
        for point in curve:
            canvas.dot(*place(*point), color_of(mode))
        x, y = place(*curve[-1])
        canvas.text(x + 10, y + 4, mode, 12, color_of(mode), bold=True)
    canvas.y = top + height + 30


def draw_grid(canvas, place, most, frame):
    left, right, bottom = frame
    step = 10 ** math.floor(math.log10(most))
    step = step if most / step >= 3 else step / 4
    for index in range(int(most / step) + 1):
        _, y = place(10, index * step)
        canvas.line([(left, y), (right, y)], GRID)
        canvas.text(left - 8, y + 4, f"{index * step:,.0f}", 11, FAINT, "end")
    for size in SIZES:
        x, _ = place(int(size), 0)
        canvas.text(x, bottom + 18, f"{int(size):,}", 11, FAINT, "middle")


def draw_native(canvas, figures):
    """Columns of bars: packets, TCP with and without offloads."""
    columns = [("packets a second", "bare-udp", "pps", 1e3, "k")]
    columns += [(f"TCP, {words}", f"bare-{gso}", "tcp_mbps", 1e3, " Gb/s")
                for gso, words in zip(GSO, ("GSO and GRO on", "only GRO",
                                           "neither"))]
    if not any(figures.get("native", c[1], m, c[2])
               for c in columns for m in MODES):
        return
    canvas.heading("At native speed",
                   "One processor is both pods and both nodes (User-mode "
                   "Linux). Longer is better; the host's load moves it.")
    top = canvas.y
    width = (WIDTH - 24 - LABEL) / len(columns)
    for place, column in enumerate(columns):
        left = 24 + LABEL + place * width
        canvas.text(left, top + 14, column[0], 12, FAINT)
        native_column(canvas, figures, column, (left, top + 24, width - 80))
    for index, mode in enumerate(MODES):
        canvas.text(24 + LABEL - 8, top + 36 + index * 22, mode, 12,
                    OURS if mode.startswith("k8sov") else INK, "end")
    canvas.y = top + 24 + len(MODES) * 22 + 8


def native_column(canvas, figures, column, place):
    _, setting, metric, divisor, unit = column
    left, top, width = place
    values = [figures.get("native", setting, mode, metric) for mode in MODES]
    most = max((v for v in values if v), default=1)
    for index, (mode, value) in enumerate(zip(MODES, values)):
        if value is None:
            continue
        y = top + index * 22
        canvas.rect(left, y, value / most * width, 15, color_of(mode))
        canvas.text(left + value / most * width + 6, y + 12,
                    f"{value / divisor:,.1f}{unit}", 11, FAINT)


def draw(figures):
    """The whole picture as SVG text."""
    canvas = Canvas()
    draw_insn(canvas, figures)
    draw_lookup(canvas, figures)
    draw_native(canvas, figures)
    return canvas.svg()
