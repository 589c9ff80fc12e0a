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
	tr -s ' ' '\n' | sed 's/\.$//; /^$/d'
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

one=$prefix/share/man/man1/closewait.1 five=$prefix/share/man/man5/closewait-format.5
for page in "$one" "$five"; do
	[[ -s $page ]] || fail "no $page"
	silent groff -ww -man -Tutf8 "$page"
	silent mandoc -T lint -W warning "$page"
	LC_ALL=C.UTF-8 MANPAGER=cat silent man --warnings -l "$page"
done
if command -v groff >/dev/null; then
	mapfile -t commands < <("$program" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
	[[ ${#commands[@]} -ge 10 ]] || fail "few commands: ${commands[*]}"
	same_words "$one" "${commands[@]}"
	same_words "$five" format trace
fi
exit "$status"
