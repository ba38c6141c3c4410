#!/bin/bash
# Server, client and helper through the main job under valgrind.
#   tests/valgrind.sh BUILD      exit 1 when valgrind found something
# Slow (minutes): make valgrind, not make check.
set -u
cd "$(dirname "$0")/.." || exit 2
build=$(cd "${1:-build}" && pwd) || exit 2
export BUILD=$build LC_ALL=C.UTF-8 TZ=Asia/Tokyo
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
run="valgrind --quiet --error-exitcode=99 --leak-check=full
--show-leak-kinds=definite --errors-for-leak-kinds=definite
--trace-children=yes --child-silent-after-fork=no --num-callers=20
--log-file=$tmp/%p"
# shellcheck disable=SC2086
for t in ${VALGRIND_TESTS:-unit/server/test_turn_login unit/server/test_turn_person \
    unit/net/test_call unit/auth/test_bio_socket unit/auth/test_cred \
    unit/client/test_login unit/client/test_proof unit/ui/test_flow}; do
	[ -x "$build/tests/$t" ] || continue
	timeout 300 $run "$build/tests/$t" > "$tmp/out" 2>&1 ||
	    echo "$t: exit $?"
done
bad=0
for log in "$tmp"/[0-9]*; do
	[ -s "$log" ] || continue
	bad=$((bad + 1))
	head -40 "$log"
done
echo "valgrind: $bad processes with findings"
[ "$bad" -eq 0 ]
