#!/bin/bash
# Do the files under src/ call each other in a circle? usage: circles.sh BUILD
#
# Reads the objects below BUILD/src with nm: an arrow goes from a file that uses a symbol to the file
# that defines it. tsort names the circles. Exit status 1 when there is one, or nothing to read.
set -euo pipefail
cd -- "$1/src"

arrows() {
	find . -name '*.o' -print0 | sort -z | xargs -0 nm -gA | awk '
		{ file = $1; sub(/:.*/, "", file); sub(/.*CMakeFiles\//, "", file); sub(/\.dir\//, "/", file) }
		$(NF - 1) == "U" { used[file, $NF] = 1; next }
		{ home[$NF] = file }
		END {
			for (pair in used) {
				split(pair, part, SUBSEP)
				if (part[2] in home && home[part[2]] != part[1])
					print part[1], home[part[2]]
			}
		}' | sort -u
}

found=$(arrows)
[[ $(wc -l <<<"$found") -gt 100 ]] || {
	printf 'circles.sh: no objects with calls in %s\n' "$PWD" >&2
	exit 1
}
tsort <<<"$found" >/dev/null
