#!/bin/bash
# Do the files under src/ need each other in a circle? usage: circles.sh SRC BUILD
#
# A .c file and the header of its name are one. An arrow goes from who includes to what is included,
# and, read from the objects below BUILD/src with nm, from who uses a symbol to who defines it. tsort
# names the circles. Exit status 1 when there is one, or nothing to read.
set -euo pipefail
src=$1 build=$2

# In the same folder, or generated: an include without a folder.
includes() {
	cd -- "$src"
	grep -Ho '^#include "[^"]*"' -- */*.[ch] | sed -E '
		s|^(([a-z]+)/[^.]+)\.[ch]:#include "([a-z_]+)\.h"$|\1 \2/\3|
		s|^([^.]+)\.[ch]:#include "([^.]+)\.(h\|def)"$|\1 \2|'
}

calls() {
	cd -- "$build/src"
	find . -name '*.o' -print0 | sort -z | xargs -0 nm -gA | awk '
		{
			file = $1
			sub(/\.c\.o:.*/, "", file)
			sub(/.*CMakeFiles\//, "", file)
			sub(/\.dir\//, "/", file)
		}
		$(NF - 1) == "U" { used[file, $NF] = 1; next }
		{ home[$NF] = file }
		END {
			for (pair in used) {
				split(pair, part, SUBSEP)
				if (part[2] in home)
					print part[1], home[part[2]]
			}
		}'
}

for arrows in includes calls; do
	found=$("$arrows")
	[[ $(wc -l <<<"$found") -gt 100 ]] || {
		printf 'circles.sh: no %s in %s, %s\n' "$arrows" "$src" "$build" >&2
		exit 1
	}
done
{ includes && calls; } | awk '$1 != $2' | sort -u | tsort >/dev/null
