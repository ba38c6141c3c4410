#!/bin/bash
# Memory at rest (issue 3, acceptance 4): all processes of an idle mamorid
# below 50 MB together, counted as what only they hold.  TAP on stdout.
set -u
build=${BUILD:-build}
tmp=$(mktemp -d) || exit 1
server=
finish() {
	[ -z "$server" ] || { kill "$server" && wait "$server"; } 2> /dev/null
	rm -rf "$tmp"
}
trap finish EXIT
echo "1..1"
if grep -aq __asan_init "$build/mamorid"; then
	echo "ok 1 - an idle server holds less than 50 MB # SKIP sanitizers"
	exit 0
fi
"$build/mamorictl" site init --dir "$tmp/S" --name 例示市 --code 162019 \
    --synthetic > "$tmp/log" 2>&1
"$build/mamorid" --dir "$tmp/S" --listen 127.0.0.1:0 > "$tmp/ready" \
    2>> "$tmp/log" &
server=$!
for ((i = 0; i < 200; i++)); do
	grep -q listening "$tmp/ready" && break
	kill -0 "$server" 2> /dev/null || break
	sleep 0.05
done
sum=0
for pid in $server $(pgrep -P "$server"); do
	# shared pages are counted in parts (Pss), and not for each process
	kb=$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup") || kb=
	echo "# $(tr '\0' ' ' < "/proc/$pid/cmdline" | grep -ao 'role [a-z]*' || echo parent): ${kb:-?} kB"
	sum=$((sum + ${kb:-100000}))
done
echo "# together $((sum / 1024)) MB"
verdict="not ok"
[ "$sum" -gt 0 ] && [ "$sum" -lt 51200 ] && verdict=ok
echo "$verdict 1 - an idle server holds less than 50 MB"
