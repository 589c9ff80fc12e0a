# shellcheck shell=bash
# What a guest needs in its directory, to be sourced by scripts/matrix: the program for its machine,
# the initramfs or the command, the deadline. scripts/guest says what is read there.
# shellcheck disable=SC2154 # output, image, machine, programs, ... are scripts/matrix's

# The architecture of the programs that a machine runs.
architecture_of() {
	case $1 in
	uml | gvisor | command | running) printf amd64 ;;
	*) printf '%s' "$1" ;;
	esac
}

# The emulators of the machines that were asked for, and the program for each architecture.
prepare_machines() {
	local label emulators=() built
	for label in "${!machine[@]}"; do
		case ${machine[$label]} in
		amd64 | i386) emulators+=(qemu-system-x86) ;;
		arm64) emulators+=(qemu-system-arm) ;;
		riscv64 | s390x) emulators+=(qemu-system-misc) ;;
		esac
	done
	need_packages "${emulators[@]}"
	programs[amd64]=$program
	for label in "${!machine[@]}"; do
		architecture=$(architecture_of "${machine[$label]}")
		[[ -z ${programs[$architecture]:-} ]] || continue
		built=$("$top/scripts/cross" "$architecture") || exit
		{
			read -r "programs[$architecture]"
			read -r "libraries[$architecture]"
		} <<<"$built"
	done
}

# archive ROOT OUT: an initramfs of the files below ROOT.
archive() {
	(cd -- "$1" && find . -mindepth 1 | sort | cpio --quiet -o -H newc) >"$2"
}

# needs PROGRAM [DIRECTORY]: the paths of the libraries that it loads, of this machine or of another
# one's in DIRECTORY.
needs() {
	local name path
	local -A seen=()
	if [[ -z ${2:-} ]]; then
		ldd "$1" | grep -o '/[^ ]*'
		return
	fi
	local waiting=("$1")
	while [[ ${#waiting[@]} -gt 0 ]]; do
		path=${waiting[0]}
		waiting=("${waiting[@]:1}")
		for name in $(readelf -ld -- "$path" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]$/\1/p
			s/.*program interpreter: .*\/([^/]*)\]$/\1/p'); do
			[[ -z ${seen[$name]:-} ]] || continue
			seen[$name]=yes
			path=$(find "$2/usr/lib" -name "$name" -print -quit)
			waiting+=("$path")
			printf '%s\n' "$path"
		done
	done
}

# The part of the initramfs that all kernels of an architecture share: the program, what it loads,
# its arguments, and experiments that are files.
make_initramfs() {
	local architecture=$1 root=$output/root library name
	rm -rf -- "$root"
	mkdir -p -- "$root/experiments" "$root/lib"
	cp -- "${programs[$architecture]}" "$root/closewait"
	while read -r library; do
		name=$library
		# Where every loader looks, and where the loader of every other architecture is.
		[[ -z ${libraries[$architecture]:-} ]] || name=/lib/${library##*/}
		mkdir -p -- "$root${name%/*}"
		cp -L -- "$library" "$root$name"
	done < <(needs "${programs[$architecture]}" "${libraries[$architecture]:-}")
	printf '%s\n' --kernel-log "--jobs=$guest_jobs" "--deadline=$((5000 * factor))" >"$root/arguments"
	for name in "${experiments[@]}"; do
		if [[ -f $name ]]; then
			cp -- "$name" "$root/experiments/${name##*/}"
			name=./${name##*/}
		fi
		printf '%s\n' "$name" >>"$root/arguments"
	done
	archive "$root" "$output/initramfs-$architecture"
	rm -rf -- "$root"
}

# What a guest of a kernel from the cache, or of an image that someone built, boots.
prepare_guest() {
	local from=$1 to=$2 on=$3 shared
	shared=$output/initramfs-$(architecture_of "$on")
	printf '%s\n' "$on" >"$to/machine"
	[[ -z $accel ]] || printf '%s\n' "$accel" >"$to/accel"
	[[ -z $virtual_clock ]] || : >"$to/virtual-clock"
	if [[ -f $from ]]; then
		bootable_image "$from" "$to/kernel"
		cp -- "$shared" "$to/initrd"
	else
		cp -- "$from/about" "$to/about"
		ln -- "$from/kernel" "$to/kernel" 2>/dev/null ||
			cp --reflink=auto -- "$from/kernel" "$to/kernel"
		mkdir -- "$to/root"
		cp -r -- "$from/modules" "$to/root"
		archive "$to/root" "$to/modules"
		cat -- "$shared" "$to/modules" >"$to/initrd"
		rm -rf -- "$to/root" "$to/modules"
	fi
	# A run ends by its own deadline at the latest; few get that far.
	printf '%s\n' $((factor * (60 + $(wc -l <"$output/plan")))) >"$to/deadline"
	cp -- "$top/scripts/guest" "$to/guest"
}

# prepare_command LABEL STACK WORD...: what a guest that is no kernel runs, in its directory.
prepare_command() {
	local to=$output/$1 stack=$2 word name
	printf 'command\n' >"$to/machine"
	cp -- "$program" "$to/program"
	for word in "${@:3}"; do
		case $word in
		'{arguments}')
			printf '%s\n' record "--stack=$stack" "${differences[@]}" "--jobs=$guest_jobs" "--deadline=$((1000 * factor))"
			for name in "${experiments[@]}"; do
				[[ ! -f $name ]] || name=$(readlink -f -- "$name")
				printf '%s\n' "$name"
			done
			;;
		*) printf '%s\n' "$word" ;;
		esac
	done >"$to/command"
	printf '%s\n' $((factor * (60 + $(wc -l <"$output/plan")))) >"$to/deadline"
	cp -- "$top/scripts/guest" "$to/guest"
}

# gVisor: the program that scripts/kernels unpacked. Its versions are dates.
prepare_gvisor() {
	local from=$1 label=$2 rootless=()
	[[ $EUID -eq 0 ]] || rootless=(--rootless)
	[[ $accel != kvm ]] || rootless+=(--platform=kvm)
	{
		cat -- "$from/about"
		sed -nE 's/.*~(20[0-9]{2})([0-9]{2})([0-9]{2})\..*/dated \1-\2-\3/p' "$from/about"
	} >"$output/$label/about"
	cp -- "$from/kernel" "$output/$label/kernel"
	prepare_command "$label" "gVisor ${from##*_}" ./kernel --network=none --ignore-cgroups \
		"${rootless[@]}" 'do' '{program}' '{arguments}'
}

# A directory for each kernel.
prepare() {
	local label architecture words
	for architecture in "${!programs[@]}"; do
		make_initramfs "$architecture"
	done
	for label in "${!image[@]}"; do
		[[ -z $resume || ! -e $output/$label/host ]] || continue
		rm -rf -- "${output:?}/$label"
		mkdir -p -- "$output/$label"
		cp -- "$output/plan" "$output/$label/plan"
		case ${machine[$label]} in
		running) ;;
		command)
			read -r -a words <<<"${image[$label]}"
			prepare_command "$label" "$label" "${words[@]}"
			;;
		gvisor) prepare_gvisor "${image[$label]}" "$label" ;;
		*) prepare_guest "${image[$label]}" "$output/$label" "${machine[$label]}" ;;
		esac
	done
}
