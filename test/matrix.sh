#!/bin/bash
# Tests of scripts/matrix with real guests, of the newest kernel of this machine's own release.
# Exit status 77, and the reason, where it is not cached and there is no mirror to ask, or where the
# account cannot be logged in to.
#
# usage: matrix.sh PROGRAM TEST
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "$0")")
scripts=$here/../scripts
program=$1
export LC_ALL=C

work=$(mktemp -d)
finish() {
	local host
	jobs -p | xargs -r kill -KILL 2>/dev/null || true # what a test that failed left running
	for host in "$work"/*/sshd.pid; do
		[[ ! -e $host ]] || kill_host "$(basename "${host%/*}")"
	done
	rm -rf -- "$work"
}
trap finish EXIT
export PARALLEL_HOME=$work/parallel

fail() {
	printf 'FAILED: %s\n' "$*" >&2
	head -n 100 -- "$work/out" "$work/err" >&2 2>/dev/null || true
	exit 1
}

skip() {
	printf 'skipped: %s\n' "$*" >&2
	exit 77
}

# expect STATUS COMMAND...: its output is left in $work/out and $work/err.
expect() {
	local status=0
	"${@:2}" >"$work/out" 2>"$work/err" </dev/null || status=$?
	[[ $status -eq $1 ]] || fail "exit status $status instead of $1: ${*:2}"
}

# says FILE REGEX
says() {
	grep -qE -- "$2" "$work/$1" || fail "$1 does not say: $2"
}

# find_kernel KERNEL: sets directory to the one that scripts/kernels has for it. Only where no mirror answers
# that is a skip.
find_kernel() {
	local status=0
	directory=$("$scripts/kernels" "$1" 2>"$work/err") || status=$?
	[[ $status -ne 0 ]] || return 0
	[[ $status -ne 4 ]] || skip "$1: $(tail -n 1 "$work/err")"
	fail "exit status $status of scripts/kernels $1"
}

matrix=("$scripts/matrix" "--program=$program" "--output=$work/matrix")

# Images of the same kernel under different names.
images() {
	local name
	for name; do
		ln -s -- "$kernel/kernel" "$work/$name"
	done
}

# Files that stand for the images of kernels, and are no kernels: for guests as below.
stand_ins() {
	local name
	for name; do
		printf '%s\n' "$name" >"$work/$name"
	done
}

# Puts a program into HOST/bin that stands for QEMU: every start of a guest is a line in HOST/starts.
# The guest's record is one of the running kernel: what is tested with it is who starts what. The
# guest called "stuck" gets stuck the first time: it holds the FIFO open for writing, so that its
# reader sees both that it started and that it is gone.
spy_on_guests() {
	local host=$1
	mkdir -p -- "$work/$host/bin"
	[[ -e $work/recorded ]] || "$program" record write-after-reset 2>/dev/null | gzip >"$work/recorded"
	cat >"$work/$host/bin/qemu-system-x86_64" <<-END
		#!/bin/bash
		[[ \$1 != --version ]] || exec echo "QEMU's stand-in"
		echo "\${PWD##*/}" >>$work/$host/starts
		[[ \${PWD##*/} != stuck ]] || ! mkdir $work/once 2>/dev/null ||
			exec bash -c 'echo $host >&3; read -r <$work/never' 3>$work/fifo
		cp $work/recorded record
	END
	chmod +x "$work/$host/bin/qemu-system-x86_64"
	[[ -p $work/fifo ]] || mkfifo "$work/fifo" "$work/never"
}

# started NAME...: are these all the starts that the hosts saw?
started() {
	local saw
	saw=$(cat -- "$work"/*/starts | sort | tr '\n' ' ')
	[[ $saw == "$* " ]] || fail "started: $saw, and not: $*"
}

# Real guests: of a kernel, and of what is none. What happens to one does not touch the other.
test_own() {
	head -c 65536 /dev/urandom >"$work/garbage"
	expect 3 "${matrix[@]}" own "$work/garbage"
	says out '^write-after-close tcp4 tcp6 +=A +\?$'
	says out '^own: ([0-9]+) of \1 as expected; linux-'
	says out '^garbage: no record arrived; ended: exit status 1 of qemu'
	[[ -s $work/matrix/own/traces/write-after-close.tcp6.trace ]] || fail "no trace"
	grep -q '^  # client inet_sock_set_state' "$work/matrix/own/traces/write-after-close.tcp4.trace" ||
		fail "no kernel events in the trace"
	grep -q '^uname Linux ' "$work/matrix/own/kernel-about" || fail "no uname"
	expect 2 "${matrix[@]}" --accel=kvm --virtual-clock own
	says err '^closewait: matrix: --virtual-clock: KVM has the machine.s; '
}

# on_machine MACHINE: the whole catalogue on the newest kernel of this release for another machine,
# and on amd64's of the same version: as expected, and the same traces. Nothing of the other machine
# is installed.
on_machine() {
	local version
	find_kernel "$1"
	version=${directory##*_}
	expect 0 "${matrix[@]}" --virtual-clock --brief "$version" "$1"
	says out '^[1-9][0-9]* other runs are as expected, with the same trace on every kernel'
	! grep -E '^[a-z0-9-]+ .* [=!?][A-Z]' "$work/out" || fail "not the same traces"
	says "matrix/$1/kernel-about" "^uname Linux .* $2$"
}

test_arm64() {
	on_machine arm64 aarch64
}

# Big-endian.
test_s390x() {
	on_machine s390x s390x
}

# A kernel that is a program, from the cache and by its path.
test_uml() {
	find_kernel uml
	cp -- "$directory/kernel" "$work/linux"
	expect 0 "${matrix[@]}" --experiment=write-after-reset --experiment=unix-close-unread uml "$work/linux"
	says out '^write-after-reset tcp4 +=A +=A$'
	says out '^unix-close-unread unix +=A +=A$'
	expect 0 "${matrix[@]}" --bisect-run write-after-reset "$work/linux"
}

# A stack that is not Linux: named, deviating where it differs, each difference with the shortest
# experiment that shows it, which is as expected here; its experiments carried on to their end without
# what it does not show; nothing of it is left, even when it is given up in the middle.
test_gvisor() {
	local stack=$work/matrix/gvisor
	find_kernel gvisor
	mkdir -- "$work/tmp"
	export TMPDIR=$work/tmp
	expect 1 "${matrix[@]}" --differences --experiment=write-after-close --experiment=write-after-reset gvisor
	says out '^write-after-close tcp4 tcp6 +=A$'
	says out '^write-after-reset tcp4 tcp6 +!A$'
	says out '^gVisor 0\.0~20.* \(of 20[0-9-]{8}, [0-9]+ days before these runs\) against Linux: [1-9]'
	says out '^client poll +POLLIN\|POLLOUT\|POLLERR\|POLLHUP\|POLLRDHUP .* client connect; .*; client poll$'
	says matrix/gvisor/kernel-about '^stack gVisor 0\.0~20'
	says matrix/gvisor/traces/write-after-close.tcp4.trace '^server await FIN_WAIT2 +# not observed: '
	says matrix/gvisor/traces/write-after-close.tcp4.trace '^client write 6 += -1 EPIPE'
	expect 0 "$program" run "$stack"/traces/difference-*.trace
	[[ $(printf '%s\n' "$stack"/*) == "$(printf '%s\n' "$stack"/{about,console,host,kernel-about,plan,record,traces})" ]] ||
		fail "something was left in $stack"
	# Its packets, where it lets a packet socket see them.
	cp -- "$directory/kernel" "$work/runsc"
	expect 1 bash -o pipefail -c "$work/runsc --network=none --ignore-cgroups --net-raw do $program run \
		--stack=gVisor --wire=brief --family=tcp4 write-after-close | cat"
	says out '^\+  wire < R\. '
	mkdir -- "$work/given-up"
	cp -- "$directory/kernel" "$work/given-up"
	printf 'command\n' >"$work/given-up/machine"
	printf '%s\n' ./kernel --network=none --ignore-cgroups 'do' sleep 1000 >"$work/given-up/command"
	printf '5\n' >"$work/given-up/deadline"
	expect 0 "$scripts/guest" "$work/given-up"
	[[ $(printf '%s\n' "$work/given-up"/*) == "$(printf '%s\n' "$work/given-up"/{console,host,record})" ]] ||
		fail "something was left by what was given up"
	[[ -z $(find "$work/tmp" -mindepth 1) ]] || fail "something was left in the temporary directory"
	! pgrep -f "$work/(matrix|given-up)" || fail "something was left running"
}

# A wrapper that hangs, with children that hide, one that says nonsense, and one that is none.
test_with() {
	printf '#!/bin/bash\nsetsid bash -c "exec -a %q sleep 1000" & exec -a %q sleep 1000\n' "$work/hang-hidden" \
		"$work/hang-plain" >"$work/hang"
	printf '#!/bin/bash\necho plan 2 3 0 00000000\n' >"$work/liar"
	chmod +x "$work/hang" "$work/liar"
	expect 3 "${matrix[@]}" --experiment=write-after-reset "--with=env {program} {arguments}" \
		"--with=$work/liar {program} {arguments}" "--with=$work/none {program} {arguments}"
	says out '^write-after-reset tcp4 tcp6 +=A +\? +\?$'
	says out '^liar: .* of the record: .*; ended: by itself'
	says out '^none: no record arrived; ended: exit status 127'
	mkdir -- "$work/hanging"
	printf 'command\n' >"$work/hanging/machine"
	printf '%s\n' "$work/hang" >"$work/hanging/command"
	printf 'write-after-reset tcp4\n' >"$work/hanging/plan"
	printf '1\n' >"$work/hanging/deadline"
	expect 0 "$scripts/guest" "$work/hanging"
	expect 3 "$program" report "$work/hanging"
	says out '^hanging: no record arrived; ended: given up after 1 s'
	! pgrep -f "$work/hang" || fail "something was left running"
	expect 2 "${matrix[@]}" --with=env
}

# Kernel packages as distributions lay them out, made here of the same kernel; and one without any.
test_packages() {
	local tree=$work/tree
	mkdir -p -- "$tree/debian/boot" "$tree/debian/DEBIAN" "$tree/arch/usr/lib/modules/6.1" "$tree/alpine/boot" \
		"$tree/fedora/lib/modules/6.1/kernel/net" "$tree/empty"
	printf 'Package: linux-image-test\nVersion: 1\nArchitecture: amd64\nMaintainer: none <none@localhost>\n' \
		>"$tree/debian/DEBIAN/control"
	printf 'Description: a kernel\n' >>"$tree/debian/DEBIAN/control"
	ln -- "$kernel/kernel" "$tree/debian/boot/vmlinuz-6.1-generic" 2>/dev/null ||
		cp -- "$kernel/kernel" "$tree/debian/boot/vmlinuz-6.1-generic"
	dpkg-deb -Znone --build "$tree/debian" "$work/ubuntu.deb" >/dev/null
	cp -- "$kernel/kernel" "$tree/arch/usr/lib/modules/6.1/vmlinuz"
	tar -C "$tree/arch" --zstd -cf "$work/arch.pkg.tar.zst" usr
	cp -- "$kernel/kernel" "$tree/alpine/boot/vmlinuz-lts"
	tar -C "$tree/alpine" -czf "$work/alpine.apk" boot
	cp -- "$kernel/kernel" "$tree/fedora/lib/modules/6.1/vmlinuz"
	for module in "$kernel"/modules/*; do
		xz -c -- "$module" >"$tree/fedora/lib/modules/6.1/kernel/net/$(basename -- "${module#*/[0-9]-}" |
			sed 's/^[0-9]-//').xz"
	done
	{ # the lead, two empty headers, the payload
		printf '\xed\xab\xee\xdb\x03'
		head -c 91 /dev/zero
		printf '\x8e\xad\xe8\x01\0\0\0\0\0\0\0\0\0\0\0\0'
		printf '\x8e\xad\xe8\x01\0\0\0\0\0\0\0\0\0\0\0\0'
		(cd -- "$tree/fedora" && find . -mindepth 1 | cpio --quiet -o -H newc | gzip -1)
	} >"$work/fedora.rpm"
	tar -C "$tree/empty" -czf "$work/empty.apk" .
	expect 0 "${matrix[@]}" --experiment=destroy-close-wait --experiment=write-after-reset "$work/fedora.rpm"
	says out '^destroy-close-wait tcp4 .* =A$' # with its modules
	expect 0 "${matrix[@]}" --experiment=write-after-reset "$work/ubuntu.deb" "$work/arch.pkg.tar.zst" \
		"$work/alpine.apk"
	says out '^write-after-reset tcp4 tcp6( +=A){3}$'
	says out '^ubuntu.deb: .*; ubuntu.deb; judged as '
	expect 2 "${matrix[@]}" "$work/empty.apk"
	says err 'empty.apk: expected a package with a kernel.s image in it'
}

# What the mirror does not have is said, with what it has.
test_offers() {
	expect 3 "${matrix[@]}" s390x/4.4
	says err 's390x/4.4: no such kernel of flavour cloud; the mirror offers .*s390x/6'
	expect 2 "${matrix[@]}" sparc/6.1
	expect 0 "${matrix[@]}" --list
	says out '^arm64/[0-9]'
	says out '^uml/[0-9]'
}

# An initramfs whose init takes all memory there is.
hungry_init() {
	local root=$work/root name file
	for name in bash yes tail; do
		name=$(type -P "$name")
		for file in "$name" $(ldd "$name" | grep -o '/[^ ]*'); do
			mkdir -p -- "$root${file%/*}"
			cp -L -- "$file" "$root$file"
		done
	done
	cat >"$root/closewait" <<-END
		#!$(type -P bash)
		coproc $(type -P yes)
		exec $(type -P tail) -c 2G <&\${COPROC[0]}
	END
	chmod +x "$root/closewait"
	(cd -- "$root" && find . -mindepth 1 | cpio --quiet -o -H newc)
}

# A kernel without an init panics, one whose memory is all taken does, too; one that gets no time is
# given up. Each is an error, and tells the last lines of its console.
test_trouble() {
	local name
	for name in panic memory hang; do
		mkdir -- "$work/$name"
		cp -- "$kernel/kernel" "$work/$name"
		: | cpio --quiet -o -H newc >"$work/$name/initrd"
		echo "write-after-reset tcp4" >"$work/$name/plan"
		echo 60 >"$work/$name/deadline"
	done
	hungry_init >"$work/memory/initrd"
	echo 0.5 >"$work/hang/deadline"
	for name in panic memory hang; do
		expect 0 "$scripts/guest" "$work/$name"
	done
	expect 3 "$program" report "$work/panic" "$work/memory" "$work/hang"
	says out '^write-after-reset tcp4 +\?  +\?  +\?$'
	says out 'Kernel panic - not syncing: VFS'
	says out 'Kernel panic - not syncing: System is deadlocked on memory'
	says out '^hang: no record arrived; ended: given up after 0.5 s'
}

test_bisect() {
	images good
	head -c 65536 /dev/urandom >"$work/garbage"
	sed 's/^count TcpOutRsts .*/count TcpOutRsts = 7/' \
		"$here/../src/catalog/write-after-reset.trace" >"$work/wrong.trace"
	expect 0 "${matrix[@]}" --bisect-run write-after-reset "$work/good"
	expect 1 "${matrix[@]}" --bisect-run "$work/wrong.trace" "$work/good"
	says err '^-count TcpOutRsts         = 7'
	expect 125 "${matrix[@]}" --bisect-run write-after-reset "$work/garbage"
	expect 125 "${matrix[@]}" --bisect-run write-after-reset "$work/not-built"
	expect 128 "${matrix[@]}" --bisect-run write-after-reset
	expect 128 "${matrix[@]}" --bisect-run no-such-experiment "$work/good"
}

# Killed without warning in the middle it leaves no guest behind, and goes on where it was.
test_stopped() {
	local line pid
	stand_ins first stuck
	spy_on_guests local
	export PATH=$work/local/bin:$PATH
	matrix+=(-j 1 --experiment=write-after-reset "$work/first" "$work/stuck")
	"${matrix[@]}" >"$work/out" 2>"$work/err" </dev/null &
	pid=$!
	exec 4<>"$work/fifo"
	read -r -t 300 line <&4 || fail "the second guest was not started"
	exec 5<"$work/fifo" 4<&- # with no writer but the guest
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || true
	! timeout 300 cat <&5 | grep . || fail "a second guest got stuck"
	started first stuck
	expect 0 "${matrix[@]}" --resume
	says out '=A +=A$'
	started first stuck stuck
}

# Two hosts, one of which is killed in the middle: nothing is lost and nothing is run twice in vain.
test_hosts() {
	local killed pid host
	stand_ins a1 stuck z1
	ssh-keygen -q -t ed25519 -N '' -f "$work/key"
	ssh-keygen -q -t ed25519 -N '' -f "$work/hostkey"
	for host in left right; do
		spy_on_guests "$host"
		start_host "$host"
		echo "1/ssh -F $work/ssh_config $host" >>"$work/hosts"
	done
	"${matrix[@]}" --experiment=write-after-reset "--sshloginfile=$work/hosts" \
		"$work/a1" "$work/stuck" "$work/z1" >"$work/out" 2>"$work/err" </dev/null &
	pid=$!
	read -r killed < <(timeout 300 head -n 1 "$work/fifo") || fail "no guest got stuck"
	kill_host "$killed"
	wait "$pid" || fail "exit status $?"
	says out '^write-after-reset tcp4 tcp6( +=A){3}$'
	started a1 stuck stuck z1
	[[ -z $(find "$work"/{left,right}/home -name record -not -path "*/$killed/*") ]] ||
		fail "something was left on a host"
}

# shellcheck source-path=SCRIPTDIR source=hosts.sh
. "$here/hosts.sh"

find_kernel own
kernel=$directory
"test_$2"
