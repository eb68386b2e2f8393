#!/usr/bin/env python3
"""Runs the commands of docs/walkthrough.md and puts their true output below them; --check compares instead.

The document says in HTML comments what happens between the commands:

    <!-- clock 2024-04-02 -->     the daemon goes on at 09:00 on this day, after a start on each day before it
    <!-- known by 2024-04-02 -->  the shipped rows dated up to then are imported, as they would have been by then

The clock is libfaketime's; daemon, database and commands are the real ones.
"""

import argparse
import csv
import datetime
import difflib
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FAKETIME = f"/usr/lib/{os.uname().machine}-linux-gnu/faketime/libfaketime.so.1"
INSTALLED_SOCKET = "/run/forcewatch/forcewatch.sock"
REFERENCE = ROOT / "config/reference"
DATED = {"judgements.csv": "published", "monitoring_timeline.csv": "date"}
DIRECTIVE = re.compile(r"<!-- (clock|known by) (\d{4}-\d{2}-\d{2}) -->")


def last_day(partial):
    """The last day that YYYY, YYYY-MM or YYYY-MM-DD can mean."""
    parts = [int(part) for part in partial.split("-")]
    if len(parts) == 3:
        return datetime.date(*parts)
    year, month = parts[0], parts[1] if len(parts) == 2 else 12
    return datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)


class Machine:
    """A daemon on a database of its own, at a clock of its own."""

    def __init__(self, folder, binaries):
        self.folder, self.binaries = folder, binaries
        self.daemon, self.day = None, None
        rules = (ROOT / "config/forcewatch.toml").read_text()
        rules = rules[rules.index("[[rule]]"):]
        (folder / "outbox").mkdir()
        (folder / "forcewatch.toml").write_text(
            f'[storage]\npath = "{folder}/forcewatch.db"\n'
            f'[socket]\npath = "{folder}/fw.sock"\neditors = ["{self.group()}"]\n'
            f'[courier]\nsocket = "{folder}/courier.sock"\n'
            f'[[destination]]\nname = "outbox"\nfolder = {{ path = "{folder}/outbox" }}\n'
            f'[[route]]\nto = ["outbox"]\n{rules}')
        (folder / "nothing.csv").write_text("force,reference,title\n")

    @staticmethod
    def group():
        return subprocess.run(["id", "-gn"], check=True, capture_output=True, text=True).stdout.strip()

    def at_clock(self, **options):
        """For subprocess: a clock that stands at 09:00, so that a slow machine writes the same.

        Not by faketime's own wrapper, which would take the signals meant for its child.
        """
        return dict(options, cwd=self.folder,
                    env=dict(os.environ, TZ="UTC", COLUMNS="120", LD_PRELOAD=FAKETIME, DONT_FAKE_MONOTONIC="1",
                             FAKETIME=f"{self.day} 09:00:00"))

    def run(self, *arguments):
        """What forcewatchctl says, on either channel."""
        done = subprocess.run([self.binaries / "forcewatchctl", "--socket", self.folder / "fw.sock", *arguments],
                              **self.at_clock(text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
        return done.returncode, done.stdout

    def must(self, *arguments):
        code, said = self.run(*arguments)
        if code != 0:
            raise SystemExit(f"{arguments}: exit code {code}: {said}")

    def start(self):
        with open(self.folder / "forcewatchd.log", "a", encoding="utf-8") as log:
            self.daemon = subprocess.Popen([self.binaries / "forcewatchd", "--config",
                                            self.folder / "forcewatch.toml"], **self.at_clock(stderr=log))
        for _ in range(600):
            if self.run("whoami")[0] == 0:
                break
            if self.daemon.poll() is not None:
                raise SystemExit((self.folder / "forcewatchd.log").read_text())
            time.sleep(0.02)
        # A change is answered after what was due: once for each fifty subjects.
        for _ in range(3):
            self.must("import", "--dry-run", "nothing.csv")

    def stop(self):
        if self.daemon is None:
            return
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait(timeout=60)
        self.daemon = None

    def clock(self, day):
        """Every day on the way is lived through, so that what falls due is told on its own day."""
        first = day if self.day is None else self.day + datetime.timedelta(days=1)
        for ordinal in range(first.toordinal(), day.toordinal() + 1):
            self.stop()
            self.day = datetime.date.fromordinal(ordinal)
            self.start()

    def known_by(self, day):
        files = ["cycles.csv", "bodies.csv", "frameworks.csv", "area-map.csv", "bank-holidays.csv",
                 "obligations.toml"]
        paths = [str(REFERENCE / name) for name in files]
        for name, column in DATED.items():
            with open(REFERENCE / name, encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file)
                rows = [row for row in reader if row[column] and last_day(row[column]) <= day]
            with open(self.folder / name, "w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, reader.fieldnames)
                writer.writeheader()
                writer.writerows(rows)
            paths.append(str(self.folder / name))
        self.must("import", *paths)


def perform(machine, command):
    words = shlex.split(command, comments=True)
    if words[:1] == ["curl"]:
        words = [str(machine.folder / "fw.sock") if word == INSTALLED_SOCKET else word for word in words]
        return subprocess.run(words, check=True, text=True, capture_output=True).stdout
    if words[:1] != ["forcewatchctl"]:
        raise SystemExit(f"not a command of this document: {command}")
    # Files lie beside the document.
    words = [str(ROOT / "docs" / word) if word.startswith("walkthrough/") else word for word in words[1:]]
    said = machine.run(*words)[1].replace(str(ROOT / "docs") + "/", "")
    # Whoever performs this, the officer is the same.
    return re.sub(rf"\buid {os.getuid()}\b *", lambda found: "uid 1000".ljust(len(found[0])), said)


def performed(document, machine):
    """The document with the output of every command as it is now."""
    written, inside = [], False
    for line in document.splitlines():
        if inside and not line.startswith("$ ") and line != "```":
            continue
        if inside and line == "```":
            inside = False
        elif line == "```console":
            inside = True
        written.append(line)
        if found := DIRECTIVE.fullmatch(line):
            day = datetime.date.fromisoformat(found[2])
            machine.clock(day) if found[1] == "clock" else machine.known_by(day)
        elif inside and line.startswith("$ "):
            written.extend(said.rstrip() for said in perform(machine, line[2:]).rstrip("\n").split("\n"))
    return "\n".join(written) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, and change nothing")
    parser.add_argument("--binaries", type=pathlib.Path, default=ROOT / "build/release/bin")
    parser.add_argument("document", type=pathlib.Path, nargs="?", default=ROOT / "docs/walkthrough.md")
    asked = parser.parse_args()
    before = asked.document.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="fw-walk.") as folder:
        machine = Machine(pathlib.Path(folder), asked.binaries.resolve())
        try:
            after = performed(before, machine)
        finally:
            machine.stop()
    if not asked.check:
        asked.document.write_text(after, encoding="utf-8")
    elif after != before:
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), after.splitlines(True),
                                                   "the document", "the commands"))
        raise SystemExit("FAILED: docs/walkthrough.md is stale; tools/walkthrough.py writes it anew")
    else:
        print("ok: every command of docs/walkthrough.md says what the document says")


main()
