# Reads proto/mamori.proto and prints the side table of limits as C rows:
# one per bytes or repeated field.  Fails on a bytes field without "max".
# Also prints, with -v want=desc, the descriptor names of the operation table.
function snake(s,   r, i, c) {
	r = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c ~ /[A-Z]/ && i > 1) r = r "_"
		r = r tolower(c)
	}
	return r
}
function num(key,   s) {
	s = comment
	if (!match(s, "(^| )" key " [0-9]+")) return 0
	s = substr(s, RSTART, RLENGTH)
	sub(".*" key " ", "", s)
	return s + 0
}
/^message / { msg = $2; if (want == "desc" && msg ~ /(Req|Ans)$/) {
	kind = msg ~ /Req$/ ? "REQ" : "ANS"; t = substr(msg, 1, length(msg) - 3)
	printf "#define OP_DESC_%s_%s &mamori__%s__descriptor\n", kind, t, snake(msg) } next }
/^}/ { msg = ""; next }
msg != "" && /=/ && want != "desc" {
	comment = ""
	if (i = index($0, "//")) comment = substr($0, i + 2)
	rep = ($1 == "repeated")
	type = rep ? $2 : $1
	name = rep ? $3 : $2
	if (type != "bytes" && !rep) next
	max = num("max"); n = num("rep")
	if (type == "bytes" && max == 0) { print "proto: " msg "." name ": no max" > "/dev/stderr"; bad = 1 }
	if (rep && n == 0) { print "proto: " msg "." name ": no rep" > "/dev/stderr"; bad = 1 }
	text = comment ~ /utf8lines/ ? 2 : comment ~ /utf8/ ? 1 : 0
	printf "\t{ \"mamori.%s\", \"%s\", %d, %d, %d },\n", msg, name, max, n, text
}
END { exit bad }
