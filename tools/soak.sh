#!/usr/bin/env bash
# Long runs with printed counts; without a name, all at their full size. docs/soak.md says what each proves.
#
#   soak.sh [simulation [YEARS] | history [RUNS] | planted | disk | kills [COUNT [SEED]] | syscalls [COUNT [SEED]]
#           | power-cuts [COUNT [SEED [FILE_SYSTEM]]] | alertmanager | mails [COUNT] | threads]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
bin=$PWD/build/release/bin

# The database of a simulated year needs no disk; the crashes are the program's own.
scratch() { if [ -w /dev/shm ]; then printf /dev/shm; else printf '%s' "${TMPDIR:-/tmp}"; fi; }

counts() {  # counts LOG...: the sums of all counts in them
    awk -F': ' '/^count / { if (!($1 in sums)) names[++n] = $1; sums[$1] += $2 }
        END { for (i = 1; i <= n; ++i) printf "%s: %d\n", substr(names[i], 7), sums[names[i]] }' "$@"
}

halves() {  # halves COUNT_NAME COUNT FILTER: the tests of FILTER on both cores, each with half of the seeds
    local half=$((($2 + 1) / 2)) logs first result=0
    logs=$(mktemp -d)
    env TMPDIR="$(scratch)" "$1=$half" FORCEWATCH_FIRST_SEED=1 "$bin/test_simulation" "$3" >"$logs/1" 2>&1 &
    first=$!
    env TMPDIR="$(scratch)" "$1=$half" FORCEWATCH_FIRST_SEED=$((half + 1)) \
        "$bin/test_simulation" "$3" >"$logs/2" 2>&1 || result=1
    wait "$first" || result=1
    [ "$result" = 0 ] || grep -hv '^count ' "$logs/1" "$logs/2"
    counts "$logs/1" "$logs/2"
    rm -rf "$logs"
    return "$result"
}

simulation() {  # simulation YEARS: random years with faults, killed at numbered points; prints the sums of all counts
    halves FORCEWATCH_YEARS "${1:-10000}" "[random-year]"
}

history() {  # history RUNS: two years of the real data each
    halves FORCEWATCH_SEEDS "${1:-5000}" "[history],[lifecycle]" || return 1
    printf 'history: %s runs of two years, 0 alerts lost, 0 ids doubled\n' "${1:-5000}"
}

planted() {  # which seed finds each planted bug
    TMPDIR=$(scratch) "$bin/test_simulation" "[planted-bugs]"
}

disk() {  # every call of a short life fails, finds the disk full or loses power
    local log result=0
    log=$(mktemp)
    env TMPDIR="$(scratch)" FORCEWATCH_DISK_STRIDE=1 "$bin/test_simulation" "[disk]" >"$log" 2>&1 || result=1
    [ "$result" = 0 ] || grep -v '^count ' "$log"
    counts "$log"
    rm -f "$log"
    return "$result"
}

kills() {  # kills COUNT [SEED]: kill -9 of the true programs, with a mail server and an HTTPS receiver beside them
    /usr/bin/python3 tools/soak/kills.py "${@:-200}"
}

syscalls() {  # syscalls COUNT [SEED]: kill -9 at the entry of a system call; 0: of every one
    /usr/bin/python3 tools/soak/syscalls.py "${@:-0}"
}

power_cuts() {  # power_cuts COUNT [SEED [FILE_SYSTEM]]: of a real file system, under the true daemon; needs root
    /usr/bin/python3 tools/soak/power_cuts.py "${@:-100}"
}

alertmanager() {  # what it and Forcewatch lose and repeat under the same script
    /usr/bin/python3 tools/soak/alertmanager.py
}

mails() {  # mails COUNT: read back by another parser
    local log
    log=$(mktemp)
    FORCEWATCH_MAILS=${1:-10000} "$bin/test_messages" "[M7]" >"$log" 2>&1 || { cat "$log"; rm -f "$log"; return 1; }
    rm -f "$log"
    printf 'mails: %s, read the same by another parser\n' "${1:-10000}"
}

threads() {  # the daemon's own tests, with every access of one thread to what is another's found
    local log
    log=$(mktemp)
    ./dev build threads forcewatchd forcewatch-courier test_daemon
    TSAN_OPTIONS=halt_on_error=1 build/threads/bin/test_daemon >"$log" 2>&1 || { cat "$log"; rm -f "$log"; return 1; }
    tail -n 2 "$log"
    rm -f "$log"
}

case ${1:-all} in
    simulation | history | planted | disk | kills | syscalls | power-cuts | alertmanager | mails | threads) name=${1//-/_}; shift; "$name" "$@" ;;
    all) simulation; history; planted; disk; kills; syscalls; power_cuts; alertmanager; mails; threads ;;
    *) echo "soak: simulation, history, planted, disk, kills, syscalls, power-cuts, alertmanager, mails or threads" >&2; exit 64 ;;
esac
