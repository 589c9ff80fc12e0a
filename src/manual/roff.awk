# What man.awk and header.awk share: roff from text.

function escape(text) {
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	gsub(/'/, "\\(aq", text)
	gsub(/`/, "\\(ga", text)
	gsub(/\^/, "\\(ha", text)
	gsub(/~/, "\\(ti", text)
	return text ~ /^\./ ? "\\&" text : text
}

# Between paragraphs; a section begins with one.
function paragraph() {
	if (!fresh)
		print ".PP"
	fresh = 0
}

function section(macro, title) {
	print macro " \"" title "\""
	fresh = 1
}

function verbatim(text) {
	if (mode != "verbatim") {
		paragraph()
		print ".RS 4\n.nf"
	}
	mode = "verbatim"
	print escape(text)
}

function leave_verbatim() {
	if (mode == "verbatim")
		print ".fi\n.RE"
	mode = ""
}

function item(left, right) {
	leave_verbatim()
	mode = "item"
	fresh = 0
	print ".TP\n\\fB" escape(left) "\\fR"
	if (right != "")
		print escape(right)
}
