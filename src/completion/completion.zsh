# Offers the lines on stdin; files and directories for their names.
__closewait_offer() {
	local line
	local -a offered
	while IFS= read -r line; do
		case $line in
		FILE) _files ;;
		DIRECTORY) _files -/ ;;
		*=) compadd -S '' -- $line ;;
		*) offered+=($line) ;;
		esac
	done
	compadd -a offered
}

_closewait() {
	local program=$words[1] command=$words[2]
	if (( CURRENT == 2 )); then
		__closewait_commands $program | __closewait_offer
	elif [[ $PREFIX == --*=* ]]; then
		local option=${PREFIX%%=*}
		compset -P 1 '*='
		__closewait_values $program $command $option | __closewait_offer
	elif [[ $PREFIX == -* ]]; then
		__closewait_options $program $command | __closewait_offer
	else
		__closewait_arguments $program $command | __closewait_offer
	fi
}

_closewait "$@"
