# data/fold.tsv → rows of a C array (src/core/namekey_fold.c).  A wrong or
# unsorted line ends the build.
BEGIN { FS = "\t"; print "/* made from data/fold.tsv; its licence applies */" }
/^#/ { next }
NF != 4 || $1 !~ /^U\+[0-9A-F]+$/ || $2 !~ /^U\+[0-9A-F]+$/ {
	print FILENAME ":" FNR ": not a row" > "/dev/stderr"
	exit 1
}
{
	# equal lengths compare like numbers
	key = sprintf("%8s", substr($1, 3))
	if (key <= last) {
		print FILENAME ":" FNR ": not sorted" > "/dev/stderr"
		exit 1
	}
	last = key
	printf "{ 0x%s, 0x%s },\n", substr($1, 3), substr($2, 3)
}
