#!/bin/bash
# What bash completes with the file that is installed. usage: completion.sh PREFIX
set -euo pipefail

prefix=$1
status=0
PATH=$prefix/bin:$PATH
# shellcheck disable=SC1091 # made by the build
. "$prefix/share/bash-completion/completions/closewait"

# shellcheck disable=SC2317 # called by the completion; there is no command line here
compopt() { :; }

# The words of the line as readline cuts them, the last one to be completed.
completed() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_closewait closewait "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	printf '%s\n' "${COMPREPLY[@]}"
}

# expect EXPECTED WORD...: lines
expect() {
	local expected=$1 got
	shift
	got=$(completed "$@")
	[[ $got == "$expected" ]] && return
	printf 'completion.sh: %s: expected\n%s\ngot\n%s\n' "$*" "$expected" "$got"
	status=1
}

names() {
	closewait list --runs | sed 's/ .*//' | uniq | grep -- "$1"
}

[[ $(complete -p closewait) == 'complete -F _closewait closewait' ]] || status=1
expect run closewait ru
expect "$(closewait help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')" closewait ''
expect "$(names ^write-after-)" closewait run write-after-
expect $'write-after-close-unread\nwrite-after-close-unsettled' closewait run --states write-after-close-u
expect $'--states' closewait run --stat
expect $'--all\n--counters\n--deadline=\n--events\n--family=\n--format=\n--help\n--jobs=\n--no-sandbox\n--pcap=\n--repeat=\n--stack=\n--states\n--version\n--wire=' \
	closewait run --
expect $'mptcp4\ntcp4\ntcp4-mapped\ntcp6\nunix\nunix-seqpacket' closewait run --family =
expect $'tcp4\ntcp4-mapped' closewait predict --family = tcp4
expect $'text\njson\ntap\njunit\nhtml\ngithub\nsvg' closewait run --format =
expect markdown closewait report --format = m
expect brief closewait run --wire = b
expect '' closewait run --jobs =
expect '' closewait list x
expect "$prefix/bin/closewait" closewait run "$prefix/bin/close"
expect "$prefix/bin/closewait" closewait run --pcap = "$prefix/bin/close"
expect "$prefix/bin" closewait report "$prefix/bi"
expect format closewait help form
expect $'POLLHUP' closewait explain POLLH
expect '' closewait predict POLLH
exit "$status"
