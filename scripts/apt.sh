# shellcheck shell=bash
# Debian's packages of any architecture, to be sourced: through apt, with its signature check, in a
# state directory of the caller's own, as an ordinary user. Nothing of the machine's own is changed.

# Without a home, as some services run, the temporary directory.
cache=${XDG_CACHE_HOME:-${HOME:-${TMPDIR:-/tmp}/closewait-$UID}/.cache}/closewait/kernels

# use_architecture ARCHITECTURE: what everything below is about.
use_architecture() {
	architecture=$1
	apt=$cache/apt-$architecture
	index=$apt/index
	apt_options=(-o "Dir::State=$apt/state" -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache"
		-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$apt/sources"
		-o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
		-o Dir::Cache::pkgcache=pkgcache.bin -o Dir::Cache::srcpkgcache=srcpkgcache.bin
		-o "APT::Architecture=$architecture" -o "APT::Architectures::=$architecture"
		-o Acquire::Languages=none -o Acquire::AllowInsecureRepositories=false)
	# As root apt fetches as a user that may not be allowed to write here.
	[[ $EUID -ne 0 ]] || apt_options+=(-o APT::Sandbox::User=root)
	mkdir -p -- "$apt"
}

# The code name of this machine's release.
own_release() {
	# shellcheck source=/dev/null # of the system
	(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
}

# This machine's own sources, in both of apt's formats: lines of "URI<TAB>SUITE<TAB>KEYRING".
own_sources() {
	local file
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[[ ! -r $file ]] || sed -nE '
			s/^deb[ \t]+(\[([^]]*)\][ \t]+)?([^ \t]+)[ \t]+([^ \t]+).*/\3\t\4\t \2 /
			t found
			d
			:found
			s/\t [^\t]*signed-by=([^ ]+)[^\t]*$/\t\1/p
			t
			s/\t [^\t]*$/\t/p' "$file"
	done
	for file in /etc/apt/sources.list.d/*.sources; do
		[[ ! -r $file ]] || awk '
			BEGIN { RS = ""; FS = "\n" }
			{
				split("", f)
				for (i = 1; i <= NF; i++)
					if ($i !~ /^[# \t]/ && match($i, /:[ \t]*/))
						f[tolower(substr($i, 1, RSTART - 1))] = substr($i, RSTART + RLENGTH)
				if (f["types"] !~ /(^| )deb( |$)/ || f["enabled"] == "no")
					next
				uris = split(f["uris"], uri, " ")
				suites = split(f["suites"], suite, " ")
				for (i = 1; i <= uris; i++)
					for (j = 1; j <= suites; j++)
						print uri[i] "\t" suite[j] "\t" f["signed-by"]
			}' "$file"
	done
}

# The suites to ask for: of the releases since the oldest one whose kernel is of use (5.10).
all_suites() {
	local release
	awk -F, '$3 == "bullseye" { on = 1 } on && $3 != "experimental" { print $3 }' \
		/usr/share/distro-info/debian.csv | while read -r release; do
		if [[ $1 == *-security ]]; then
			printf '%s-security ' "$release"
		else
			printf '%s %s-updates %s-backports ' "$release" "$release" "$release"
		fi
	done
}

# Writes apt's sources: each of this machine's Debian mirrors with all suites but those in $1, lines
# of "URI SUITE" that the mirror does not have.
write_sources() {
	local own uri suite keyring suites s stanza=0
	own=$(own_release)
	rm -rf -- "$apt/sources"
	mkdir -p -- "$apt/sources" "$apt/state/lists/partial" "$apt/cache/archives/partial"
	: >"$apt/status" # nothing is installed here
	while IFS=$'\t' read -r uri suite keyring; do
		[[ $suite == "$own" || $suite == "$own-security" ]] || continue
		suites=
		for s in $(all_suites "$suite"); do
			grep -qxF -- "${uri%/} $s" <<<"$1" || suites+=" $s"
		done
		: $((++stanza))
		{
			printf 'Types: deb\nURIs: %s\nSuites:%s\nComponents: main\n' "$uri" "$suites"
			printf 'Architectures: %s\n' "$architecture"
			[[ -z $keyring ]] || printf 'Signed-By: %s\n' "$keyring"
		} >"$apt/sources/$stanza.sources"
	done < <(own_sources | sort -u)
	[[ $stanza -gt 0 ]] && return
	message "no Debian mirror for '$own' in this machine's apt configuration: name one in" \
		"/etc/apt/sources.list, or give the path of a kernel image"
	return 3
}

# Asks the mirror. A suite that it does not have is none of ours; anything else that fails is told:
# apt goes on with what it knew before, and exits with 0.
update_lists() {
	local output absent errors
	write_sources '' || return
	output=$(apt-get "${apt_options[@]}" update -q 2>&1 </dev/null) || true
	absent=$(sed -nE "s/^E: The repository '([^ ]+[^ /])\/? ([^ ]+) Release' does not have a Release file.*/\1 \2/p" \
		<<<"$output")
	write_sources "$absent" || return
	errors=$(grep -E '^[EW]: ' <<<"$output" | grep -vE 'does not have a Release file') || return 0
	head -n 5 <<<"$errors" >&2
	return 3
}

# Prints "VERSION PACKAGE SUITE" for everything in the lists that can be run experiments on: kernels,
# user-mode Linux, gVisor.
read_lists() {
	local suite file
	# shellcheck disable=SC2016 # apt's fields
	apt-get "${apt_options[@]}" indextargets --format '$(RELEASE) $(FILENAME)' \
		'Created-By: Packages' | while read -r suite file; do
		/usr/lib/apt/apt-helper cat-file "$file" | awk -v suite="$suite" '
			$1 == "Package:" { package = $2 }
			$1 == "Version:" && package ~ /^(linux-(image|binary)-[0-9]+\.[0-9]+\.[0-9].*|user-mode-linux|runsc)$/ {
				print $2, package, suite
			}'
	done
}

# Brings the index up to date: newest version first (sort -V orders Debian's versions), and in a
# version the package that holds an image before those that only depend on it or are unsigned.
update_index() {
	[[ -z $(find "$index" -mtime -1 2>/dev/null) ]] || return 0
	if update_lists && read_lists >"$index.new" && [[ -s $index.new ]]; then
		sort -k1,1Vr -k2 -u "$index.new" >"$index.sorted"
		mv -- "$index.sorted" "$index"
		rm -f -- "$index.new"
	elif [[ -s $index ]]; then
		message "the mirror cannot be asked: going on with what it offered on" \
			"$(date -r "$index" +%F)"
	else
		message "the mirror cannot be asked for its kernels of $architecture"
		return 4
	fi
}

# Downloads PACKAGE VERSION into the current directory. 4: the mirror names it, but has it not.
download() {
	local output
	output=$(apt-get "${apt_options[@]}" download -q "$1=$2" 2>&1 </dev/null) && return
	[[ $output != *' 404 '* && $output != *' was not found'* ]] || return 4
	printf '%s\n' "$output" >&2
	message "fetching $1 $2 failed"
	return 3
}
