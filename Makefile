# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
#
# A ## comment behind a target is its line in `make help`.

VERSION	:= $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
VM	:= selftests/vm
FUZZ_TIME ?= 60
BENCH	?=
BENCH_OUT ?= build/bench
# The kernel to build for: the running one, else the newest with headers here.
KERNELDIR ?= $(firstword \
	$(wildcard /lib/modules/$(shell uname -r)/build) \
	$(shell ls -dv /usr/src/linux-headers-*-amd64 2>/dev/null | tail -n 1))

PARTS	:= $(foreach d,userspace cni,$(if $(wildcard $d/Makefile),$d))

export FUZZ_TIME BENCH_OUT
MAKEFLAGS += --no-print-directory

.PHONY: all
all: kmod $(PARTS) ## module, programs and plugin

.PHONY: kmod
kmod: ## the module, for KERNELDIR (default: the running kernel), in build/kmod
	@$(VM)/build-kmod.sh "$(or $(KERNELDIR),no-kernel-headers)" $(KMOD_ARGS)

.PHONY: userspace cni
userspace cni: ## the programs; the container network plugin
	$(MAKE) -C $@

.PHONY: check
check: ## unit tests, then the suite (ONLY="a.sh" for some) on 6.12, 6.1, debug; LONG=1 for more
	@ONLY="$(ONLY)" LONG="$(LONG)" $(VM)/check.sh

.PHONY: check-vm
check-vm: ## the suite alone: KERNEL=6.12|6.1|uml|uml-debug, ONLY="a.sh"
	@$(VM)/suite.sh $(or $(KERNEL),6.12) $(ONLY)

.PHONY: check-kube
check-kube: ## the Kubernetes store and policy, with a kube-apiserver that is built first
	@$(VM)/apiserver.sh
	$(MAKE) -C userspace check-kube
	@$(VM)/run.sh --kernel uml -- selftests/agent_kube.sh
	@$(VM)/run.sh --kernel uml -- selftests/agent_policy_kube.sh

.PHONY: lint
lint: ## every static check, a line of TAP each; GATE=NAME for one
	@selftests/lint/lint.sh $(GATE)

.PHONY: fuzz
fuzz: packages ## each fuzzer for FUZZ_TIME seconds
	@$(MAKE) -C selftests/fuzz run
	@$(VM)/one.sh "the programs' parsers survive their fuzzers" \
		$(MAKE) -C userspace fuzz
	@$(VM)/one.sh "the plugin's parsers survive their fuzzers" \
		$(MAKE) -C cni fuzz

.PHONY: demo
demo: packages $(PARTS) ## three nodes in a virtual machine, for a person to look at
	@$(VM)/run.sh --timeout 300 -- selftests/demo.sh

.PHONY: bench
bench: packages $(PARTS) ## benchmarks to BENCH_OUT; BENCH=insn|stream|lookup|load|native|agent|cni|policy|policy-compile for one
	@selftests/bench/run.sh --out "$(BENCH_OUT)" $(BENCH)

.PHONY: dkms-check
dkms-check: ## dkms add, build, install, remove for 6.1 and 6.12, in a private tree
	@selftests/vm/dkms.sh

.PHONY: regen check-gen
regen: ## what follows from the netlink specification; KSRC=kernel source
	@uapi/netlink/regen.sh "$(or $(KSRC),$$($(VM)/deps.sh source))"
check-gen: ## fails when a generated file is not what the specification says
	@selftests/lint/lint.sh generated

.PHONY: docs
docs: ## manual pages and the netlink reference
	@$(MAKE) regen
	@$(MAKE) -C userspace
	@$(MAKE) -C cni

.PHONY: install
install: $(PARTS) ## programs and plugin, to DESTDIR and PREFIX (/usr) (the module: dkms-install)
	@for d in $(PARTS); do $(MAKE) -C $$d install || exit; done

DKMS_SRC := $(DESTDIR)/usr/src/k8sov-$(VERSION)
.PHONY: dkms-install
dkms-install: ## the module's source to /usr/src, built and installed by dkms
	install -d $(DKMS_SRC)
	cp -r Kbuild dkms.conf COPYING kmod uapi $(DKMS_SRC)/
	[ -n "$(DESTDIR)" ] || dkms install -m k8sov -v $(VERSION)

.PHONY: dist
dist: ## build/k8sov-VERSION.tar.xz from the last commit
	@mkdir -p build
	git archive --prefix=k8sov-$(VERSION)/ HEAD | xz >build/k8sov-$(VERSION).tar.xz
	@echo build/k8sov-$(VERSION).tar.xz

.PHONY: packages
packages:
	@$(VM)/deps.sh packages

.PHONY: clean
clean: ## what was built in the checkout; kernels stay in the cache
	@for d in $(PARTS); do $(MAKE) -C $$d clean; done
	$(RM) -r build

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z][a-z -]*\):[^#]*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | \
		while IFS="$$(printf '\t')" read -r t w; do printf '%-14s %s\n' "$$t" "$$w"; done
