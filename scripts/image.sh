# shellcheck shell=bash
# Kernel images, to be sourced: which machine one is for, and what QEMU boots of it: out of a bzImage
# the vmlinux, which is faster, and what is packed for a boot loader alone unpacked.

# What experiments need of a kernel's modules, in the order in which they can be loaded.
# shellcheck disable=SC2034 # for the scripts that source this
guest_modules=(crc-ccitt ipv6 inet_diag tcp_diag unix_diag mptcp_diag tun)

# Little-endian number of $3 bytes at offset $2 of the file $1.
number_at() {
	od -An -v -t "u$3" -j "$2" -N "$3" -- "$1" | tr -d ' '
}

# The content of a compressed file, told by its first bytes; lz4 is the kernel's legacy format.
unpacked() {
	case $(od -An -v -t x1 -N 4 -- "$1" | tr -d ' ') in
	1f8b*) gzip -dc <"$1" ;;
	fd377a58) xz -dc <"$1" ;;
	28b52ffd) zstd -dcq <"$1" ;;
	02214c18) lz4 -dcq <"$1" ;;
	5d0000*) xz --format=lzma -dc <"$1" ;;
	425a68*) bzip2 -dc <"$1" ;;
	*) cat <"$1" ;;
	esac
}

# extract_vmlinux BZIMAGE VMLINUX: Documentation/arch/x86/boot.rst, the real-mode header: the
# payload begins payload_offset behind the setup sectors, and its last four bytes are the length
# that it unpacks to. False when there is no vmlinux in it.
extract_vmlinux() {
	local size sectors offset length
	size=$(stat -c %s -- "$1")
	[[ $size -gt 1024 && $(number_at "$1" 514 4) == 1400005704 ]] || return 1 # "HdrS"
	sectors=$(number_at "$1" 497 1)
	offset=$((($((sectors ? sectors : 4)) + 1) * 512 + $(number_at "$1" 584 4)))
	length=$(($(number_at "$1" 588 4) - 4))
	[[ $length -gt 0 && $((offset + length)) -le $size ]] || return 1
	tail -c "+$((offset + 1))" -- "$1" | head -c "$length" >"$2.payload" || true
	# gzip misses its last four bytes then, which are the same length again.
	unpacked "$2.payload" >"$2" 2>/dev/null || true
	rm -f -- "$2.payload"
	[[ $(od -An -v -t x1 -N 4 -- "$2" | tr -d ' ') == 7f454c46 ]]
}

# Can QEMU boot it without a boot loader? XEN_ELFNOTE_PHYS32_ENTRY, 18 (CONFIG_PVH). Here and below
# grep reads to the end: readelf, ended by SIGPIPE, would fail the pipeline (pipefail).
has_pvh_entry() {
	readelf -n -- "$1" 2>/dev/null | grep -E '^ *Xen.*0x0*12\)?$' >/dev/null
}

# extract_zboot IMAGE OUT: an EFI program that unpacks the kernel, which no loader but EFI's runs:
# drivers/firmware/efi/libstub/zboot-header.S.
extract_zboot() {
	[[ $(od -An -v -t x1 -N 8 -- "$1" | tr -d ' ') == 4d5a00007a696d67 ]] || return 1 # "MZ", "zimg"
	tail -c "+$(($(number_at "$1" 8 4) + 1))" -- "$1" | head -c "$(number_at "$1" 12 4)" >"$2.payload" || true
	unpacked "$2.payload" >"$2"
	rm -f -- "$2.payload"
}

# bootable_image IMAGE OUT: what QEMU gets for it. A file that is no kernel goes as it is: QEMU
# tells what it thinks of it.
bootable_image() {
	extract_vmlinux "$1" "$2" && has_pvh_entry "$2" && return
	extract_zboot "$1" "$2" && return
	case $(od -An -v -t x1 -N 2 -- "$1" | tr -d ' ') in
	1f8b) unpacked "$1" >"$2" ;; # of some arm64 and riscv64
	*) cp --reflink=auto -- "$1" "$2" ;;
	esac
}

# What is written behind the head of an ELF file: e_machine, elf(5), of either byte order.
elf_machine() {
	local low high
	low=$(number_at "$1" 18 1)
	high=$(number_at "$1" 19 1)
	case $((low + high)) in # one of them is 0
	3) printf i386 ;;
	22) printf s390x ;;
	62) printf amd64 ;;
	183) printf arm64 ;;
	243) printf riscv64 ;;
	*) return 1 ;;
	esac
}

# Is it a kernel package of some distribution, by its name?
is_kernel_package() {
	[[ $1 =~ \.(deb|rpm|apk|pkg\.tar\.(zst|xz|gz))$ ]]
}

# unpack_kernel_package FILE DIRECTORY MODULE...: leaves DIRECTORY/kernel, as QEMU boots it, and
# DIRECTORY/modules with those of the modules that are there, numbered in that order. libarchive knows
# what is inside all but .deb.
unpack_kernel_package() {
	local tree=$2/tree image='' file module number=0
	mkdir -p -- "$tree" "$2/modules"
	case $1 in
	*.deb) dpkg-deb --fsys-tarfile "$1" | tar -x -C "$tree" ;;
	*) bsdtar -x -C "$tree" -f "$1" ;;
	esac || return
	# boot/vmlinuz-VERSION, boot/vmlinuz-lts, lib/modules/VERSION/vmlinuz, boot/Image: the largest.
	while read -r _ file; do
		image=$file
	done < <(find "$tree" -type f \( -name 'vmlinu[xz]*' -o -name 'bzImage*' -o -name 'Image*' \) \
		-printf '%s %p\n' | sort -n)
	[[ -n $image ]] || return
	bootable_image "$image" "$2/kernel"
	for module in "${@:3}"; do
		file=$(find "$tree" -name "$module.ko*" -print -quit)
		[[ -z $file ]] || unpacked "$file" >"$2/modules/$number-$module.ko" || return
		: $((++number))
	done
	rm -rf -- "$tree"
}

# image_machine IMAGE: the machine that an image is for, as scripts/guest calls it. What none of the
# signs tells is tried on a PC.
image_machine() {
	case $(od -An -v -t x1 -N 4 -- "$1" | tr -d ' ') in
	7f454c46)
		# Only user-mode Linux has sections of initcalls of its own.
		if readelf -SW -- "$1" 2>/dev/null | grep -F .uml. >/dev/null; then
			printf uml
		else
			elf_machine "$1" || printf amd64
		fi
		return
		;;
	esac
	# The heads of Documentation/arch/arm64/booting.rst and riscv/boot-image-header.rst; of a
	# bzImage xloadflags (XLF_KERNEL_64); a S/390 program status word, which is what a s390x
	# bzImage begins with (arch/s390/boot/head.S).
	if [[ $(od -An -c -j 56 -N 4 -- "$1" | tr -d ' ') == ARMd ]]; then
		printf arm64
	elif [[ $(od -An -c -j 56 -N 4 -- "$1" | tr -d ' ') == 'RSC005' ]]; then
		printf riscv64
	elif [[ $(number_at "$1" 514 4) == 1400005704 && $(($(number_at "$1" 566 2) & 1)) -eq 0 ]]; then
		printf i386
	elif [[ $(od -An -v -t x1 -N 4 -- "$1" | tr -d ' ') == 00080000 ]]; then
		printf s390x
	else
		printf amd64
	fi
}
