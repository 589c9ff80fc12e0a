#!/bin/bash
# Reads the includes of src/ and holds them against the floors. usage: layers.sh SRC FLOOR...
#
# FLOOR is the folders of one floor, with blanks between, the lowest floor first; a '+' before a
# folder says that it is pure. A file includes its own folder and folders of lower floors; a pure one,
# of those above the lowest floor, only pure ones. An include in quotes says its folder, so that it can
# be seen here: but for what the build generates, and for the public header, which is installed without.
#
# Prints "FILE:LINE: what is wrong" for each breach; exit status 1 when there is one. So that it
# cannot pass by seeing nothing, a folder without an include is one, too.
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

# check FOLDER PLACE OTHER: a file of FOLDER includes one of OTHER.
check() {
	if [[ ! ${floor[$3]:-} ]]; then
		breach "$2" "$3 is no folder of src"
	elif [[ $3 != "$1" && ${floor[$3]} -ge ${floor[$1]} ]]; then
		breach "$2" "$1, on floor ${floor[$1]}, includes $3, on floor ${floor[$3]}"
	elif [[ ${pure[$1]:-} && ! ${pure[$3]:-} && ${floor[$3]} -gt 1 ]]; then
		breach "$2" "$1 is pure and includes $3, which is not"
	fi
}

for directory in "$src"/*/; do
	folder=$(basename -- "$directory")
	sources=$(find "$directory" -name '*.[ch]' | wc -l)
	[[ $sources -eq 0 || ${floor[$folder]:-} ]] || breach "$src/$folder:1" "a folder that is on no floor"
done
for folder in "${!floor[@]}"; do
	includes=$(grep -EHn '^[[:blank:]]*#[[:blank:]]*include\b' "$src/$folder"/*.[ch] || true)
	[[ $includes ]] || breach "$src/$folder:1" "no file here includes anything"
	while IFS=: read -r file line text; do
		if [[ $text =~ [\"\<]([a-z_]+)/[a-z_]+\.(h|def)[\"\>] && (
			$text == *\"* || ${floor[${BASH_REMATCH[1]}]:-}) ]]; then
			check "$folder" "$file:$line" "${BASH_REMATCH[1]}"
		elif [[ $text == *\"* && ! $text =~ \"(version|closewait)\.h\" ]]; then
			breach "$file:$line" "expected \"FOLDER/FILE\""
		fi
	done <<<"$includes"
done
exit "$status"
