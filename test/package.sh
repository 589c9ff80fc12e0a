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
# README's program, as the tests build it outside.
# shellcheck disable=SC2016 # Markdown's
sed -n '/^```c$/,/^```$/{/^```/d; p}' "$source/README.md" >"$root/packages/gone.c"
mount -t proc proc "$root/proc"
mounted=$root/proc
chroot "$root" /bin/bash -euo pipefail <<'END'
export DEBIAN_FRONTEND=noninteractive
apt-get -qq install --no-install-recommends /packages/*.deb gcc libc6-dev libcmocka-dev \
	libpcap-dev libtracefs-dev libtraceevent-dev liburing-dev pkg-config >/dev/null 2>&1
cd /packages
closewait run write-after-close --family=tcp4 | grep -q '^client write 6 .*= -1 EPIPE'
closewait check /usr/share/closewait/catalog/*.trace
gcc gone.c -o shared $(pkg-config --cflags --libs closewait cmocka)
gcc gone.c -o static $(pkg-config --cflags --libs --static closewait cmocka |
	sed 's/-lclosewait /-l:libclosewait.a /')
./shared >/dev/null 2>&1
./static >/dev/null 2>&1
ldd ./shared | grep -q 'libclosewait\.so\.0'
! ldd ./static | grep -q libclosewait
. /etc/os-release
echo "$PRETTY_NAME: $(closewait --version), installed and run"
apt-get -qq purge closewait libclosewait0 >/dev/null 2>&1
! command -v closewait
[[ ! -e /usr/share/closewait ]]
END
