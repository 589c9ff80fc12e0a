#!/bin/bash
# Reads the includes of src/ and holds them against the floors. usage: layers.sh SRC FLOOR...
#
# FLOOR is the folders of one floor, with blanks between, the lowest floor first; a '+' before a
# folder says that it is pure. A file includes its own folder and folders of lower floors; a pure one
# of those above the lowest floor only pure ones. Prints "FILE:LINE: what is wrong" for each breach; exit status 1 when
# there is one. So that it cannot pass by seeing nothing, a folder without an include is one, too.
set -euo pipefail

src=$1
shift
declare -A floor pure
for i in $(seq $#); do
	for folder in ${!i}; do
		[[ $folder != +* ]] || pure[${folder#+}]=yes
		floor[${folder#+}]=$i
	done
done

status=0
# breach PLACE WHAT
breach() {
	printf '%s: %s\n' "$1" "$2"
	status=1
}

for directory in "$src"/*/; do
	folder=$(basename -- "$directory")
	sources=$(find "$directory" -name '*.[ch]' | wc -l)
	[[ $sources -eq 0 || ${floor[$folder]:-} ]] || breach "$directory:1" "a folder that is on no floor"
done
for folder in "${!floor[@]}"; do
	includes=$(grep -Hn '^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*"' "$src/$folder"/*.[ch] || true)
	[[ $includes ]] || breach "$src/$folder:1" "no file here includes anything"
	while IFS=: read -r file line text; do
		[[ $text =~ \"([a-z_]+)/ ]] || continue # of the same folder, or generated
		other=${BASH_REMATCH[1]}
		if [[ ! ${floor[$other]:-} ]]; then
			breach "$file:$line" "$other is no folder of src"
		elif [[ $other != "$folder" && ${floor[$other]} -ge ${floor[$folder]} ]]; then
			breach "$file:$line" "$folder, on floor ${floor[$folder]}, includes $other, on floor ${floor[$other]}"
		elif [[ ${pure[$folder]:-} && ! ${pure[$other]:-} && ${floor[$other]} -gt 1 ]]; then
			breach "$file:$line" "$folder is pure and includes $other, which is not"
		fi
	done <<<"$includes"
done
exit "$status"
