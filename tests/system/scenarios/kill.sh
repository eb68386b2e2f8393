#!/bin/bash
# kill -9 of either process, again and again: the facts stay, every message arrives, ids repeat only as repeats.
. ./lib.sh
mkdir -p /var/lib/forcewatch-courier
cat > /root/folder.py <<'P'
import collections, pathlib
ids = collections.Counter()
for file in pathlib.Path("/var/lib/forcewatch-courier/outbox").glob("**/*.eml"):
    for line in file.read_text(errors="replace").splitlines():
        if line.lower().startswith("message-id:"): ids[line.split(":", 1)[1].strip()] += 1
for file in pathlib.Path("/var/lib/forcewatch-courier/outbox").glob("**/*.json"): ids[file.stem] += 1
print(len(ids))
P
start_forcewatch
facts() { api /v1/forces | md5sum; api /v1/areas | md5sum; api '/v1/alerts?limit=1000' | md5sum; }
check "the reference data is imported" forcewatchctl import --reference --reference-dir /run-test/reference
before=$(facts)
check "there is something to lose" [ "$(api '/v1/alerts?limit=1000' | wc -c)" -gt 1000 ]
for round in 1 2 3 4 5; do
    systemctl reset-failed forcewatchd.service forcewatch-courier.service
    for unit in forcewatch-courier.service forcewatchd.service; do
        pid=$(main_pid $unit)
        check "round $round: $unit is killed" kill_hard $unit
        systemctl start $unit
        check "round $round: and runs again" eventually has_new_pid $unit "$pid"
    done
    check "round $round: no fact and no alert is lost" equal "$(facts)" "$before"
done
check "the database is sound" forcewatchctl db verify
settled() { ! api '/v1/deliveries?limit=1000' | grep -Eq '"state": ?"(pending|leased|unknown)"'; }
check "every message is delivered in the end" eventually settled
sent=$(api '/v1/deliveries?limit=1000' | grep -Eo '"state": ?"sent"' | wc -l)
check "and the outbox holds $sent messages of different ids" equal "$(python3 /root/folder.py)" "$sent"
finish
