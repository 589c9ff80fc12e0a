#!/bin/zsh
# What bash and zsh make of a tabulator, each on a terminal. usage: completion.zsh PREFIX
zmodload zsh/zpty
prefix=$1 failed=0
# Typed, and what the line is after it.
lines=(
	'closewait ru' 'closewait run '
	'closewait run write-after-clos' 'closewait run write-after-close'
	'closewait run --famil' 'closewait run --family='
	'closewait run --family=mp' 'closewait run --family=mptcp4 '
	'closewait run --format=ju' 'closewait run --format=junit '
	'closewait run write-after-close --states --wi' 'closewait run write-after-close --states --wire='
	'closewait run share/man/man1/clo' 'closewait run share/man/man1/closewait.1 '
	'closewait report --br' 'closewait report --brief '
	'closewait help form' 'closewait help format '
)

# ^G shows the line and empties it.
prepare_bash() {
	zpty line bash --norc --noprofile -i
	zpty -w line "PS1= PATH=$prefix/bin:\$PATH; cd $prefix; . share/bash-completion/completions/closewait
show() { echo \"[\$READLINE_LINE]\"; READLINE_LINE=; }; bind -x '\"\\C-g\": show'; echo rea''dy"
}

prepare_zsh() {
	zpty line zsh -f -i
	zpty -w line "PROMPT= PATH=$prefix/bin:\$PATH fpath=($prefix/share/zsh/site-functions \$fpath); cd $prefix
autoload -U compinit && compinit -u -D
show() { print -r -- \"[\$BUFFER]\"; BUFFER= } && zle -N show && bindkey '^I' complete-word '^G' show; print rea''dy"
}

for shell in bash zsh; do
	prepare_$shell
	zpty -r -m line answer '*ready*'
	for typed expected in $lines; do
		zpty -w -n line $typed$'\t\a'
		zpty -r -m line answer '*\[*\]*'
		answer=${${answer##*\[}%%\]*}
		[[ $answer == $expected ]] && continue
		print -r -- "$shell: $typed: expected '$expected', got '$answer'"
		failed=1
	done
	zpty -d line
done
exit $failed
