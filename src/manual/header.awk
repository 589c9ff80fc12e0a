# Turns a public header into roff, with roff.awk: its first comment, in the section called description; then,
# in the one called title, each declaration with the comment above it; a comment with none below it is a
# paragraph of its own. A comment is paragraphs; lines that begin with a tab stay as they are;
# "ERRNO<TAB>TEXT" is an item.

function print_comment(    i, text, broken) {
	for (i = 1; i <= comments; i++) {
		text = comment[i]
		if (text == "") {
			leave_verbatim()
			broken = 1
			continue
		}
		if (match(text, /^E[A-Z]+\t/))
			item(substr(text, 1, RLENGTH - 1), substr(text, RLENGTH + 1))
		else if (text ~ /^\t/ && mode == "item")
			print escape(substr(text, 3))
		else if (text ~ /^\t/)
			verbatim(substr(text, 2))
		else {
			if (broken || mode != "") {
				leave_verbatim()
				paragraph()
			}
			print escape(text)
			fresh = 0
		}
		broken = 0
	}
	leave_verbatim()
}

function print_declaration(    i, text) {
	paragraph()
	print ".nf"
	for (i = 1; i <= declarations; i++) {
		text = declaration[i]
		gsub(/\t/, "        ", text)
		print "\\fB" escape(text) "\\fR"
	}
	print ".fi"
	fresh = 0
}

# What was collected is whole.
function flush() {
	if (comments && !described) {
		described = 1
		section(".SH", description)
		print_comment()
		if (title != description)
			section(".SH", title)
	} else if (declarations) {
		print_declaration()
		if (comments) {
			print ".RS 4"
			fresh = 1
			print_comment()
			print ".RE"
		}
	} else if (comments) {
		paragraph()
		print_comment()
	}
	comments = declarations = 0
}

/^\/\* From here on nothing is for use outside/ { exit }
/^#(if|endif|include|define CLOSEWAIT(_CMOCKA)?_H$)/ || /^extern "C"/ || /^}$/ { next }
$0 == "" { flush(); next }

!declarations && /^\/\*/ { inside = 1 }
inside {
	text = $0
	sub(/^ ?\/?\*+\/? ?/, "", text)
	sub(/ ?\*\/$/, "", text)
	if (text != "" || $0 ~ /^ \*$/)
		comment[++comments] = text
	if (/\*\/$/)
		inside = 0
	next
}
# Of a macro what it takes: what it expands to stands behind the arguments, or below.
/^#define [a-z_]+\(/ {
	sub(/\).*/, ")")
	macro = 1
	declaration[++declarations] = $0
	next
}
macro && /^\t/ { next }
{
	macro = 0
	declaration[++declarations] = $0
}
END { flush() }
