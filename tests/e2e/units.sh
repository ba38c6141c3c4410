#!/bin/bash
# The units as `make install` lays them out: systemd itself reads them, and
# judges what they leave open (DESIGN §2).  TAP on stdout.
set -u
build=${BUILD:-build}
n=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
say() {
	local rc=$? verdict="ok"
	[ $rc -eq 0 ] || verdict="not ok"
	n=$((n + 1))
	echo "$verdict $n - $1"
	[ $rc -eq 0 ] || sed 's/^/# /' "$tmp/out"
}
echo "1..9"
if ! command -v systemd-analyze > /dev/null; then
	for n in 1 2 3 4 5 6 7 8 9; do
		echo "ok $n - units # SKIP no systemd-analyze"
	done
	exit 0
fi
tools/install-files "$build" "$tmp/root" /usr > "$tmp/out" 2>&1
say "make install lays the units out"
units=$tmp/root/usr/lib/systemd/system
# what the units lean on and a test machine need not have
for f in usr/bin/cage usr/bin/foot; do
	[ -x "$tmp/root/$f" ] || install -m 755 /bin/true "$tmp/root/$f"
done
for t in sysinit.target basic.target shutdown.target sockets.target \
    multi-user.target graphical.target network-online.target \
    time-sync.target -.mount -.slice system.slice tmp.mount; do
	case $t in
	*.target) printf '[Unit]\nDescription=%s\n' "$t" > "$units/$t" ;;
	esac
done
mkdir -p "$tmp/root/etc" "$tmp/root/var/lib" "$tmp/root/run"
cp /etc/passwd /etc/group "$tmp/root/etc/"
# prints nothing when it has nothing to say
systemd-analyze verify --root="$tmp/root" --man=no --recursive-errors=no \
    mamorid.service mamori-bio.socket mamori-bio@1.service \
    mamori-kiosk.service > "$tmp/out" 2>&1 && ! [ -s "$tmp/out" ]
say "systemd-analyze verify has nothing to say"

# unit, exposure times ten that it may have at most
exposed() {
	systemd-analyze security --root="$tmp/root" --offline=yes \
	    --threshold="$2" --no-pager "$1" > "$tmp/out" 2>&1
	local rc=$?
	echo "# $1: $(grep -a 'Overall exposure' "$tmp/out" | grep -o '[0-9][0-9.]* [A-Z]*' | head -1)"
	return $rc
}
exposed mamorid.service 15
say "mamorid leaves little open"
exposed mamori-bio@.service 25
say "mamori-bio leaves little open"
exposed mamori-kiosk.service 50
say "the kiosk leaves little open"

systemd-sysusers --root="$tmp/root" "$tmp/root/usr/lib/sysusers.d/mamori.conf" \
    > "$tmp/out" 2>&1 &&
    [ "$(grep -c '^mamori' "$tmp/root/etc/passwd")" -eq 3 ] &&
    ! grep '^mamori' "$tmp/root/etc/passwd" | grep -v nologin
say "server, kiosk and helper are three users without a shell"
systemd-tmpfiles --root="$tmp/root" --create \
    "$tmp/root/usr/lib/tmpfiles.d/mamori.conf" > "$tmp/out" 2>&1 &&
    [ "$(stat -c %a "$tmp/root/var/lib/mamori-terminal/bio")" = 700 ] &&
    [ "$(stat -c %u "$tmp/root/var/lib/mamori-terminal/bio")" != \
    "$(stat -c %u "$tmp/root/var/lib/mamori-terminal/state")" ]
say "the group key lies where only the helper looks"
if command -v foot > /dev/null; then
	foot --config=debian/foot.ini --check-config > "$tmp/out" 2>&1
	say "TRM_08 foot takes its configuration"
else
	n=$((n + 1))
	echo "ok $n - TRM_08 foot takes its configuration # SKIP no foot"
fi
awk '/^\[/ { s = $0 }
s ~ /(key|search|url|mouse)-bindings/ && /=/ && !/=none$/ { bad = 1; print }
s == "[scrollback]" && /^lines=/ && !/=0$/ { bad = 1; print }
END { exit bad }' debian/foot.ini > "$tmp/out"
say "TRM_08 TRM_14 the terminal emulator has no key of its own and no scrollback"
