#!/bin/bash
# What closewait.h declares the library shows, with its version, and nothing else; so does the archive.
# usage: symbols.sh PREFIX LIBRARY-DIRECTORY
set -euo pipefail

prefix=$1 lib=$1/$2
status=0

# compare WHAT: stdin is what is declared.
compare() {
	local difference
	difference=$(diff <(declared) -) && return
	printf 'symbols.sh: closewait.h (<) and %s (>):\n%s\n' "$1" "$difference"
	status=1
}

declared() {
	sed -n '/^ \*/d; /^\/\*/d; s/^[a-z].*[ *]\(closewait_[a-z_]*\)(.*/\1/p' "$prefix/include/closewait.h" | sort
}

[[ $(declared | wc -l) -ge 10 ]] || status=1
nm -D --defined-only --with-symbol-versions "$lib/libclosewait.so" |
	sed -nE '/ A /d; s/.* T ([a-z_]+)@@CLOSEWAIT_[0-9.]+$/\1/; t p; s/.* //; :p; p' | sort |
	compare libclosewait.so
nm -g --defined-only "$lib/libclosewait.a" | sed -n 's/.* [A-Z] //p' | sort | compare libclosewait.a
exit "$status"
