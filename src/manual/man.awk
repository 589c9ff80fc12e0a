# Turns a help text into roff, with roff.awk. heading: the macro for its headings.
#
# A help text is paragraphs; headings, short lines of their own without a full stop; usage; and
# indented lines: "LEFT  RIGHT" is an item, what stands below RIGHT belongs to it, and what stands
# deeper than RIGHT is a line of its own in it; LEFT may be above RIGHT, too. Steps with their remark
# behind a '#', tables of three columns, lines that begin with four blanks, and other lines that are no items
# stay as they are.

function indent(text) {
	return match(text, /[^ ]/) ? RSTART - 1 : 0
}

# Of consecutive indented lines, from i on: is one a step with a remark, or are they code, which begins deeper,
# or a table, of three columns or more in several lines?
function verbatim_block(i,    rows) {
	if (line[i] ~ /^    /)
		return 1
	for (; i <= NR && line[i] ~ /^ /; i++)
		if (line[i] ~ /[^ ] +# / || (line[i] ~ /[^ ]  +[^ ].*[^ ]  +[^ ]/ && ++rows == 3))
			return 1
	return 0
}

function print_indented(i,    text, here) {
	here = indent(line[i])
	text = substr(line[i], here + 1)
	if (keep)
		verbatim(substr(line[i], 3))
	else if (mode == "item" && here == column)
		print escape(text)
	else if (mode == "item" && here > column)
		print ".br\n" escape(text)
	else if (match(text, /  +[^ ]/)) {
		column = here + RSTART + RLENGTH - 2
		item(substr(text, 1, RSTART - 1), substr(text, RSTART + RLENGTH - 1))
	} else if (mode == "item" && substr(line[i], column - 1, 3) ~ /^[^ ] [^ ]$/) {
		item(substr(text, 1, column - here - 1), substr(line[i], column + 1))
	} else if (indent(line[i + 1]) > here) {
		column = indent(line[i + 1])
		item(text, "")
	} else
		verbatim(substr(line[i], 3))
}

# heading is .SH at the top, where usage and exit status have sections of their own.
function print_usage(i,    text) {
	if (heading == ".SH")
		section(".SH", "SYNOPSIS")
	paragraph()
	print ".nf"
	for (; line[i] != ""; i++) {
		text = line[i]
		sub(/^(usage:)? +/, "", text)
		print "\\fB" escape(text) "\\fR"
	}
	print ".fi"
	if (heading == ".SH")
		section(".SH", "DESCRIPTION")
	return i
}

function is_heading(i) {
	return line[i - 1] == "" && length(line[i]) <= 40 && line[i] !~ /\.$/ && line[i + 1] ~ /^( |$)/
}

function print_paragraph(i,    text) {
	text = line[i]
	if (line[i - 1] == "" && heading == ".SH" && sub(/^Exit status: /, "", text))
		section(".SH", "EXIT STATUS")
	if (line[i - 1] == "")
		paragraph()
	print escape(text)
}

{ line[NR] = $0 }

END {
	fresh = 1
	for (i = 1; i <= NR; i++)
		if (line[i] == "")
			leave_verbatim()
		else if (line[i] ~ /^ /) {
			if (line[i - 1] !~ /^ /)
				keep = verbatim_block(i)
			print_indented(i)
		} else {
			leave_verbatim()
			if (line[i] ~ /^usage: /)
				i = print_usage(i)
			else if (is_heading(i)) {
				sub(/:$/, "", line[i])
				section(heading, line[i])
			} else
				print_paragraph(i)
		}
	leave_verbatim()
}
