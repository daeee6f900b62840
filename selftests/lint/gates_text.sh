# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
# shellcheck shell=bash
#
# Gates of lint.sh that read files as text.

gate_file_size()
{
	files | grep -vE '^COPYING$|\.(json|svg|pcap)$|(^|/)(nl_gen|attrs_gen)\.|^uapi/linux/|^docs/netlink.rst$|/specs/k8sov.yaml$' |
	while read -r f; do
		awk -v f="$f" 'END { if (NR > 600) print f ": " NR " lines" }' "$f"
	done
}

# A brace alone in the first column begins and ends a function, in C and in
# our shell; python by its indentation.
gate_function_size()
{
	{ written '*.c' '*.h'; shell_scripts; } | while read -r f; do
		awk -v f="$f" '
			/^\{/ { start = NR }
			/^\}/ && start {
				if (NR - start - 1 > 60)
					print f ":" start ": " NR - start - 1 " lines"
				start = 0
			}' "$f"
	done
	files '*.py' selftests/vm/tally | while read -r f; do
		python3 - "$f" <<-'END'
			import ast, sys
			for n in ast.walk(ast.parse(open(sys.argv[1]).read())):
			    if isinstance(n, ast.FunctionDef) and \
			            n.end_lineno - n.lineno > 60:
			        print(f"{sys.argv[1]}:{n.lineno}: "
			              f"{n.end_lineno - n.lineno} lines")
		END
	done
}

# Prose, data and files whose format has no comments are exempt.
gate_spdx()
{
	files | grep -vE '\.(md|json|conflist|svg|pcap|txt|golden|rst|inc)$|^COPYING$|^\.gitignore$|/(settings|config|corpus/.*|testdata/.*)$' |
	while read -r f; do
		head -n 3 "$f" | grep -aq 'SPDX-License-Identifier: ' ||
			echo "$f: no SPDX-License-Identifier in its first lines"
	done
}

gate_whitespace()
{
	local f
	files | grep -vE '\.(pcap|svg)$|^COPYING$|/(corpus|testdata)/' |
	while read -r f; do
		grep -anE '[[:blank:]]+$' "$f" | sed "s|^|$f:|"
		[ ! -s "$f" ] || [ -z "$(tail -c 1 "$f")" ] ||
			echo "$f: no newline at its end"
	done
}

gate_no_version_code()
{
	! files kmod uapi selftests userspace Kbuild |
		grep -v '^selftests/lint/' |
		xargs grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION\('
}

gate_no_inline()
{
	! written 'kmod/*.c' | xargs grep -nE '\binline\b|\bmodule_param'
}

gate_no_sleep()
{
	! files 'selftests/*.sh' | grep -vE '^selftests/(vm|lint)/' |
		xargs grep -nE '(^|[^-_[:alnum:]])u?sleep [0-9.$]'
}

# Shell tests are executable; sourced files are not.
gate_tests_listed()
{
	local f listed name
	listed=$(make -s --no-print-directory -C selftests KSRC="$KSRC" \
		-f Makefile -f - print 2>/dev/null <<-'END'
			print: ; @printf '%s\n' $(TEST_PROGS) $(TEST_PROGS_EXTENDED) $(TEST_FILES) $(notdir $(TEST_GEN_PROGS) $(TEST_GEN_PROGS_EXTENDED))
		END
	)
	files 'selftests/*.sh' 'selftests/*.py' | grep -E '^selftests/[^/]*$' |
	while read -r f; do
		name=${f##*/}
		[ -x "$f" ] || continue
		[ "$name" != demo.sh ] || continue
		grep -qx "$name" <<<"$listed" || echo "$f: in no TEST_PROGS"
	done
	files 'selftests/*.c' | grep -E '^selftests/[^/]*$' | while read -r f; do
		name=${f##*/}
		grep -qx "${name%.c}" <<<"$listed" ||
			grep -q "\b${name%.c}\.[co]\b" selftests/Makefile ||
			echo "$f: in no TEST_GEN_PROGS"
	done
	for name in TEST_PROGS TEST_PROGS_EXTENDED TEST_GEN_PROGS \
		TEST_GEN_PROGS_EXTENDED; do
		sed -n "/^$name := *\\\\\$/,/[^\\\\]\$/p" selftests/Makefile |
			sed -e 1d -e 's/[[:blank:]\\]//g' | LC_ALL=C sort -c 2>&1 |
			sed "s/^/$name is not sorted: /"
	done
}

gate_helpers_once()
{
	local f name
	sed -n 's/^\([a-z_0-9]*\)()\( {.*\)\{0,1\}$/\1/p' \
		selftests/lib.sh selftests/topo.sh | sort | uniq -d |
		sed 's/$/: defined twice/'
	while read -r name; do
		files 'selftests/*.sh' | grep -vE '^selftests/((vm|lint|bench)/|(lib|topo)\.sh)' |
			xargs grep -nE "^$name\(\)"
	done < <(sed -n 's/^\([a-z_0-9]*\)()\( {.*\)\{0,1\}$/\1/p' \
		selftests/lib.sh selftests/topo.sh)
	return 0
}

# regen.sh writes the same tree somewhere else; then the two are compared.
gate_generated()
{
	local out f
	out=$(mktemp -d) || return
	if uapi/netlink/regen.sh "$KSRC" "$out" >"$out/log" 2>&1; then
		rm "$out/log"
		(cd "$out" && find . -type f) | while read -r f; do
			diff -u "$f" "$out/$f"
		done
	else
		cat "$out/log"
	fi
	rm -rf "$out"
}

gate_shellcheck()
{
	# shellcheck disable=SC2046
	unless_passed <(shell_scripts) \
		shellcheck -x -f gcc -e SC2015,SC2016,SC2119,SC2120,SC2317 $(shell_scripts)
}

gate_python()
{
	local f
	for f in $(files '*.py') selftests/vm/tally; do
		python3 -c 'import ast, sys
ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$f"
	done
}

gate_yaml()
{
	files '*.yaml' '*.yml' | grep -v '/templates/' |
		xargs -r yamllint -f parsable \
		-d '{extends: default, rules: {line-length: disable, document-start: disable, indentation: disable, brackets: {max-spaces-inside: 1}, braces: {max-spaces-inside: 1}, comments-indentation: disable}}'
}
