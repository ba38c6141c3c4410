#!/bin/bash
# An independent verifier (Go, x/mod) judges exports of our writer: it accepts
# every true one and refuses what verify_dir() refuses.  TAP on stdout.
set -u
build=${BUILD:-build}
writer=$build/tests/unit/audit/test_export
names=(
	"goverify builds from Debian packages alone"
	"goverify accepts logs of every interesting size and opens all bodies"
	"goverify accepts the growth from an older checkpoint"
	"goverify finds a rollback"
	"goverify finds every flipped byte of every file"
	"goverify finds swapped leaf hashes (CVE-2026-56865)"
	"goverify finds a stray and a missing file"
	"goverify accepts missing bodies only with -noblob"
)
echo "1..${#names[@]}"
count=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# result of the next named test: 0 = ok
say() {
	local ok="ok"
	[ "$1" -eq 0 ] || ok="not ok"
	echo "$ok $((count + 1)) - ${names[$count]}"
	count=$((count + 1))
}

if ! command -v go >/dev/null ||
    ! [ -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ]; then
	for name in "${names[@]}"; do
		count=$((count + 1))
		echo "ok $count - $name # SKIP no go or no golang-golang-x-mod-dev"
	done
	exit 0
fi

verify=$tmp/goverify
tools/goverify/build "$verify" >&2
say $?

# goverify ARGS: true when it says PASS
passes() { "$verify" "$@" > "$tmp/out" 2>&1 && grep -q '^PASS' "$tmp/out"; }
# … and when it says FAIL with the text $1
fails() {
	local want=$1
	shift
	! "$verify" "$@" > "$tmp/out" 2>&1 && grep -q "^FAIL.*$want" "$tmp/out"
}
write() { "$writer" "$tmp/log$1" "$1" "$tmp/kek"; }

bad=0
for n in 1 2 3 4 5 7 8 9 31 64 255 256 257 511 512 513 700; do
	write $n && passes -kek "$tmp/kek" "$tmp/log$n" ||
	    { echo "# size $n: $(cat "$tmp/out")"; bad=1; }
done
say $bad

bad=0
for n in 1 2 255 256 513; do
	passes -old "$tmp/log$n/checkpoint" "$tmp/log700" || bad=1
done
say $bad

fails 'ROLLED BACK' -old "$tmp/log700/checkpoint" "$tmp/log513"
say $?

# one byte of a file becomes another one
flip() {
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf "\\x$(printf %02x $((byte ^ 1)))" |
	    dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
bad=0
log=$tmp/log257
for f in $(cd "$log" && find . -type f); do
	size=$(stat -c %s "$log/$f")
	for at in 0 $((size / 3)) $((size / 2)) $((size - 1)); do
		flip "$log/$f" $at
		fails '' "$log" || { echo "# $f byte $at not found"; bad=1; }
		flip "$log/$f" $at
	done
done
passes "$log" || bad=1
say $bad

log=$tmp/log513
t=$log/tile/0/001
cp "$t" "$tmp/tile"
{ head -c 32 "$tmp/tile" | tail -c 32 > "$tmp/a"; tail -c +33 "$tmp/tile" | head -c 32 > "$tmp/b"
tail -c +65 "$tmp/tile" > "$tmp/c"; cat "$tmp/b" "$tmp/a" "$tmp/c" > "$t"; }
fails 'tile/0/001' "$log"
say $?
cp "$tmp/tile" "$t"

bad=0
echo x > "$log/tile/0/003"
fails 'tile/0/003' "$log" || bad=1
rm "$log/tile/0/003"
mv "$log/tile/1/000.p/2" "$tmp/gone"
fails 'tile/1/000.p/2' "$log" || bad=1
mv "$tmp/gone" "$log/tile/1/000.p/2"
passes "$log" || bad=1
say $bad

bad=0
rm -r "$log/blob"
fails blob "$log" || bad=1
passes -noblob "$log" || bad=1
say $bad
