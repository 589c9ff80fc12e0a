# shellcheck shell=bash
# Kernel images, to be sourced: out of a bzImage the vmlinux that QEMU boots at once.

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

# Can QEMU boot it without a boot loader? XEN_ELFNOTE_PHYS32_ENTRY, 18 (CONFIG_PVH).
has_pvh_entry() {
	readelf -n -- "$1" 2>/dev/null | grep -qE '^ *Xen.*0x0*12\)?$'
}

# bootable_image IMAGE OUT: what QEMU gets for it. A file that is no kernel goes as it is: QEMU
# tells what it thinks of it.
bootable_image() {
	extract_vmlinux "$1" "$2" && has_pvh_entry "$2" && return
	cp --reflink=auto -- "$1" "$2"
}
