#!/usr/bin/python3
"""kills.py [COUNT] [SEED]: kill -9 of forcewatchd and forcewatch-courier in turn, at random moments, while actions are
recorded, closed and told to a mail server (STARTTLS) and an HTTPS receiver.

Nothing accepted may be lost, nothing foreign may arrive, only what was on its way at a kill may come twice, and each
subject's messages must come in order. Prints the counts; exit 1 where one is not as promised, with the seed.
"""

import collections
import http.client
import random
import signal
import threading
import time

from arrivals import Receivers, judge, leased
from machine import HEADER, Forcewatch, SoakFailure, action_row, run, wait_until

BATCH = 2
CLOSED_AFTER = 3  # batches
LONGEST_LIFE = 0.6  # seconds between two kills
LONGEST_PAUSE = 0.15  # between two batches
DRAIN_PATIENCE = 900


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


def kill_in_turn(forcewatch, count, dice):
    """How often each message was on its way when a program was killed."""
    in_flight = collections.Counter()
    for kill in range(count):
        time.sleep(dice.uniform(0, LONGEST_LIFE))
        daemon = kill % 2 == 0
        (forcewatch.daemon if daemon else forcewatch.courier).end(signal.SIGKILL)
        in_flight.update(leased(forcewatch.database))
        forcewatch.start_daemon() if daemon else forcewatch.start_courier()
    return in_flight


def report(count, seed, accepted, destinations, in_flight):
    print(f"kills: {count} (forcewatchd {(count + 1) // 2}, forcewatch-courier {count // 2}), seed {seed}; "
          f"{accepted:,} alerts, {sum(in_flight.values()):,} sends under way at a kill")
    for destination in destinations:
        print(f"{destination.what}: {len(destination.place):,} expected, {len(destination.arrived):,} received, "
              f"lost {len(destination.missing())}, ids outside the expected set {len(destination.foreign())}, "
              f"repeats {destination.repeats()} (all under way at a kill), "
              f"order kept for {len(set(destination.order_key.values())):,} subjects")


def soak(folder, count, seed):
    receivers = Receivers(folder)
    forcewatch = Forcewatch(folder, receivers.settings, receivers.NAMES)
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
    receivers.down()
    forcewatch.verify()
    destinations = receivers.destinations(forcewatch.database)
    accepted = writer.batches * BATCH
    judge(destinations, accepted, in_flight)
    report(count, seed, accepted, destinations, in_flight)


if __name__ == "__main__":
    run("kills", 200, soak)
