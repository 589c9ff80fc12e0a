#!/bin/bash
# Prints a manual page made of what the program says of itself, and so of src/help and its tables:
# closewait(1) of its commands and of the topics of its help, but for those that are about files, which
# closewait-experiment(5) has, and about the library; that is libclosewait(3), with its headers.
# usage: man.sh PROGRAM DATE closewait.1|closewait-experiment.5|libclosewait.3
set -euo pipefail

program=$1 date=$2 page=$3
here=$(dirname -- "$(readlink -f -- "$0")")

# roff MACRO: what stands on stdin as help, with MACRO before its headings.
roff() {
	awk -v heading="$1" -f "$here/roff.awk" -f "$here/man.awk"
}

# header FILE DESCRIPTION TITLE
header() {
	awk -v description="$2" -v title="$3" -f "$here/roff.awk" -f "$here/header.awk" "$here/../lib/$1"
}

# All that help explains, and of these the commands: how one is used stands in its help.
topics() {
	"$program" help | sed -n 's/^  \([a-z]*\) .*/\1/p'
}

is_command() {
	[[ $("$program" help "$1") == *$'\nusage: '* ]]
}

is_about_files() {
	[[ $1 =~ ^(format|trace|json)$ ]]
}

# The first line is the title.
title() {
	"$program" help "$1" | sed -n '1s/\.$//p'
}

print_closewait() {
	local name
	printf 'closewait \\- experiments with TCP connections whose peer has gone, and their traces\n'
	"$program" help | roff .SH
	for name in $(topics); do
		is_command "$name" || continue
		printf '.SH "closewait %s"\n' "$name"
		"$program" help "$name" | roff .SS
	done
	for name in $(topics); do
		if is_command "$name" || is_about_files "$name" || [[ $name == library ]]; then
			continue
		fi
		printf '.SH "%s"\n' "$(title "$name")"
		"$program" help "$name" | sed 1,2d | roff .SS
	done
	printf '.SH "SEE ALSO"\n.BR closewait\\-experiment (5),\n.BR libclosewait (3),\n.BR tcp (7),\n.BR unix (7)\n'
}

print_format() {
	local name
	printf 'closewait\\-experiment \\- %s\n.SH DESCRIPTION\n' "$(title format | sed 's/./\l&/')"
	"$program" help format | sed 1,2d | roff .SH
	for name in $(topics); do
		if [[ $name == format ]] || ! is_about_files "$name"; then
			continue
		fi
		printf '.SH "%s"\n' "$(title "$name")"
		"$program" help "$name" | sed '1,2d; /^{/,$d' | roff .SS # a schema is for programs
	done
	printf '.SH "SEE ALSO"\n.BR closewait (1)\n'
}

print_library() {
	printf 'libclosewait \\- experiments with TCP connections whose peer has gone, in your own tests\n'
	cat <<-'END'
		.SH SYNOPSIS
		.nf
		\fB#include <closewait.h>\fR
		\fB#include <closewait_cmocka.h>\fR

		cc FILE.c $(pkg\-config \-\-cflags \-\-libs closewait)
		.fi
	END
	header closewait.h DESCRIPTION INTERFACE
	header closewait_cmocka.h ASSERTIONS ASSERTIONS
	printf '.SH EXAMPLE\n'
	"$program" help library | roff .SS
	printf '.SH "SEE ALSO"\n.BR closewait (1),\n.BR closewait\\-experiment (5)\n'
}

name=${page%.*}
printf '.\\" Made by src/manual/man.sh.\n.TH "%s" "%s" "%s" "%s"\n.SH NAME\n' \
	"$name" "${page##*.}" "$date" "$("$program" --version)"
case $name in
closewait) print_closewait ;;
closewait-experiment) print_format ;;
libclosewait) print_library ;;
esac
