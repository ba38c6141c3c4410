# Checks the table of DESIGN.md §3: which folder may include which, and which
# third-party header may stand in which file.  Prints every breach; exit 1.
BEGIN {
	may["core"] = "core"
	may["crypt"] = "crypt core"
	may["conf"] = "conf crypt core"
	may["net"] = "net crypt core"
	may["print"] = "print core"
	may["audit"] = "audit crypt core"
	may["auth"] = "auth crypt core"
	may["store"] = "store audit crypt core"
	may["ui"] = "ui core"
	may["client"] = "client ui net auth audit crypt conf core"
	may["server"] = "server store auth audit crypt net conf print core"
	may["ctl"] = "ctl auth store audit crypt net conf core"
	# header pattern → files that may include it
	only["^curses.h|^ncurses"] = "^src/ui/(term|paint)\\.c$"
	only["^sqlite3.h"] = "^src/store/db\\.c$"
	only["^openssl/(ssl|tls1)"] = "^src/net/tls\\.c$"
	only["^openssl/"] = "^src/(net/(tls|pki)|crypt/crypt)\\.c$"
	only["^(glib|gio|fprint|gusb)"] = "^src/auth/sensor_fprint[a-z_]*\\.c$"
	only["^cyaml"] = "^src/conf/yaml\\.c$"
	only["^utf8proc"] = "^src/core/[a-z]*\\.c$"
	only["^seccomp"] = "^src/server/sandbox\\.c$"
	only["^(form|menu|panel)\\.h"] = "^$"
	only["^ft2build"] = "^src/ui/glyph\\.c$"
	only["^(pango|cairo|cups)"] = "^src/print/"
}
FNR == 1 {
	layer = FILENAME
	sub("^src/", "", layer)
	sub("/.*", "", layer)
	if (!(layer in may)) { print FILENAME ": no such layer: " layer; bad = 1 }
}
/^[ \t]*#[ \t]*include/ {
	h = $0
	quoted = h ~ /"/
	sub(/^[^"<]*["<]/, "", h)
	sub(/[">].*$/, "", h)
	if (quoted && h ~ /\//) {
		to = h
		sub("/.*", "", to)
		if (to in may && index(" " may[layer] " ", " " to " ") == 0) {
			printf "%s:%d: %s must not include \"%s\"\n", FILENAME, FNR, layer, h
			bad = 1
		}
		next
	}
	for (pat in only)
		if (h ~ pat && FILENAME !~ only[pat]) {
			printf "%s:%d: <%s> is allowed in %s only\n", FILENAME, FNR, h, only[pat]
			bad = 1
		}
}
/(^|[^a-z_])(wins_w?n?str|wins_n?wstr|wins_w?ch|get_wch|field_buffer|strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|alloca)\(/ && !/^[ \t]*[\/ ]\*/ {
	printf "%s:%d: banned function: %s\n", FILENAME, FNR, $0
	bad = 1
}
END { exit bad }
