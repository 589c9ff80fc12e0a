#!/bin/bash
# Tests of what scripts/soak counts: a program of a few lines stands for closewait, as expected
# where one run is measured, and going wrong in many.
#
# usage: soak.sh
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "$0")")
export LC_ALL=C

work=$(mktemp -d)
finish() {
	[[ ! -s $work/left.pid ]] || xargs -r kill -KILL <"$work/left.pid" 2>/dev/null || true
	rm -rf -- "$work"
}
trap finish EXIT
export PARALLEL_HOME=$work/parallel

fail() {
	printf 'FAILED: %s\n' "$*" >&2
	cat -- "$work/out" "$work/err" >&2
	exit 1
}

# The catalogue's many processes alone do what the file wrong says.
cat >"$work/closewait" <<'END'
#!/bin/bash
here=${0%/*}
case $* in
*--jobs=*) . "$here/wrong" ;;
esac
echo '# 2 traces, 3 runs, 24 steps, 0 deviations, 1.000 ms'
END
chmod +x "$work/closewait"
cp -- "$(command -v sleep)" "$work/closewait-left"

# counts STATUS RUNS DEVIATIONS TIMEOUTS ERRORS LOST LEFT WRONG: what soak makes of it.
counts() {
	local status=0 row
	printf '%s\n' "$8" >"$work/wrong"
	"$here/../scripts/soak" --program="$work/closewait" --count=4 --catalogues=2 -j 2 \
		--output="$work/soak" >"$work/out" 2>"$work/err" </dev/null || status=$?
	[[ $status -eq $1 ]] || fail "exit status $status instead of $1: $8"
	row=$(awk '$1 == "catalogue" { print $2, $3, $4, $5, $6 }' "$work/out")
	[[ $row == "${*:2:5}" ]] || fail "'$row' instead of '${*:2:5}': $8"
	grep -qx "processes left: $7" "$work/out" || fail "not $7 processes left: $8"
	grep -qE '^classic +6 +0 +0 +0 +0 *$' "$work/out" || fail "the classic's row"
}

deviating='echo "x tcp4 as expected 3 steps 0.1 ms"; echo; echo " client read 6"
echo "+client read 6            = RESULT  # observed"; echo "# 3 steps, 1 deviation, 1.000 ms"
echo "# 2 traces, 2 runs, 24 steps, 1 deviation, 1.000 ms"; exit 1'

counts 0 6 0 0 0 0 0 ''
counts 1 4 2 0 0 0 0 "${deviating/RESULT/0}"
[[ $(head -n 3 -- "$work/soak/catalogue.deviation-2" | tail -n 1) == '+client read 6'* ]] ||
	fail "the deviation's trace"
counts 1 4 2 2 0 0 0 "${deviating/RESULT/timeout in ESTABLISHED}"
counts 3 6 0 0 2 2 0 'echo "closewait: x tcp4: the capture lost packets" >&2'
counts 3 6 0 0 2 0 0 'echo "closewait: x tcp4: no port" >&2'
counts 3 0 0 0 2 0 0 'kill -KILL $$'
# shellcheck disable=SC2016 # expanded by the program
counts 3 6 0 0 0 0 2 '"$here/closewait-left" 600 </dev/null &>/dev/null & echo $! >>"$here/left.pid"'
