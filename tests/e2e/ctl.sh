#!/bin/bash
# mamorictl against a real site: with mamorid down (mamorictl starts the store
# under the lock) and with mamorid up (through its socket).
#   BUILD=dir tests/e2e/ctl.sh      prints TAP
set -u
cd "$(dirname "$0")/../.." || exit 2
BUILD=$(cd "${BUILD:-build}" && pwd) || exit 2
ctl=$BUILD/mamorictl
tmp=$(mktemp -d "${TMPDIR:-/tmp}/mamori-ctl.XXXXXX") || exit 2
server=
finish() {
	if [ -n "$server" ]; then
		kill -TERM "$server" 2>/dev/null
		wait "$server" 2>/dev/null
	fi
	rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

n=0
ok() { n=$((n + 1)); echo "ok $n - $1"; }
not_ok() {
	n=$((n + 1))
	echo "not ok $n - $1"
	sed 's/^/# out: /' "$tmp/out"
	sed 's/^/# err: /' "$tmp/err"
}
# passes SENTENCE CODE COMMAND…: the command ends with exactly that code
passes() {
	local sentence=$1 want=$2 rc
	shift 2
	"$@" > "$tmp/out" 2> "$tmp/err" < /dev/null
	rc=$?
	if [ $rc -eq "$want" ]; then ok "$sentence"; else
		echo "exit $rc, expected $want" >> "$tmp/err"
		not_ok "$sentence"
	fi
}
# said SENTENCE out|err PATTERN: the last command said so
said() {
	if grep -q -E -- "$3" "$tmp/$2"; then ok "$1"; else not_ok "$1"; fi
}
# holds SENTENCE COMMAND…: a condition
holds() {
	local sentence=$1
	shift
	if "$@" > /dev/null 2>&1; then ok "$sentence"; else not_ok "$sentence"; fi
}
same() { [ "$1" = "$2" ]; }
S=$tmp/S
T=$tmp/T01

# ---- usage -----------------------------------------------------------------
passes 'no command is wrong usage' 2 "$ctl"
passes 'an unknown command is wrong usage' 2 "$ctl" site destroy
passes 'an unknown option is wrong usage' 2 "$ctl" site init --colour red
said 'errors say what, why and what to do' err '^mamorictl: .+: .+: .+'
passes '--version works behind a command' 0 "$ctl" terminal add --version
said '--version names the program' out '^mamorictl [0-9]'
passes '--help works behind every command' 0 "$ctl" operator grant --help
said '--help lists the options' out '--template'
passes '--help lists the commands' 0 "$ctl" --help
said 'the list has residents import' out 'residents import'

# ---- site init ---------------------------------------------------------------
passes 'a code with a wrong check digit is refused' 1 \
    "$ctl" site init --dir "$S" --name 例示市 --code 162018 --synthetic
holds 'a refused site leaves nothing behind' test ! -e "$S"
passes 'a site is made' 0 \
    "$ctl" site init --dir "$S" --name 例示市 --code 162019 --synthetic
holds 'nobody else can read a file of the site' \
    same "$(find "$S" -perm /077 | wc -l)" 0
holds 'it has keys, certificates, a database and the verifier key' \
    ls "$S"/keys/{root,ca,log,group}.key "$S"/keys/kek \
    "$S"/tls/{ca.crt,server.crt,server.key} "$S"/db/mamori.db "$S"/log.vkey
passes 'a site is never overwritten' 1 \
    "$ctl" site init --dir "$S" --name 例示市 --code 162019 --synthetic

# ---- terminals ----------------------------------------------------------------
passes 'TRM-01 a terminal is registered' 0 \
    "$ctl" terminal add --dir "$S" --id T01 --place 本庁1階 --out "$T"
holds 'the terminal has its files and nobody else can read them' \
    same "$(find "$T" -type f ! -perm /077 | wc -l)" 6
passes 'an id of a terminal is given once' 1 \
    "$ctl" terminal add --dir "$S" --id T01 --place 2階 --out "$tmp/T01b"
holds 'a refused terminal leaves no key behind' test ! -e "$tmp/T01b"
passes 'a second terminal is registered' 0 \
    "$ctl" terminal add --dir "$S" --id T02 --place 支所 --out "$tmp/T02"
passes 'a terminal is revoked' 0 \
    "$ctl" terminal revoke --dir "$S" --id T02 --reason 紛失
passes 'terminals are listed as JSON' 0 "$ctl" terminal list --dir "$S" --json
said 'TRM-16 the place is in the list' out '"id":"T01","place":"本庁1階"'
said 'the revoked one is marked' out '"id":"T02".*"revoked":true'

# ---- operators ------------------------------------------------------------------
add() {
	"$ctl" operator add --dir "$S" --match-id "$1" --name "$2" --dept 住民課 \
	    --from "${3:-2026-04-01}" --until "${4:-2027-03-31}"
}
passes 'a person is registered' 0 add M001 山田花子
passes 'AUT-08 an account without a named person is refused' 1 add M009 ' 　'
passes 'AUT-10 a period that ends before it begins is refused' 1 \
    add M009 某 2027-04-01 2026-04-01
passes 'a match id is given once' 1 add M001 別人
passes 'PRM-02 rights are copied from a template' 0 \
    "$ctl" operator grant --dir "$S" --operator-id O001 --match-id M001 --template clerk
said 'the copied rights are shown' out 'person.search'
passes 'PRM-01 a single right is taken out' 0 \
    "$ctl" operator grant --dir "$S" --operator-id O001 --match-id M001 \
    --template clerk --remove number.unmask --json
holds 'the removed right is gone' bash -c "! grep -q number.unmask '$tmp/out'"
passes 'AUT-04 the operator id is not the match id' 1 \
    "$ctl" operator grant --dir "$S" --operator-id M001 --match-id M001 --template clerk
passes 'SD-5 an auditor does not operate' 1 \
    "$ctl" operator grant --dir "$S" --operator-id O009 --match-id M001 \
    --template auditor --add person.search
passes 'PRM_07: groups of items are hidden from an operator id' 0 \
    "$ctl" operator grant --dir "$S" --operator-id O001 --match-id M001 --template clerk \
    --hide koseki --hide residence
said 'and the answer names them' out 'not shown: koseki residence'
passes 'an unknown group is refused' 1 \
    "$ctl" operator grant --dir "$S" --operator-id O001 --match-id M001 --template clerk --hide name
passes 'the list of operators has them' 0 "$ctl" operator list --dir "$S" --json
said 'PRM_07: as the list says' out '"hide": *"koseki residence"'
passes 'and without --hide nothing is hidden' 0 \
    "$ctl" operator grant --dir "$S" --operator-id O001 --match-id M001 --template clerk
passes 'an unknown template is refused' 1 \
    "$ctl" operator grant --dir "$S" --operator-id O002 --match-id M001 --template boss
passes 'operators are listed as JSON' 0 "$ctl" operator list --dir "$S" --json
said 'name and section are in the list' out '"name":"山田花子","dept":"住民課"'
passes 'an unknown person cannot be unlocked' 1 \
    "$ctl" operator unlock --dir "$S" --match-id M777 --reason 確認済

# ---- enrolment --------------------------------------------------------------------
sensor=virtual:image:$tmp/finger
enroll() {
	echo "$1" | "$ctl" enroll --dir "$2" --terminal "$T" --match-id M001 \
	    --modality fingerprint --sensor "$sensor" --press clerk --json
}
passes 'a PIN of seven characters is refused' 1 enroll 8351942 "$S"
said 'and why is said' err 'PIN: too short'
passes 'a PIN that is a run of digits is refused' 1 enroll 12345678 "$S"
passes 'a finger is enrolled on a synthetic site' 0 enroll 83519427 "$S"
said 'progress is shown' err 'sample 5 of 5'
passes 'the credential is kept' 0 "$ctl" operator list --dir "$S" --json
said 'with its modality' out '"modality":"fingerprint"'
R=$tmp/R
"$ctl" site init --dir "$R" --name 実在市 --code 162019 > /dev/null
passes 'a site with real people takes no virtual sensor' 1 enroll 83519427 "$R"

# ---- residents ------------------------------------------------------------------
residents() { "$ctl" doctor --dir "$S" --json | grep -o '[0-9]* residents' | head -1; }
"$ctl" residents generate --count 300 --seed 7 > "$tmp/good.csv"
"$ctl" residents generate --count 300 --seed 7 > "$tmp/again.csv"
holds 'the same seed gives the same bytes' cmp "$tmp/good.csv" "$tmp/again.csv"
# line 3: check digit; line 5: no such day; line 9: a field too few
awk -F, -v OFS=, 'NR == 3 { $1 = ($1 % 10 == 9) ? $1 - 9 : $1 + 1 }
    NR == 5 { $9 = "1980-02-30" }
    NR == 9 { NF -= 1 }
    { print }' "$tmp/good.csv" > "$tmp/bad.csv"
passes 'a file with bad lines is refused' 1 \
    "$ctl" residents import --dir "$S" "$tmp/bad.csv"
for l in 3 5 9; do
	said "bad line $l is named with its column and the reason" err \
	    "bad\.csv:$l: [a-z_]+: .+"
done
holds 'no other line is named' same "$(grep -c -E 'bad\.csv:[0-9]+:' "$tmp/err")" \
    "$(grep -c -E 'bad\.csv:(3|5|9):' "$tmp/err")"
holds 'nothing of it was imported' same "$(residents)" '0 residents'
passes 'a good file is imported' 0 \
    "$ctl" residents import --dir "$S" --json "$tmp/good.csv"
said 'the summary counts people' out '"residents":300,"imported":true'
holds 'all of it was imported' same "$(residents)" '300 residents'
passes 'a file that is not there is refused' 1 \
    "$ctl" residents import --dir "$S" "$tmp/none.csv"

# ---- log ------------------------------------------------------------------------
passes 'the log is exported' 0 "$ctl" log export --dir "$S" --out "$tmp/L"
passes 'the export verifies' 0 "$ctl" log verify "$tmp/L"
passes 'every body opens with the bucket keys' 0 \
    "$ctl" log verify --kek "$S/keys/kek" --key "$S/log.vkey" "$tmp/L"
passes 'another key is not believed' 1 "$ctl" log verify --key \
    'mamori.162019.example/2026+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW' "$tmp/L"
cp -r "$tmp/L" "$tmp/L2"
entries=$(find "$tmp/L2/tile/entries" -type f | head -1)
size=$(stat -c %s "$entries")
at=$((size / 2))
byte=$(od -An -tu1 -j "$at" -N 1 "$entries" | tr -d ' ')
printf "$(printf '\\%03o' $((byte ^ 1)))" |
    dd of="$entries" bs=1 seek="$at" conv=notrunc status=none
passes 'a flipped byte fails' 1 "$ctl" log verify --json "$tmp/L2"
said 'the entry it is in is named' err 'entry [0-9]+|offset [0-9]+'
said 'the JSON says so too' out '"ok":false'
passes 'a second export grows from the first' 0 \
    "$ctl" log export --dir "$S" --out "$tmp/L3"
passes 'it is consistent with the older checkpoint' 0 \
    "$ctl" log verify --since "$tmp/L/checkpoint" "$tmp/L3"
passes 'an export is never overwritten' 1 \
    "$ctl" log export --dir "$S" --out "$tmp/L"

# ---- doctor, and mamorid up --------------------------------------------------------
passes 'SD-9 doctor misses two approvers' 1 "$ctl" doctor --dir "$S"
said 'and says how to mend it' out '^problem: approvers: .+: grant .+'
chmod 644 "$S/keys/log.key"
passes 'doctor runs on a careless site' 1 "$ctl" doctor --dir "$S"
said 'a key that others can read is named' out 'log\.key: others may read'
chmod 600 "$S/keys/log.key"

mkfifo "$tmp/ready"
"$BUILD/mamorid" --dir "$S" --listen 127.0.0.1:0 > "$tmp/ready" 2> "$tmp/server.log" &
server=$!
ready=
read -r -t 20 ready < "$tmp/ready"
cp "$tmp/server.log" "$tmp/err"
holds 'mamorid starts on the site' test "${ready#mamorid: listening on}" != "$ready"
passes 'with mamorid up a person is registered through its socket' 0 \
    add M002 佐藤次郎
passes 'and listed' 0 "$ctl" operator list --dir "$S" --json
said 'with what was written while it was down' out '"match_id":"M001".*"match_id":"M002"'
passes 'and the log is exported' 0 "$ctl" log export --dir "$S" --out "$tmp/L4"
passes 'and verifies' 0 "$ctl" log verify --kek "$S/keys/kek" \
    --since "$tmp/L3/checkpoint" "$tmp/L4"
"$ctl" doctor --dir "$S" > "$tmp/out" 2> "$tmp/err"
holds 'doctor sees that mamorid runs' bash -c "! grep -q 'does not run' '$tmp/out'"
kill -TERM "$server"
wait "$server"
holds 'mamorid ends when it is told to' same $? 0
server=
passes 'afterwards the store is reached without it' 0 \
    "$ctl" terminal list --dir "$S"
echo "1..$n"
