#!/usr/bin/env bash
# What `./dev run` starts: daemon and courier on build/run/, the shipped data loaded, the board shown.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
once=0
[ "${1:-}" != --once ] || once=1
bin=$PWD/build/release/bin
here=$PWD/build/run
mkdir -p "$here/outbox"
# A Unix socket's path holds 107 bytes at most.
socket=$here/forcewatch.sock
if [ ${#socket} -gt 90 ]; then
    sockets=$(mktemp -d /tmp/forcewatch.XXXXXX)
    socket=$sockets/forcewatch.sock
fi
courier_socket=${socket%/*}/courier.sock

cat >"$here/forcewatch.toml.new" <<T
# Written by ./dev run. The rules are those of the shipped config/forcewatch.toml.
[storage]
path = "$here/forcewatch.db"

[socket]
path = "$socket"
editors = ["$(id -gn)"]

[courier]
socket = "$courier_socket"

[[destination]]
name = "outbox"
folder = { path = "$here/outbox" }

[[route]]
to = ["outbox"]

T
sed -n '/^\[\[rule\]\]/,$p' config/forcewatch.toml >>"$here/forcewatch.toml.new"
mv "$here/forcewatch.toml.new" "$here/forcewatch.toml"

pids=()
stop() {
    trap - EXIT INT TERM
    local pid
    for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null || true; done
    for pid in ${pids[@]+"${pids[@]}"}; do wait "$pid" 2>/dev/null || true; done
    [ -z "${sockets:-}" ] || rm -rf "$sockets"
}
trap stop EXIT
trap 'stop; exit 0' INT TERM

ctl() { "$bin/forcewatchctl" --socket "$socket" "$@"; }

"$bin/forcewatchd" --config "$here/forcewatch.toml" 2>"$here/forcewatchd.log" &
daemon=$!
pids+=("$daemon")
for _ in $(seq 200); do
    ctl whoami >/dev/null 2>&1 && break
    kill -0 "$daemon" 2>/dev/null || { cat "$here/forcewatchd.log" >&2; exit 1; }
    sleep 0.05
done

echo "Loading the reference data and the published judgements and moves"
ctl import --reference --reference-dir config/reference

"$bin/forcewatch-courier" --config "$here/forcewatch.toml" 2>"$here/courier.log" &
pids+=("$!")
for _ in $(seq 400); do
    case $(ctl status --json) in *'"waiting":0'*) break ;; esac
    sleep 0.05
done

echo
ctl status
echo
ctl alerts --no-pager
echo
echo "No mail server is configured, so messages went to $here/outbox/ as .eml and .json files ($(find "$here/outbox" -type f | wc -l) there)."
echo "Socket: $socket"
echo "Logs:   $here/forcewatchd.log and courier.log"
echo "Try:"
echo "  build/release/bin/forcewatchctl --socket $socket force northamptonshire"
echo "  build/release/bin/forcewatchctl --socket $socket stages --stage engage --as-of 2024-06-01"
echo "  curl --unix-socket $socket http://localhost/v1/status"
[ "$once" = 0 ] || exit 0
echo
echo "Running; Ctrl-C stops it."
wait "$daemon"
