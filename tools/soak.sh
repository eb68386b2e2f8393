#!/usr/bin/env bash
# Long runs with printed counts: soak.sh [simulation [RUNS] | kills [COUNT [SEED]] | alertmanager | mails [COUNT]];
# without a name, all at their full size. docs/soak.md says what each proves.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
bin=$PWD/build/release/bin

# The database of a simulated year needs no disk; the crashes are the program's own.
scratch() { if [ -w /dev/shm ]; then printf /dev/shm; else printf '%s' "${TMPDIR:-/tmp}"; fi; }

simulation() {  # simulation RUNS: each lives two years
    local runs=${1:-5000} half log1 log2
    half=$(((runs + 1) / 2))
    log1=$(mktemp) log2=$(mktemp)
    TMPDIR=$(scratch) FORCEWATCH_SEEDS=$half FORCEWATCH_FIRST_SEED=1 "$bin/test_simulation" "[R46]" >"$log1" 2>&1 &
    local first=$!
    local result=0
    TMPDIR=$(scratch) FORCEWATCH_SEEDS=$half FORCEWATCH_FIRST_SEED=$((half + 1)) \
        "$bin/test_simulation" "[R46]" >"$log2" 2>&1 || result=1
    wait "$first" || result=1
    [ "$result" = 0 ] || cat "$log1" "$log2"
    rm -f "$log1" "$log2"
    [ "$result" = 0 ] && printf 'simulation: %s runs, %s simulated years, 0 alerts lost, 0 ids doubled\n' \
        "$((half * 2))" "$((half * 4))"
    return "$result"
}

kills() {  # kills COUNT [SEED]: kill -9 of the true programs, with a mail server and an HTTPS receiver beside them
    /usr/bin/python3 tools/soak/kills.py "${@:-200}"
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

case ${1:-all} in
    simulation | kills | alertmanager | mails) name=$1; shift; "$name" "$@" ;;
    all) simulation; kills; alertmanager; mails ;;
    *) echo "soak: simulation, kills, alertmanager or mails" >&2; exit 64 ;;
esac
