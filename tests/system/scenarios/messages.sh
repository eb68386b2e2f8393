#!/bin/bash
# An alert on the real data reaches a mail server over STARTTLS and a webhook over HTTPS, signed with a credential.
. ./lib.sh
mkdir -p /root/tls && sh support/certificates.sh /root/tls
install -D -m 644 /root/tls/ca.pem /etc/forcewatch/ca.pem
# A server lives as long as its standard input: that of this script.
exec 8> >(exec python3 support/smtp_server.py --out /root/mails --tls starttls --certificate /root/tls/good.pem \
    --key /root/tls/good.key --login forcewatch:canary-of-mail > /root/smtp.json)
exec 9> >(exec python3 support/https_receiver.py --out /root/hooks --certificate /root/tls/good.pem \
    --key /root/tls/good.key > /root/https.json)
eventually test -s /root/smtp.json -a -s /root/https.json
port() { grep -o '[0-9]*' "$1"; }

mkdir -p /etc/forcewatch/credentials /etc/systemd/system/forcewatch-courier.service.d
printf 'canary-of-mail' > /etc/forcewatch/credentials/mail
printf 'whsec_%s' "$(printf 'canary-of-the-webhook-secret-32b' | base64)" > /etc/forcewatch/credentials/case-system
chmod 600 /etc/forcewatch/credentials/*
cat > /etc/systemd/system/forcewatch-courier.service.d/credentials.conf <<C
[Service]
LoadCredential=mail:/etc/forcewatch/credentials/mail
LoadCredential=case-system:/etc/forcewatch/credentials/case-system
C
cat forcewatch.toml - > $configuration <<C
[mail]
host = "localhost"
port = $(port /root/smtp.json)
security = "starttls"
user = "forcewatch"
password = "credential:mail"
from = "forcewatch@force.example"
ca_file = "/etc/forcewatch/ca.pem"

[[destination]]
name = "liaison"
email = { to = ["liaison@force.example"] }

[[destination]]
name = "case-system"
webhook = { url = "https://localhost:$(port /root/https.json)/hook", secret = "credential:case-system", ca_file = "/etc/forcewatch/ca.pem", allow = ["127.0.0.1", "::1"] }

[[route]]
to = ["liaison", "case-system"]
C
check "the configuration is good" forcewatchd --check-config --config $configuration
start_forcewatch
check "the real data is imported" forcewatchctl import --reference --reference-dir reference
check "mails arrive" eventually test -s /root/mails
check "webhooks arrive" eventually test -s /root/hooks
settled() { ! api '/v1/deliveries?limit=1000' | grep -Eq '"state": ?"(pending|leased|unknown)"'; }
check "every delivery is settled" eventually settled

cat > /root/judge.py <<'P'
import base64, email, email.policy, hashlib, hmac, json
mails = [json.loads(line) for line in open("/root/mails")]
hooks = [json.loads(line) for line in open("/root/hooks")]
assert all(mail["tls"] and mail["user"] == "forcewatch" for mail in mails), "a mail came without TLS or log-in"
assert all(mail["to"] == ["liaison@force.example"] for mail in mails), "a mail went astray"
parsed = [email.message_from_string(mail["body"], policy=email.policy.default) for mail in mails]
names = [mail["Message-ID"] for mail in parsed]
assert len(set(names)) == len(names), "a Message-ID came twice"
assert all(mail["Auto-Submitted"] == "auto-generated" for mail in parsed), "a mail does not say that a robot sent it"
for hook in hooks:
    head = hook["headers"]
    text = f'{head["webhook-id"]}.{head["webhook-timestamp"]}.{hook["body"]}'.encode()
    right = base64.b64encode(hmac.new(b"canary-of-the-webhook-secret-32b", text, hashlib.sha256).digest()).decode()
    assert f"v1,{right}" in head["webhook-signature"].split(), "a signature is wrong"
    json.loads(hook["body"])
ids = [hook["headers"]["webhook-id"] for hook in hooks]
assert len(set(ids)) == len(ids), "a webhook-id came twice"
print(f"{len(mails)} mails, {len(hooks)} webhooks")
P
check "each mail and each webhook is in order" python3 /root/judge.py
python3 /root/judge.py

force=$(api '/v1/alerts?limit=1' | grep -Eo '"force": ?"[a-z-]+"' | head -n 1 | grep -Eo '[a-z-]+"$' | tr -d '"')
fields_found() { journalctl --no-pager -q FORCEWATCH_FORCE="$1" -o json | grep -q FORCEWATCH_ALERT; }
check "the journal finds the alerts of $force by field" fields_found "$force"
leaks() {
    local unit
    journalctl --no-pager -o export
    api /v1/status
    for unit in forcewatchd forcewatch-courier; do cat "/proc/$(main_pid $unit.service)"/{cmdline,environ}; done
}
refuse "no secret stands in journal, answers, arguments or environment" grep -aEq 'canary-of-(mail|the)' <(leaks)
refuse "nor in the database" grep -raEq 'canary-of-(mail|the)' /var/lib/forcewatch
finish
