# shellcheck shell=bash
# What the scripts share, to be sourced: where the checkout is, the Debian packages, the build.
# An environment that fails is exit status 3, as the program has it.

top=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd -P)

# shellcheck disable=SC2034 # for the scripts that source this
{
	library_packages=(libc6-dev libpcap-dev libtracefs-dev libtraceevent-dev liburing-dev libjansson-dev
		zlib1g-dev)
	build_packages=(gcc cmake ninja-build pkg-config libcmocka-dev "${library_packages[@]}")
	kernel_packages=(distro-info-data xz-utils zstd lz4 binutils)
	guest_packages=("${kernel_packages[@]}" cpio parallel libarchive-tools) # and the emulator
	emulator_packages=(qemu-system-x86)
	fanout_packages=(rsync openssh-client)
	soak_packages=(parallel time)
	load_packages=(stress-ng iproute2)
	reader_packages=(libxml2-utils perl groff-base man-db zsh python3-jsonschema python3-yaml)
	test_packages=(tcpdump strace "${reader_packages[@]}" "${soak_packages[@]}" "${guest_packages[@]}"
		"${emulator_packages[@]}" "${fanout_packages[@]}" openssh-server ncat socat)
	fuzz_packages=(clang libclang-rt-14-dev)
	coverage_packages=(gcovr jq "${test_packages[@]}")
	check_packages=(clang clang-format clang-tidy cppcheck shellcheck valgrind)
}

# What scripts/kernels knows beside amd64, which needs no name; scripts/guest runs them.
machines=(amd64 arm64 i386 riscv64 s390x uml gvisor)

is_machine() {
	[[ " ${machines[*]} " == *" $1 "* ]]
}

message() {
	printf 'closewait: %s\n' "$*" >&2
}

# quietly WHAT COMMAND...: shows the command's output, on stderr, only when it fails.
quietly() {
	local what=$1 output
	shift
	output=$("$@" 2>&1 </dev/null) && return
	printf '%s\n' "$output" >&2
	message "$what failed"
	return 3
}

missing_packages() {
	local installed package
	installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null) || true
	for package; do
		grep -qxF -- "$package installed" <<<"$installed" || printf '%s\n' "$package"
	done
}

# apt_install AS-ROOT-COMMAND... -- PKG...
apt_install() {
	local as_root=()
	while [[ $1 != -- ]]; do
		as_root+=("$1")
		shift
	done
	as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=120)
	"${as_root[@]}" install --no-install-recommends "${@:2}" && return
	# The package lists may be absent or older than the archive.
	"${as_root[@]}" update && "${as_root[@]}" install --no-install-recommends "${@:2}"
}

# need_packages PKG...: installs those that are missing, as root or with a sudo that does not ask.
need_packages() {
	local missing as_root=()
	command -v dpkg-query >/dev/null || return 0 # not a Debian: CMake tells what it misses
	mapfile -t missing < <(missing_packages "$@")
	[[ ${#missing[@]} -gt 0 ]] || return 0
	if [[ $EUID -ne 0 ]]; then
		as_root=(sudo -n)
		if ! sudo -n true 2>/dev/null </dev/null; then
			message "these packages are missing: ${missing[*]}; install them as root:" \
				"apt-get install ${missing[*]}"
			exit 3
		fi
	fi
	message "installing ${missing[*]}"
	quietly "installing ${missing[*]}" apt_install "${as_root[@]}" -- "${missing[@]}" || exit 3
}

# Not where another user or another checkout has built: neither could go on there afterwards.
usable() {
	local dir=$1 home
	mkdir -p -- "$dir" 2>/dev/null && [[ -O $dir && -w $dir ]] || return 1
	[[ -e $dir/CMakeCache.txt ]] || return 0
	home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$dir/CMakeCache.txt") || return 1
	[[ $home -ef $top && -O $dir/CMakeCache.txt ]]
}

# Sets build_dir: in the checkout; of a checkout that is not the caller's, in the caller's cache; of
# a caller without a home, in the temporary directory.
choose_build_dir() {
	local suffix=${1:+-$1} hash
	hash=$(printf %s "$top" | sha256sum | cut -c1-12)
	for build_dir in "$top/build$suffix" \
		"${XDG_CACHE_HOME:-${HOME:-}/.cache}/closewait/build-$hash$suffix" \
		"${TMPDIR:-/tmp}/closewait-$UID-build-$hash$suffix"; do
		usable "$build_dir" && return
	done
	message "cannot build in $top, nor in a cache: set XDG_CACHE_HOME to a directory of yours"
	exit 3
}

configure() {
	[[ -e $build_dir/build.ninja || -e $build_dir/Makefile ]] && return
	# Of the compilers that Debian has no warning is expected; another one may have its own.
	quietly "configuring in $build_dir" cmake --fresh -G Ninja -S "$top" -B "$build_dir" \
		-DCLOSEWAIT_WERROR=ON "$@"
}

tool_options=() # for ninja, where a script wants it otherwise
targets=(all)

configure_and_build() {
	configure "$@" && quietly "building in $build_dir" \
		cmake --build "$build_dir" --parallel "$(nproc)" --target "${targets[@]}" -- "${tool_options[@]}"
}

# one_at_a_time LOCK COMMAND...: scripts that run at the same time wait for each other here.
one_at_a_time() {
	# Not inherited: a process that stayed behind would keep the lock.
	(flock 9 && "${@:2}" 9>&-) 9>"$1"
}

# build [NAME] [CMAKE-OPTION...]: brings the build directory NAME up to date; its path is build_dir.
build() {
	local name=
	if [[ ${1:--} != -* ]]; then
		name=$1
		shift
	fi
	choose_build_dir "$name"
	one_at_a_time "$build_dir/.lock" configure_and_build "$@" || exit 3
}

# Prints the comment at the beginning of the script, which is its help.
usage() {
	sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
}
