#!/usr/bin/python3
"""syscalls.py [COUNT] [SEED]: kill -9 of forcewatchd and forcewatch-courier at the entry of a system call that writes, syncs, renames,
removes, connects, sends or receives.

One run under strace counts the calls that a short life of each program makes, from its start to its end: actions are
recorded and closed, and told to a mail server and an HTTPS receiver. Then each of COUNT runs (0: every call) dies at one
of them, by strace's injection, starts again and goes on. The same is held to as by kills.py.
"""

import collections
import http.client
import random
import re
import signal
import subprocess

from arrivals import Receivers, judge, leased
from machine import HEADER, Forcewatch, SoakFailure, action_row, run, wait_until

CALLS = {
    "forcewatchd": ["pwrite64", "write", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "sendto", "sendmsg"],
    "forcewatch-courier": ["connect", "write", "sendto", "sendmsg", "recvfrom"],
}
BATCHES = 4
BATCH = 2
PATIENCE = 60
CALL = re.compile(r"^(\d+)\s+(\w+)\(")


class Traced(Forcewatch):
    """One of the programs runs under strace until it has died or the life ends."""

    def __init__(self, folder, settings, destinations):
        super().__init__(folder, settings, destinations)
        self.traced, self.strace, self.in_flight = None, [], collections.Counter()

    def trace(self, name, options):
        self.traced = name
        self.strace = ["strace", "-D", "-f", "-qq", "-o", self.folder / "strace.log", *options]

    def command(self, name):
        """Traced the first time."""
        if name != self.traced:
            return super().command(name)
        self.traced = None
        return [*self.strace, *super().command(name)]

    def revive(self):
        """Starts anew whichever program was killed."""
        for program, start in ((self.daemon, self.start_daemon), (self.courier, self.start_courier)):
            if program is None or program.process.poll() is None:
                continue
            if program.process.returncode != -signal.SIGKILL:
                program.check_runs()
            self.in_flight.update(leased(self.database))
            start()
            return

    def start_daemon(self):
        self.daemon = self.program("forcewatchd")
        wait_until(lambda: self.daemon.process.poll() is not None or self.answers(), PATIENCE, 0.005)
        self.revive()

    def patiently(self, work):
        """As a careful client: asks again where nobody answered."""
        answer = []

        def done():
            self.revive()
            try:
                answer[:] = [work()]
            except (OSError, http.client.HTTPException):
                return False
            return True

        if not wait_until(done, PATIENCE, 0.005):
            raise SoakFailure("no answer")
        return answer[0]

    def live(self):
        """Records and closes actions, and waits until all of it is told."""
        self.start_daemon()
        self.start_courier()
        for batch in range(BATCHES):
            rows = [action_row(batch * BATCH + each) for each in range(BATCH)]
            if batch:
                rows.append(action_row((batch - 1) * BATCH, "complete"))
            self.patiently(lambda: self.take("actions.csv", HEADER + "".join(rows)))
        if not wait_until(lambda: self.patiently(self.waiting) == 0, PATIENCE):
            raise SoakFailure("messages still wait")
        killed = any([program.end() == -signal.SIGKILL for program in (self.courier, self.daemon)])
        self.courier = None
        if killed:  # while it stopped: what it left must be whole all the same
            self.start_daemon()
            self.daemon.end()
        self.verify()


def calls_of(log):
    """How often the busiest thread made each call."""
    times = collections.Counter()
    for line in log.read_text(errors="replace").splitlines():
        if found := CALL.match(line):
            times[found[1], found[2]] += 1
    most = collections.Counter()
    for (_, call), count in times.items():
        most[call] = max(most[call], count)
    return most


class Script:
    def __init__(self, folder):
        self.folder, self.receivers, self.lives = folder, Receivers(folder), 0
        self.forces = Forcewatch(self.home("forces"), self.receivers.settings, self.receivers.NAMES)
        self.forces.start_daemon()
        self.forces.take_forces()
        self.forces.stop()

    def home(self, name):
        home = self.folder / name
        home.mkdir()
        return home

    def life(self, program, options):
        """One life on a copy of the database that knows the forces."""
        self.lives += 1
        home = self.home(f"life-{self.lives}")
        forcewatch = Traced(home, self.receivers.settings, self.receivers.NAMES)
        (home / "forcewatch.db").write_bytes(self.forces.database.read_bytes())
        forcewatch.trace(program, options)
        since = self.receivers.marks()
        forcewatch.live()
        destinations = self.receivers.destinations(forcewatch.database, since)
        judge(destinations, BATCHES * BATCH, forcewatch.in_flight)
        return forcewatch, sum(destination.repeats() for destination in destinations)

    def points(self):
        """Every call of either program as (program, call, which)."""
        every = []
        for program, calls in CALLS.items():
            forcewatch, _ = self.life(program, ["-e", "trace=" + ",".join(calls)])
            counted = calls_of(forcewatch.folder / "strace.log")
            every += [(program, call, which + 1) for call in calls for which in range(counted[call])]
        return every


def soak(folder, count, seed):
    script = Script(folder)
    every = script.points()
    chosen = random.Random(seed).sample(every, min(count or len(every), len(every)))
    deaths, repeats = collections.Counter(), 0
    for program, call, which in sorted(chosen):
        options = ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={which}"]
        try:
            forcewatch, again = script.life(program, options)
        except SoakFailure as failure:
            raise SoakFailure(f"{program}, killed at its {call} number {which}: {failure}") from failure
        if "+++ killed by SIGKILL +++" in (forcewatch.folder / "strace.log").read_text(errors="replace"):
            deaths[program] += 1
        repeats += again
        subprocess.run(["rm", "-r", forcewatch.folder], check=True)
    script.receivers.down()
    if not deaths:
        raise SoakFailure("nothing was killed at any call")
    print(f"syscalls: {len(chosen)} of {len(every)} calls, seed {seed}; killed there: "
          + ", ".join(f"{name} {times}" for name, times in sorted(deaths.items()))
          + f"; each time all that was accepted arrived, nothing else did, and the database is whole; repeats {repeats}, all "
            "under way at a kill")


if __name__ == "__main__":
    run("syscalls", 200, soak)
