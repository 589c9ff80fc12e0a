# shellcheck shell=bash
# Hosts for the tests, to be sourced: sshds on loopback, as ordinary processes, whose sessions begin
# in a home of their own.
# shellcheck disable=SC2154 # work and fail are the test's

# The files of HOST in $work: keys are $work/key and $work/hostkey, for all. The home is set before the
# login shell begins, which must not read the account's own start-up files: they may take a second each
# time.
configure_host() {
	local host=$1
	mkdir -p -- "$work/$host/home"
	cat >"$work/$host/command" <<-END
		#!/bin/bash
		export HOME=$work/$host/home PATH=$work/$host/bin:\$PATH
		cd && exec bash -c "\$SSH_ORIGINAL_COMMAND"
	END
	chmod +x "$work/$host/command"
	cat >"$work/$host/sshd_config" <<-END
		HostKey $work/hostkey
		AuthorizedKeysFile $work/key.pub
		ForceCommand $work/$host/command
		ListenAddress 127.0.0.1
		StrictModes no
		UsePAM no
		PidFile none
		SetEnv HOME=$work/$host/home
	END
	mkfifo "$work/$host/log"
}

# name_host HOST PORT: makes ssh -F $work/ssh_config know it.
name_host() {
	cat >>"$work/ssh_config" <<-END
		Host $1
			HostName 127.0.0.1
			Port $2
			IdentityFile $work/key
			IdentitiesOnly yes
			StrictHostKeyChecking no
			UserKnownHostsFile /dev/null
			LogLevel ERROR
			BatchMode yes
	END
}

# let_in HOST LOG: an account that is locked cannot be logged in to, as its own sshd says: a skip.
let_in() {
	local line
	ssh -F "$work/ssh_config" "$1" true 2>/dev/null </dev/null && return
	while read -r -t 20 -u "$2" line; do
		[[ $line != *' not allowed because '* ]] || skip "sshd: $line"
		[[ $line != *'Connection closed'* ]] || break
	done
	fail "sshd lets nobody in"
}

start_host() {
	local host=$1 run=() port try line log
	configure_host "$host"
	# As root it wants a directory that a machine that is no server does not have.
	[[ $EUID -ne 0 ]] || run=(unshare --mount bash -c
		'mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec "$@"' run)
	for ((try = 0; try < 20; try++)); do
		port=$((20000 + RANDOM % 10000)) # below the ports that the kernel hands out
		"${run[@]}" /usr/sbin/sshd -D -e -p "$port" -f "$work/$host/sshd_config" \
			2>"$work/$host/log" &
		echo $! >"$work/$host/sshd.pid"
		exec {log}<"$work/$host/log" # stays open, for sshd to write into
		while read -r -t 20 -u "$log" line; do
			if [[ $line == 'Server listening'* ]]; then
				name_host "$host" "$port"
				let_in "$host" "$log"
				return
			fi
			[[ $line == *'already in use'* ]] || printf '%s\n' "$line" >&2
		done
		exec {log}<&-
	done
	fail "sshd does not start"
}

# A process and all that it started.
descendants() {
	local child children=()
	echo "$1"
	read -r -a children 2>/dev/null <"/proc/$1/task/$1/children" || true
	for child in "${children[@]}"; do
		descendants "$child"
	done
}

# Ends everything on a host at once: stopped first, so that nothing is started meanwhile.
kill_host() {
	local pid processes=() count=-1
	pid=$(cat "$work/$1/sshd.pid")
	rm -f -- "$work/$1/sshd.pid"
	while [[ ${#processes[@]} -ne $count ]]; do
		count=${#processes[@]}
		mapfile -t processes < <(descendants "$pid")
		kill -STOP -- "${processes[@]}" 2>/dev/null || true
	done
	kill -KILL -- "${processes[@]}" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
}
