# Offers those of the lines on stdin that begin with the word; files and directories for their names.
__closewait_offer() {
	local line word=$1
	while IFS= read -r line; do
		case $line in
		FILE)
			compopt -o filenames
			mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
			;;
		DIRECTORY)
			compopt -o filenames
			mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$word")
			;;
		"$word"*=)
			compopt -o nospace
			COMPREPLY+=("$line")
			;;
		"$word"*) COMPREPLY+=("$line") ;;
		esac
	done
}

# The shell takes the '=' behind an option for a word of its own.
_closewait() {
	local word=$2 before=$3 option=
	COMPREPLY=()
	if [[ $word == = ]]; then
		option=$before word=
	elif [[ $before == = ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [[ $COMP_CWORD -eq 1 ]]; then
		__closewait_offer "$word" < <(__closewait_commands "$1")
	elif [[ $option ]]; then
		__closewait_offer "$word" < <(__closewait_values "$1" "${COMP_WORDS[1]}" "$option")
	elif [[ $word == -* ]]; then
		__closewait_offer "$word" < <(__closewait_options "$1" "${COMP_WORDS[1]}")
	else
		__closewait_offer "$word" < <(__closewait_arguments "$1" "${COMP_WORDS[1]}")
	fi
}

complete -F _closewait closewait
