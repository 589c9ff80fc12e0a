#!/bin/bash
# run --format=tap under the kernel's own programs: kselftest's runner (tools/testing/selftests) and kunit's parser
# (tools/testing/kunit), as Debian's newest linux-source has them. usage: kselftest.sh PROGRAM
set -euo pipefail

program=$1
top=$(dirname -- "$(readlink -f -- "$0")")/..
# shellcheck source-path=SCRIPTDIR source=../scripts/common.sh
. "$top/scripts/common.sh"
# shellcheck source-path=SCRIPTDIR source=../scripts/apt.sh
. "$top/scripts/apt.sh"
status=0

skip() {
	printf 'kselftest.sh: skipped: %s\n' "$*"
	exit 77
}

# expect WHAT TEXT PATTERN...: the text has a line of each pattern.
expect() {
	local what=$1 text=$2 pattern
	shift 2
	for pattern; do
		grep -qE -- "$pattern" <<<"$text" && continue
		printf 'kselftest.sh: %s: expected %s, got\n%s\n' "$what" "$pattern" "$text"
		status=1
	done
}

# shellcheck disable=SC2317 # called by one_at_a_time
# Leaves the two directories in the cache, once, where kunit.py wants to be; the source is 150 MB.
fetch() {
	local work package
	[[ ! -e $source/$tools/selftests/run_kselftest.sh ]] || return 0
	update_index || return
	work=$(mktemp -d "$cache/fetching.XXXXXX")
	package=$(apt-cache "${apt_options[@]}" depends linux-source | sed -n 's/.*Depends: //p')
	(cd -- "$work" && quietly "fetching $package" apt-get "${apt_options[@]}" download -q "$package") || return
	dpkg-deb --fsys-tarfile "$work"/*.deb | tar -x -O --wildcards '*.tar.xz' | xz -dc |
		tar -x -C "$work" --strip-components=1 --wildcards '*/tools/testing/kunit/*' \
			'*/tools/testing/selftests/kselftest/*' '*/tools/testing/selftests/run_kselftest.sh'
	rm -rf -- "$work"/*.deb "$source"
	mv -T -- "$work" "$source"
}

for tool in xz python3 perl; do
	command -v "$tool" >/dev/null || skip "no $tool here"
done
mkdir -p -- "$cache"
use_architecture "$(dpkg --print-architecture)"
source=$cache/kselftest
tools=tools/testing
one_at_a_time "$cache/.lock" fetch || skip 'the mirror has no source of a kernel'

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cp -r -- "$source/$tools/selftests/." "$work"
mkdir -- "$work/closewait"
printf 'use tcp4\nclient connect = 0\nclient write 6 = 7\n' >"$work/closewait/wrong"
printf 'use tcp4\nsysctl net.ipv4.tcp_fin_timeout 10\nclient connect = 0\n' >"$work/closewait/not-here"
# collection NAME ARGUMENT...: a test of the collection, as somebody would write it.
collection() {
	printf '#!/bin/sh\nexec %q run --format=tap %s\n' "$program" "${*:2}" >"$work/closewait/$1"
	chmod +x -- "$work/closewait/$1"
	printf 'closewait:%s\n' "$1" >>"$work/kselftest-list.txt"
}
collection good.sh write-after-close write-after-reset
collection deviates.sh write-after-close wrong
collection skipped.sh --no-sandbox not-here

said=$("$work/run_kselftest.sh" -c closewait 2>&1 | cat) || true # newer ones end with 1
expect runner "$said" '^ok 1 selftests: closewait: good\.sh$' '^# ok 1 - write-after-close tcp4$' \
	'^not ok 2 selftests: closewait: deviates\.sh # exit=1$' '^# not ok [0-9]* - wrong tcp4$' \
	'^ok 3 selftests: closewait: skipped\.sh # SKIP$'
printf '%s\n' "$said" >"$work/output"

# parse FILE: kunit's summary.
parse() {
	python3 "$source/$tools/kunit/kunit.py" parse "$1" 2>&1 || true
}
expect 'kunit of the runner' "$(parse "$work/output")" 'Ran 3 tests: passed: 1, failed: 1, skipped: 1$'
cd -- "$work/closewait"
"$program" run --format=tap write-after-close wrong >"$work/output" || true
expect kunit "$(parse "$work/output")" '\[PASSED\] write-after-close tcp4' '\[FAILED\] wrong tcp4' ', failed: 1$'
exit "$status"
