#!/usr/bin/python3
"""kills.py [COUNT] [SEED]: kill -9 of forcewatchd and forcewatch-courier in turn, at random moments, while actions are
recorded, closed and told to a mail server (STARTTLS) and an HTTPS receiver.

Nothing accepted may be lost, nothing foreign may arrive, only what was on its way at a kill may come twice, and each
subject's messages must come in order. Prints the counts; exit 1 where one is not as promised, with the seed.
"""

import collections
import email
import email.policy
import http.client
import json
import pathlib
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from machine import HEADER, SUPPORT, Forcewatch, Receiver, SoakFailure, action_row, wait_until

BATCH = 2
CLOSED_AFTER = 3  # batches
LONGEST_LIFE = 0.6  # seconds between two kills
LONGEST_PAUSE = 0.15  # between two batches
DRAIN_PATIENCE = 900
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


class Writer(threading.Thread):
    """Records batches until told to stop. A batch without an answer is sent again, as a careful client would."""

    def __init__(self, forcewatch, seed):
        super().__init__()
        self.forcewatch, self.random = forcewatch, random.Random(seed)
        self.enough = threading.Event()
        self.batches, self.failure = 0, None

    def run(self):
        try:
            while not self.enough.is_set():
                self.record(self.batches)
                self.batches += 1
                time.sleep(self.random.uniform(0, LONGEST_PAUSE))
        except Exception as failure:  # told by the main thread
            self.failure = failure

    def record(self, batch):
        rows = [action_row(number) for number in numbers_of(batch)]
        rows += [action_row(number, "complete") for number in numbers_of(batch - CLOSED_AFTER)]
        while True:
            try:
                return self.forcewatch.take("actions.csv", HEADER + "".join(rows))
            except (OSError, http.client.HTTPException):
                time.sleep(0.002)  # killed: the same rows again


def numbers_of(batch):
    return range(batch * BATCH, (batch + 1) * BATCH) if batch >= 0 else ()


def rows_of(database, sql):
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def kill_in_turn(forcewatch, count, dice):
    """How often each message was on its way when a program was killed."""
    in_flight = collections.Counter()
    for kill in range(count):
        time.sleep(dice.uniform(0, LONGEST_LIFE))
        daemon = kill % 2 == 0
        (forcewatch.daemon if daemon else forcewatch.courier).end(signal.SIGKILL)
        in_flight.update(row[0] for row in rows_of(
            forcewatch.database, "SELECT message_id FROM outbox WHERE state = 'leased'"))
        forcewatch.start_daemon() if daemon else forcewatch.start_courier()
    return in_flight


def mail_of(request):
    mail = email.message_from_bytes(request["body"].encode("latin-1"), policy=email.policy.default)
    if not request["tls"]:
        raise SoakFailure(f"a mail came without TLS: {mail['Message-ID']}")
    found = TITLE.search(mail.get_body(("plain",)).get_content())
    return Message(mail["Message-ID"].strip("<>"), found and int(found[1]))


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


def report(count, seed, accepted, destinations, in_flight):
    print(f"kills: {count} (forcewatchd {(count + 1) // 2}, forcewatch-courier {count // 2}), seed {seed}; "
          f"{accepted:,} alerts, {sum(in_flight.values()):,} sends under way at a kill")
    for destination in destinations:
        print(f"{destination.what}: {len(destination.place):,} expected, {len(destination.arrived):,} received, "
              f"lost {len(destination.missing())}, ids outside the expected set {len(destination.foreign())}, "
              f"repeats {destination.repeats()} (all under way at a kill), "
              f"order kept for {len(set(destination.order_key.values())):,} subjects")


def soak(folder, count, seed):
    subprocess.run(["/bin/sh", SUPPORT / "certificates.sh", folder], check=True)
    (folder / "secret").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    (folder / "secret").chmod(0o600)
    identity = ["--certificate", folder / "good.pem", "--key", folder / "good.key"]
    mail = Receiver("smtp_server.py", folder, [*identity, "--tls", "starttls"])
    hook = Receiver("https_receiver.py", folder, identity)
    forcewatch = Forcewatch(folder, SETTINGS.format(mail=mail, hook=hook, folder=folder), ["liaison", "case-system"])
    forcewatch.start()
    forcewatch.take_forces()
    writer = Writer(forcewatch, seed)
    writer.start()
    try:
        in_flight = kill_in_turn(forcewatch, count, random.Random(seed))
    finally:
        writer.enough.set()
        writer.join(60)
    if writer.failure:
        raise writer.failure
    if not wait_until(lambda: forcewatch.waiting() == 0, DRAIN_PATIENCE, 0.1):
        raise SoakFailure(f"{forcewatch.waiting()} messages still wait")
    forcewatch.stop()
    mail.down()
    hook.down()
    forcewatch.verify()
    rows = "SELECT message_id, order_key, state FROM outbox WHERE destination = '{}' ORDER BY id"
    destinations = [
        Destination("mails", list(map(mail_of, mail.arrived())), rows_of(forcewatch.database, rows.format("liaison"))),
        Destination("webhooks", list(map(webhook_of, hook.arrived())),
                    rows_of(forcewatch.database, rows.format("case-system")))]
    accepted = writer.batches * BATCH
    faults = [fault for destination in destinations for fault in destination.faults(accepted, in_flight)]
    if faults:
        raise SoakFailure("\n".join(faults))
    report(count, seed, accepted, destinations, in_flight)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1_000_000)
    with tempfile.TemporaryDirectory(prefix="forcewatch-") as folder:
        try:
            soak(pathlib.Path(folder), count, seed)
        except BaseException:
            print(f"kills: FAILED; again with: ./dev soak kills {count} {seed}", file=sys.stderr)
            raise


if __name__ == "__main__":
    try:
        main()
    except SoakFailure as failure:
        sys.exit(str(failure))
