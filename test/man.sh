#!/bin/bash
# The manual pages where they are installed: formatters have no warning for them, and all that the
# program's help tells stands in them. usage: man.sh PREFIX
set -euo pipefail

prefix=$1
program=$prefix/bin/closewait
status=0
fail() {
	printf 'man.sh: %s\n' "$*"
	status=1
}

# silent COMMAND...: it succeeds, and has nothing to say.
silent() {
	local said
	command -v "$1" >/dev/null || {
		printf 'man.sh: no %s here\n' "$1"
		return
	}
	said=$("$@" 2>&1 >/dev/null) || said+=" status $?"
	[[ ! $said ]] || fail "$*: $said"
}

# The words of a text, a line each, without the full stop that a title loses.
words() {
	tr -s ' \t' '\n' | sed 's/\.$//; /^$/d'
}

# same_words PAGE TOPIC...: each word of their help is in the page.
same_words() {
	local page=$1 topic missing read
	shift
	read=$(groff -rHY=0 -rLL=1000n -man -Tascii -P-cbou "$page") # no word is broken
	for topic; do
		missing=$(comm -13 <(words <<<"$read" | sort -u) \
			<("$program" help "$topic" | sed 's/^usage://' | words | sort -u))
		[[ ! $missing ]] || fail "$page lacks of $topic:" "$missing"
	done
}

one=$prefix/share/man/man1/closewait.1 five=$prefix/share/man/man5/closewait-experiment.5
three=$prefix/share/man/man3/libclosewait.3
for page in "$one" "$three" "$five"; do
	[[ -s $page ]] || fail "no $page"
	silent groff -ww -man -Tutf8 "$page"
	silent mandoc -T lint -W warning "$page"
	LC_ALL=C.UTF-8 MANPAGER=cat silent man --warnings -l "$page"
done
if command -v groff >/dev/null; then
	mapfile -t commands < <("$program" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
	[[ ${#commands[@]} -ge 10 ]] || fail "few commands: ${commands[*]}"
	same_words "$one" "${commands[@]}" matrix programs
	same_words "$five" format trace
	same_words "$three" library
	# What the headers declare, and say of it.
	missing=$(comm -13 <(groff -rHY=0 -rLL=1000n -man -Tascii -P-cbou "$three" | words | sort -u) \
		<(sed '/From here on nothing/,$d; /^#\(if\|endif\|include\)/d' "$prefix"/include/closewait*.h |
			sed -n 's:^ \* ::p; s:^/\* ::p; /^\(const \)*[a-z_]* \**closewait_/p' | sed 's: \*/$::' |
			words | grep -v '^\*/$' | sort -u))
	[[ ! $missing ]] || fail "$three lacks:" "$missing"
fi
exit "$status"
