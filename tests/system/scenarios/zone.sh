#!/bin/bash
# New rules of summer time arrive as files: the daemon takes them up by itself, for what is to come. A zone that vanished is said so.
. ./lib.sh
zone=/usr/share/zoneinfo/Europe/London
mkdir -p "${configuration%/*}"
{ sed '/^\[\[rule\]\]/,$d' forcewatch.toml; cat <<C
[[rule]]
name = "deadlines"
type = "deadline"
ladder = [ { at = "1d", severity = "critical" } ]
C
} > $configuration
start_forcewatch
for file in /run-test/reference/{cycles,bodies,frameworks,bank-holidays}.csv; do
    check "the reference data comes in: ${file##*/}" api "/v1/import?name=${file##*/}" --data-binary "@$file"
done

now=$(date -u +%s)
summer=$(( $(date -u +%Y) + 1 ))-07-01
plan="source,external_id,force,title,deadline,due
tracker,PAST,kent,Was due,local,$(date -u -d '-3 days' +%F)
tracker,NEXT,kent,Due in summer,local,$summer"
check "two actions come in" api "/v1/import?name=plan.csv" --data-binary "$plan"
# The next instant at which anything is looked at, as it stands in the database.
stored() { python3 -c "
import sqlite3, sys
print(sqlite3.connect('file:/var/lib/forcewatch/forcewatch.db?mode=ro', uri=True).execute(sys.argv[1]).fetchone()[0])" "$1"; }
next_look() { stored "SELECT due_at FROM agenda WHERE subject = 'action:tracker/NEXT'"; }
alerts() { stored "SELECT count(*) || ' alerts, ' || (SELECT count(*) FROM alert_revision) || ' revisions' FROM alert"; }
before=$(next_look)
told=$(alerts)
check "the look-out is ahead" [ "$before" -gt "$now" ]
check "it is at midnight of British Summer Time" equal "$(TZ=Europe/London date -d "@$before" +%H:%M)" 00:00
check "that is 23:00 UTC" equal "$(date -u -d "@$before" +%H:%M)" 23:00

pid=$(main_pid forcewatchd.service)
echo 'Zone Europe/London 0:00 - GMT' > /tmp/no-summer-time
check "a zone without summer time is made" zic -d /tmp/zones /tmp/no-summer-time
cp "$zone" /tmp/as-it-was
cp /tmp/zones/Europe/London "$zone.new" && mv "$zone.new" "$zone"
echo '# version: none' >> /usr/share/zoneinfo/tzdata.zi
check "the daemon starts anew by itself" eventually has_new_pid forcewatchd.service "$pid"
hour_later() { equal "$(next_look)" $((before + 3600)); }
check "what is to come is an hour later now" eventually hour_later
check "what was told stays told, and nothing more is" equal "$(alerts)" "$told"
check "the log says why" grep -q 'time zone' <(journalctl --no-pager -q -u forcewatchd.service)

rm "$zone"
systemctl restart forcewatchd.service 2>/dev/null
check "without the zone there is no service" equal "$(systemctl show -P ExecMainStatus forcewatchd.service)" 69
check "and the log names it" grep -q 'Europe/London' <(journalctl --no-pager -q -u forcewatchd.service)
cp /tmp/as-it-was "$zone"
systemctl reset-failed forcewatchd.service
check "with it there is one again" systemctl restart forcewatchd.service
same_as_before() { equal "$(next_look)" "$before"; }
check "and it looks out as it did at first" eventually same_as_before
finish
