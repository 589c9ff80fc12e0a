#!/bin/bash
# The Debian packages: built, free of lintian's errors, and in a clean system of each release installed and run,
# with a test that is linked with the library, shared and static. The system comes from this machine's own
# mirror; that takes root, debootstrap and minutes. usage: package.sh SOURCE RELEASE
set -euo pipefail

source=$1 release=$2
# shellcheck source-path=SCRIPTDIR source=../scripts/common.sh
. "$source/scripts/common.sh"
# shellcheck source-path=SCRIPTDIR source=../scripts/apt.sh
. "$source/scripts/apt.sh"

skip() {
	printf 'package.sh: skipped: %s\n' "$*"
	exit 77
}

[[ $EUID -eq 0 ]] || skip 'debootstrap and chroot need root'
for tool in debootstrap lintian cpack dpkg-shlibdeps; do
	command -v "$tool" >/dev/null || skip "no $tool here"
done
own=$(own_release)
mirror=$(own_sources | awk -F'\t' -v own="$own" '$2 == own { print $1; exit }')
[[ $mirror ]] || skip "no Debian mirror for '$own' in this machine's apt configuration"

work=$(mktemp -d)
mounted=
clean() {
	[[ ! $mounted ]] || umount -- "$mounted"
	rm -rf --one-file-system -- "$work"
}
trap clean EXIT

# A build of its own: the library's directory depends on the prefix. Nobody's address: the packages stay here.
DEBFULLNAME='package.sh' DEBEMAIL="nobody@$(sed -E 's,^[a-z]+://([^/]*\.)?([^./]+\.[^./]+)(/.*)?$,\2,' <<<"$mirror")" \
	cmake -G Ninja -S "$source" -B "$work/build" -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_TESTING=OFF >/dev/null
ninja -C "$work/build" >/dev/null
(cd -- "$work/build" && cpack -G DEB >/dev/null)
lintian --allow-root --no-cfg --fail-on error "$work"/build/*.deb

root=$work/root
debootstrap --variant=minbase "$release" "$root" "$mirror" >"$work/log" 2>&1 || {
	tail -n 5 "$work/log"
	skip "debootstrap of $release failed"
}
mkdir -- "$root/packages"
cp -- "$work"/build/*.deb "$root/packages"
mount -t proc proc "$root/proc"
mounted=$root/proc
cat >"$root/packages/check" <<'END'
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
cd /packages

# quietly COMMAND...: shows what it says when it fails.
quietly() {
	local said
	said=$("$@" 2>&1) && return
	printf 'package.sh: %s\n%s\n' "$*" "$said"
	exit 1
}

# fails WHAT COMMAND...: "! COMMAND" would not end the script.
fails() {
	local what=$1
	shift
	if "$@" >/dev/null 2>&1; then
		printf 'package.sh: %s\n' "$what"
		exit 1
	fi
}

# has TEXT PATTERN
has() {
	grep -q -- "$2" <<<"$1" && return
	printf 'package.sh: expected %s, got\n%s\n' "$2" "$1"
	exit 1
}

quietly apt-get -q install -y --no-install-recommends ./*.deb gcc libc6-dev libcmocka-dev \
	libpcap-dev libtracefs-dev libtraceevent-dev liburing-dev pkg-config
# As root, and as anybody.
for run in env 'setpriv --reuid=65534 --regid=65534 --clear-groups'; do
	has "$($run closewait run write-after-close --family=tcp4)" '^client write 6 .*= -1 EPIPE'
done
quietly closewait check /usr/share/closewait/catalog/*.trace
for file in bash-completion/completions/closewait zsh/vendor-completions/_closewait man/man1/closewait.1.gz \
	man/man3/libclosewait.3.gz man/man5/closewait-experiment.5.gz; do
	quietly test -s "/usr/share/$file"
done
closewait help library | sed -n '/gone\.c:$/,/^It is built by/{//d; s/^    //; p}' >gone.c
quietly gcc gone.c -o shared $(pkg-config --cflags --libs closewait cmocka)
quietly gcc gone.c -o static $(pkg-config --cflags --libs --static closewait cmocka |
	sed 's/-lclosewait /-l:libclosewait.a /')
quietly ./shared
quietly ./static
has "$(ldd ./shared)" 'libclosewait\.so\.0'
has "$(ldd ./static)" 'libpcap'
fails 'static needs the shared library' grep -q libclosewait <(ldd ./static)
has "$(nm -D ./shared)" ' closewait_open@CLOSEWAIT_[0-9]'
. /etc/os-release
echo "$PRETTY_NAME: $(closewait --version), installed and run"
quietly apt-get -q purge -y closewait libclosewait0
hash -r
fails 'the program is left behind' command -v closewait
fails 'the catalogue is left behind' test -e /usr/share/closewait
echo done
END
said=$(chroot "$root" /bin/bash /packages/check </dev/null) || status=$?
printf '%s\n' "$said"
[[ ${status:-0} -eq 0 && $said == *$'\ndone' ]]
