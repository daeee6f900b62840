#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""report.py add DIR BENCH   adds what BENCH's machines recorded to bench.json
report.py show DIR        prints the table of bench.json, draws bench.svg

A machine leaves DIR/BENCH*/records (setting, mode and so on, tabs between) and
DIR/BENCH*/kernel. bench.json is a list that only grows: {bench, setting, mode,
metric, value, unit, kernel, commit}. The newest figure of a kind is shown.
"""

import json
import subprocess
import sys
from pathlib import Path

import plot
from table import Figures, show

FIELDS = ("bench", "setting", "mode", "metric", "value", "unit")


def commit_of(folder):
    """The commit that was measured; a + tells of changes on top of it."""
    def git(*args):
        return subprocess.run(("git", "-C", folder) + args, check=False,
                              capture_output=True, text=True).stdout.strip()
    dirty = git("status", "--porcelain", "--untracked-files=no",
                "kmod", "uapi", "userspace")
    return git("rev-parse", "--short=12", "HEAD") + ("+" if dirty else "")


def number(text):
    value = float(text)
    return int(value) if value == int(value) else value


def machine_records(folder, commit):
    kernel = (folder / "kernel").read_text().strip()
    for line in (folder / "records").read_text().splitlines():
        record = dict(zip(FIELDS, line.split("\t")))
        record["value"] = number(record["value"])
        yield {**record, "kernel": kernel, "commit": commit}


def load(out):
    path = out / "bench.json"
    return json.loads(path.read_text()) if path.exists() else []


def add(out, bench):
    records = load(out)
    commit = commit_of(Path(__file__).parent)
    for folder in sorted(out.glob(bench + "*/")):
        if (folder / "records").exists():
            records += (record for record in machine_records(folder, commit)
                        if record["bench"] == bench)
    lines = ",\n".join(json.dumps(record) for record in records)
    temporary = out / "bench.json.new"
    temporary.write_text(f"[\n{lines}\n]\n")
    temporary.rename(out / "bench.json")


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("add", "show"):
        sys.exit(__doc__)
    out = Path(sys.argv[2])
    if sys.argv[1] == "add":
        add(out, sys.argv[3])
        return
    figures = Figures(load(out))
    show(figures)
    (out / "bench.svg").write_text(plot.draw(figures))
    print(f"\nfigures: {out}/bench.json   picture: {out}/bench.svg")


if __name__ == "__main__":
    main()
