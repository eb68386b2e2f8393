#!/bin/bash
# The units as installed: clean by systemd-analyze verify, and within their exposure.   unit_checks.sh UNITS
set -u
units=${1:?usage: unit_checks.sh UNITS}
failed=0
check() {  # WORDS COMMAND...
    local words=$1 output
    shift
    if output=$("$@" 2>&1); then echo "ok: $words"; else echo "FAILED: $words"; echo "$output"; failed=1; fi
}
clean() { local output; output=$("$@" 2>&1) && [ -z "$output" ] || { echo "$output"; return 1; }; }

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
# The programs need not be installed here: what they are called is not what is checked.
for unit in "$units"/*; do
    sed -E 's#^(Exec[A-Za-z]+=)/[^ ]*(forcewatch[a-z-]*|report-failure)#\1/bin/true#' "$unit" > "$copy/$(basename "$unit")"
done
mv "$copy/forcewatchd-failed@.service" "$copy/forcewatchd-failed@forcewatchd.service.service"
cp "$copy/forcewatchd-failed@forcewatchd.service.service" "$copy/forcewatchd-failed@forcewatch-courier.service.service"

for unit in "$copy"/*; do
    check "$(basename "$unit") is clean by systemd-analyze verify" clean systemd-analyze verify --man=no "$unit"
done
for limit in forcewatchd.service=4 forcewatch-courier.service=11; do
    check "${limit%=*} has an exposure of at most ${limit#*=} tenths" \
        systemd-analyze security --offline=yes --threshold="${limit#*=}" "$copy/${limit%=*}"
done
# Controls: a check that cannot fail proves nothing.
sed '/^NoNewPrivileges/d' "$copy/forcewatchd.service" > "$copy/weaker.service"
check "a unit without NoNewPrivileges= would not pass" \
    bash -c '! systemd-analyze security --offline=yes --threshold=4 "$1"' - "$copy/weaker.service"
sed 's/^RestartSec=/RestrtSec=/' "$copy/forcewatchd.service" > "$copy/misspelt.service"
check "a misspelt directive would not pass" bash -c '[ -n "$(systemd-analyze verify --man=no "$1" 2>&1)" ]' - "$copy/misspelt.service"
exit $failed
