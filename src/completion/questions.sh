#compdef closewait
# shellcheck shell=bash
# Completion for closewait: what there is to complete is asked of the program, whose help is laid out
# for that, too. In what bash and zsh have in common; $1 is the program.

__closewait_commands() {
	"$1" help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

__closewait_topics() {
	"$1" help 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p'
}

# Of command $2 the lines of its help that say what it takes: how it is used, and its options.
__closewait_usage() {
	"$1" help "$2" 2>/dev/null | sed -n '
		/^usage: /,/^$/p
		s/^  \(--[^ ]*\).*/\1/p'
}

# Its options, with a '=' when they have a value.
__closewait_options() {
	{
		__closewait_usage "$1" "$2" | grep -o -e '--[a-z-][a-z-]*=\{0,1\}'
		printf '%s\n' --help --version
	} | sort -u
}

# __closewait_values PROGRAM COMMAND OPTION: the values that are known, a line each; or FILE.
__closewait_values() {
	case $(__closewait_usage "$1" "$2" | sed -n "s/.*$3=\([^] ]*\).*/\1/p" | sed 1q) in
	FAMILY) "$1" list --runs 2>/dev/null | sed 's/.* //' | sort -u ;;
	FILE) echo FILE ;;
	*'|'*) __closewait_usage "$1" "$2" | sed -n "s/.*$3=\([^] ]*\).*/\1/p" | tr '|' '\n' ;;
	esac
}

# What its arguments may be, a line each; FILE and DIRECTORY for those.
__closewait_arguments() {
	case $(__closewait_usage "$1" "$2" | sed '/^$/q') in
	*NAME*)
		"$1" list --runs 2>/dev/null | sed 's/ .*//' | uniq
		if __closewait_usage "$1" "$2" | grep -qw SYMBOL; then "$1" list --symbols 2>/dev/null; fi
		echo FILE
		;;
	*DIRECTORY*) echo DIRECTORY ;;
	*TOPIC*) __closewait_topics "$1" ;;
	esac
}

