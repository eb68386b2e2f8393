"""What arrived at the two receivers, held against what the client was promised and what the outbox holds."""

import collections
import email
import email.policy
import json
import re
import sqlite3
import subprocess

from machine import SUPPORT, Receiver, SoakFailure

TITLE = re.compile(r"Custody record (\d{6})")
SETTINGS = """
[mail]
host = "localhost"
port = {mail.port}
security = "starttls"
from = "forcewatch@force.example"
message_domain = "force.example"
ca_file = "{folder}/ca.pem"
[[destination]]
name = "liaison"
email = {{ to = ["liaison@force.example"] }}
[[destination]]
name = "case-system"
webhook = {{ url = "https://localhost:{hook.port}/hook", secret = "file:{folder}/secret", allow = ["127.0.0.1", "::1"], ca_file = "{folder}/ca.pem" }}
"""

Message = collections.namedtuple("Message", "id number")


def rows_of(database, sql):
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def mail_of(request):
    mail = email.message_from_bytes(request["body"].encode("latin-1"), policy=email.policy.default)
    if not request["tls"]:
        raise SoakFailure(f"a mail came without TLS: {mail['Message-ID']}")
    found = TITLE.search(mail.get_body(("plain",)).get_content())
    return Message(mail["Message-ID"].strip("<>"), found and int(found[1]))


def is_whole(request):
    """A sender that dies in the middle of its request has told nothing; a mail server drops such a mail by itself."""
    length = request.get("headers", {}).get("content-length")
    return length is None or int(length) == len(request["body"].encode())


def webhook_of(request):
    found = TITLE.search(json.loads(request["body"])["data"]["title"])
    return Message(request["headers"]["webhook-id"], found and int(found[1]))


class Destination:
    """What one receiver got, against what the outbox holds for it."""

    def __init__(self, what, arrived, rows):
        self.what, self.arrived = what, arrived
        self.place = {message_id: place for place, (message_id, *_) in enumerate(rows)}
        self.order_key = {message_id: order_key for message_id, order_key, _ in rows}
        self.unsent = [message_id for message_id, _, state in rows if state != "sent"]
        self.times = collections.Counter(message.id for message in arrived)

    def missing(self):
        return sorted(set(self.place) - set(self.times)) + self.unsent

    def foreign(self):
        return sorted(set(self.times) - set(self.place))

    def untold(self, accepted):
        return sorted(set(range(accepted)) - {message.number for message in self.arrived})

    def unexcused(self, in_flight):
        """Came more often than a kill explains."""
        return sorted(name for name, times in self.times.items() if times - 1 > in_flight[name])

    def repeats(self):
        return sum(self.times.values()) - len(self.times)

    def out_of_order(self):
        """Subjects of which a later message came before an earlier one."""
        latest, wrong = {}, set()
        for name in dict.fromkeys(message.id for message in self.arrived):
            key, place = self.order_key.get(name), self.place.get(name, -1)
            if place < latest.get(key, -1):
                wrong.add(key)
            latest[key] = place
        return sorted(wrong)

    def faults(self, accepted, in_flight):
        checks = {"alerts never told": self.untold(accepted), "messages lost": self.missing(),
                  "ids outside the expected set": self.foreign(),
                  "repeats without a kill": self.unexcused(in_flight), "subjects out of order": self.out_of_order()}
        return [f"{self.what}: {len(found)} {what}: {', '.join(map(str, found[:5]))}"
                for what, found in checks.items() if found]


class Receivers:
    """A mail server over STARTTLS and an HTTPS receiver, with certificates of their own authority."""

    NAMES = ["liaison", "case-system"]

    def __init__(self, folder):
        subprocess.run(["/bin/sh", SUPPORT / "certificates.sh", folder], check=True)
        (folder / "secret").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
        (folder / "secret").chmod(0o600)
        identity = ["--certificate", folder / "good.pem", "--key", folder / "good.key"]
        self.mail = Receiver("smtp_server.py", folder, [*identity, "--tls", "starttls"])
        self.hook = Receiver("https_receiver.py", folder, identity)
        self.settings = SETTINGS.format(mail=self.mail, hook=self.hook, folder=folder)

    def down(self):
        self.mail.down()
        self.hook.down()

    def marks(self):
        """Where the next arrivals will stand."""
        return len(self.mail.arrived()), len(self.hook.arrived())

    def destinations(self, database, since=(0, 0)):
        rows = "SELECT message_id, order_key, state FROM outbox WHERE destination = '{}' ORDER BY id"
        return [Destination(what, [read(each) for each in receiver.arrived()[first:] if is_whole(each)],
                            rows_of(database, rows.format(name)))
                for what, receiver, read, name, first in zip(
                    ("mails", "webhooks"), (self.mail, self.hook), (mail_of, webhook_of), self.NAMES, since)]


def judge(destinations, accepted, in_flight):
    """Raises what is not as promised."""
    faults = [fault for destination in destinations for fault in destination.faults(accepted, in_flight)]
    if faults:
        raise SoakFailure("\n".join(faults))


def leased(database):
    """The messages that are on their way, or were when the program was killed."""
    return [row[0] for row in rows_of(database, "SELECT message_id FROM outbox WHERE id IN (SELECT outbox FROM lease)")]
