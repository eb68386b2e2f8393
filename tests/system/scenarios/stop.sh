#!/bin/bash
# Both services stop within 10 s, whatever hangs on the socket; the sockets stay, and nobody is refused over restarts.
. ./lib.sh
start_forcewatch
check "the daemon answers" api /v1/status
python3 - <<'P' &
import socket, time
idle = [socket.socket(socket.AF_UNIX) for _ in range(50)]
for one in idle: one.connect("/run/forcewatch/forcewatch.sock")
idle[0].sendall(b"POST /v1/import HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf a bo")
idle[1].sendall(b"GET /v1/st")
open("/run/hanging", "w").close()
time.sleep(60)
P
hanger=$!
eventually test -e /run/hanging
check "the daemon stops within 10 s with 50 connections open" timeout 10 systemctl stop forcewatchd.service
check "cleanly" equal "$(systemctl show -P Result forcewatchd.service)" success
kill $hanger 2>/dev/null
check "the courier stops within 10 s" timeout 10 systemctl stop forcewatch-courier.service
check "cleanly" equal "$(systemctl show -P Result forcewatch-courier.service)" success
check "the socket stays when the service stops" [ -S $socket ]

cat > /root/hammer.py <<'P'
import pathlib, socket
asked = bad = 0
while not pathlib.Path("/run/restarted").exists():
    asked += 1
    with socket.socket(socket.AF_UNIX) as one:
        try:
            one.settimeout(30)
            one.connect("/run/forcewatch/forcewatch.sock")
            one.sendall(b"GET /v1/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            answer = one.makefile("rb").read()
            head, _, body = answer.partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            bad += not head.startswith(b"HTTP/1.1 200") or len(body) != length
        except (OSError, IndexError) as error:
            print(f"request {asked}: {error!r}")
            bad += 1
print(f"of {asked} requests {bad} refused or cut")
raise SystemExit(bad > 0 or asked < 100)
P
python3 /root/hammer.py > /root/hammered &
hammer=$!
for _ in $(seq 20); do
    systemctl reset-failed forcewatchd.service
    systemctl restart forcewatchd.service || failure "a restart failed"
done
touch /run/restarted
if wait $hammer; then ok "over 20 restarts, $(tail -n 1 /root/hammered)"; else failure "over 20 restarts, $(cat /root/hammered)"; fi
finish
