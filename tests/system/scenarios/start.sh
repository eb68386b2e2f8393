#!/bin/bash
# The units start, on demand, in the sandbox they promise, and callers are known by their uid.
. ./lib.sh
install_forcewatch
useradd -m reader && usermod -aG forcewatch reader
useradd -m editor && usermod -aG forcewatch,forcewatch-edit editor
useradd -m stranger

refuse "the service does not run before somebody asks" is_running forcewatchd.service
check "the first request starts it" api /v1/status
check "it is running" is_running forcewatchd.service
check "and with it the watch on time zones" is_running forcewatchd-tzdata.path
check "its status line says something" [ -n "$(systemctl show -P StatusText forcewatchd.service)" ]
for user in root reader editor; do
    check "$user is known by his uid" grep -Eq "\"uid\": ?$(id -u $user)\b" <(api -u $user /v1/whoami)
done
check "an editor has the role" grep -q '"editor"' <(api -u editor /v1/whoami)
refuse "a reader has not" grep -q '"editor"' <(api -u reader /v1/whoami)
refuse "a stranger cannot open the socket" api -u stranger /v1/status
refuse "nor can an editor open the courier's" \
    setpriv --reuid editor --regid editor --init-groups curl --silent --max-time 5 --unix-socket /run/forcewatch/courier.sock http://localhost/
check "the socket has mode and group" equal "$(stat -c '%a %U %G' $socket)" "660 root forcewatch"
check "the courier's socket is its own" equal "$(stat -c '%a %U' /run/forcewatch/courier.sock)" "600 forcewatch-courier"

check "the courier starts" systemctl start forcewatch-courier.service
for unit in forcewatchd forcewatch-courier; do
    pid=$(main_pid $unit.service)
    check "$unit runs as its own user" equal "$(ps -o user:32= -p "$pid" | tr -d ' ')" "$([ $unit = forcewatchd ] && echo forcewatch || echo $unit)"
    check "$unit has no capability" grep -q '^CapEff:.0*$' "/proc/$pid/status"
    check "$unit is under a system call filter" grep -q '^Seccomp:.2$' "/proc/$pid/status"
    check "$unit cannot gain privileges" grep -q '^NoNewPrivs:.1$' "/proc/$pid/status"
    check "$unit runs without a restart" equal "$(systemctl show -P NRestarts $unit.service)" 0
done
interfaces() { tail -n +3 "/proc/$1/net/dev" | cut -d: -f1 | tr -d ' ' | sort | tr '\n' ' '; }
check "the daemon has a network of its own, with nothing in it" equal "$(interfaces "$(main_pid forcewatchd.service)")" "lo "
refuse "its network is not the machine's" \
    equal "$(readlink "/proc/$(main_pid forcewatchd.service)/ns/net")" "$(readlink /proc/1/ns/net)"
check "the database is the daemon's alone" equal "$(stat -c '%a %U' /var/lib/forcewatch)" "700 forcewatch"
check "the journal has it under its name" grep -q . <(journalctl --no-pager -q SYSLOG_IDENTIFIER=forcewatchd)
finish
