# shellcheck shell=bash disable=SC2034
# What the scenarios share. Runs as root inside the throw-away system; see under-systemd.sh.
socket=/run/forcewatch/forcewatch.sock
configuration=/etc/forcewatch/forcewatch.toml
failed=0

ok() { echo "ok: $1"; }
failure() { echo "FAILED: $1"; failed=1; }
# check WORDS COMMAND...: the command must succeed.
check() {
    local words=$1 output
    shift
    if output=$("$@" 2>&1); then ok "$words"; else failure "$words"; echo "    $*: $output" | head -c 2000; fi
}
# refuse WORDS COMMAND...: the command must fail.
refuse() {
    local words=$1
    shift
    if "$@" >/dev/null 2>&1; then failure "$words"; else ok "$words"; fi
}
equal() { [ "$1" = "$2" ] || { echo "\"$1\" is not \"$2\""; return 1; }; }
# eventually COMMAND...: polls until it succeeds, for a minute at most.
eventually() {
    local _
    for _ in $(seq 600); do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; done
    "$@"
}
# api [-u USER] PATH [CURL OPTION...]: the body of the answer; fails on a status of 400 and above.
api() {
    local as=()
    if [ "$1" = -u ]; then as=(setpriv --reuid "$2" --regid "$2" --init-groups); shift 2; fi
    local path=$1
    shift
    "${as[@]}" curl --silent --show-error --fail-with-body --max-time 30 --unix-socket "$socket" "$@" "http://localhost$path"
}
main_pid() { systemctl show -P MainPID "$1"; }
is_running() { [ "$(systemctl is-active "$1")" = active ]; }
# kill_hard UNIT: kill -9 of its main process, and only of that.
kill_hard() {
    local pid
    pid=$(main_pid "$1")
    [ "${pid:-0}" -gt 1 ] && kill -KILL "$pid"
}
has_new_pid() { local pid; pid=$(main_pid "$1"); [ "${pid:-0}" -gt 1 ] && [ "$pid" != "$2" ] && is_running "$1"; }

# What a package would do: users, folders, a configuration, the sockets.
install_forcewatch() {
    systemd-sysusers && systemd-tmpfiles --create forcewatch.conf
    [ -e $configuration ] || install -m 644 /run-test/forcewatch.toml $configuration
    systemctl daemon-reload
    systemctl start forcewatchd.socket forcewatchd-courier.socket
}
start_forcewatch() { install_forcewatch && systemctl start forcewatchd.service forcewatch-courier.service; }

finish() {
    [ $failed = 0 ] || journalctl --no-pager -u 'forcewatch*' | tail -n 60
    exit $failed
}
