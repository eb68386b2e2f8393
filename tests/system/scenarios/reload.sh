#!/bin/bash
# A good configuration is taken, a bad one refused: exit 78, everything as before.
. ./lib.sh
start_forcewatch
pid=$(main_pid forcewatchd.service)
check "a reload with the same file succeeds" systemctl reload forcewatchd.service
# That it was refused is what health is for; everything else stays as it was.
standing() { api /v1/status | sed -E 's/"(health|config_rejected|last_seen_at)":"[^"]*",//g'; }
before=$(standing)

cp $configuration /root/good.toml
echo 'colour = "blue"' | cat - /root/good.toml > $configuration
output=$(forcewatchctl reload 2>&1)
check "forcewatchctl reload exits 78 with a bad file" equal $? 78
check "and names file, line and key" grep -Eq 'forcewatch.toml:1:[0-9]+: .*colour' <<<"$output"
refuse "systemctl reload fails" systemctl reload forcewatchd.service
check "the service stays active" is_running forcewatchd.service
check "in the same process" equal "$(main_pid forcewatchd.service)" "$pid"
check "with the same status" equal "$(standing)" "$before"
check "and health tells of it" grep -q '"config_rejected":"[^"]*forcewatch.toml:1:' <<<"$(api /v1/status)"
kill -HUP "$pid"
check "a SIGHUP with the bad file changes nothing either" eventually equal "$(main_pid forcewatchd.service)" "$pid"

cp /root/good.toml $configuration
check "the good file is taken again" systemctl reload forcewatchd.service
check "the courier reloads, too" systemctl reload forcewatch-courier.service
check "and runs" is_running forcewatch-courier.service

echo 'colour = "blue"' > $configuration
systemctl restart forcewatchd.service 2>/dev/null
failed_for_good() { equal "$(systemctl show -P ExecMainStatus forcewatchd.service) $(systemctl show -P NRestarts forcewatchd.service)" "78 0"; }
check "at start a bad file is exit 78, without a restart loop" eventually failed_for_good
root_is_told() { journalctl --no-pager -q -u 'forcewatchd-failed@*' | grep -q 'forcewatchd.service has failed'; }
check "and root is told" eventually root_is_told
finish
