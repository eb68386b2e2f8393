#!/bin/sh
# with_own_names.sh COMMAND...: runs it where there is no network but loopback, which has one public address as well
# ($FORCEWATCH_PUBLIC_ADDRESS), and where names are asked of 127.0.0.1. Needs CAP_SYS_ADMIN; elsewhere it fails, or skips (77) with
# FORCEWATCH_ALLOW_SKIP=1.
set -eu
export FORCEWATCH_PUBLIC_ADDRESS=93.184.216.34
if ! unshare --mount --net true 2>/dev/null; then
    echo "SKIPPED, NOT TESTED: making namespaces needs CAP_SYS_ADMIN" >&2
    [ "${FORCEWATCH_ALLOW_SKIP:-}" = 1 ] && exit 77
    exit 1
fi
exec unshare --mount --net sh -euc '
    ip link set lo up
    ip address add "$FORCEWATCH_PUBLIC_ADDRESS/32" dev lo
    resolver=$(readlink -f /etc/resolv.conf)
    mount -t tmpfs tmpfs /run
    mkdir -p "${resolver%/*}"
    [ -e "$resolver" ] || : >"$resolver"
    printf "nameserver 127.0.0.1\noptions timeout:3 attempts:1\n" >/run/own-resolver
    printf "hosts: files dns\n" >/run/own-names
    mount --bind /run/own-resolver "$resolver"
    mount --bind /run/own-names /etc/nsswitch.conf
    exec "$@"' with_own_names "$@"
