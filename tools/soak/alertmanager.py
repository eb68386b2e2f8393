#!/usr/bin/python3
"""alertmanager.py: Forcewatch and Alertmanager under one script, a line for each.

First: 100 alerts are accepted while the receiver is down, kill -9, receiver up, restart: how many arrive?
Then: 100 alerts are delivered, kill -9 two seconds later, restart, the same 100 handed over again, as a client that
repeats itself does: how many are told twice? Alertmanager writes what it told to disk every 15 minutes, so any moment
before that would do.

Exit 1 where Forcewatch loses or repeats one.
"""

import http.client
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from machine import HEADER, START_PATIENCE, Forcewatch, Program, Receiver, SoakFailure, action_row, ask, wait_until

COUNT = 100
PATIENCE = 20  # seconds for what may still come
LIFE_AFTER_DELIVERY = 2
SETTINGS = """
[[destination]]
name = "receiver"
webhook = {{ url = "http://127.0.0.1:{port}/hook", allow = ["127.0.0.1"] }}
"""


class Ours(Forcewatch):
    def __init__(self, folder, port):
        super().__init__(folder, SETTINGS.format(port=port), ["receiver"])
        said = subprocess.run([self.binary("forcewatchd"), "--version"], check=True, capture_output=True, text=True)
        self.version = "forcewatch " + said.stdout.split()[-1]

    def start(self):
        super().start()
        self.take_forces()

    def hand_over(self, numbers):
        self.take("actions.csv", HEADER + "".join(action_row(number) for number in numbers))

    @staticmethod
    def alerts_of(request):
        return [json.loads(request["body"])["data"]["title"][-6:]]


class Alertmanager:
    """Each alert its own group and told at once, as Forcewatch does here."""

    def __init__(self, folder, port):
        self.folder, self.program = folder, None
        self.binary = shutil.which("prometheus-alertmanager")
        said = subprocess.run([self.binary, "--version"], check=True, capture_output=True, text=True)
        self.version = "alertmanager " + (said.stdout + said.stderr).split()[2]
        self.port = free_port()
        (folder / "alertmanager.yml").write_text(f"""
route: {{ receiver: hook, group_by: ["..."], group_wait: 0s, group_interval: 1s, repeat_interval: 4h }}
receivers:
  - name: hook
    webhook_configs: [ {{ url: "http://127.0.0.1:{port}/hook", send_resolved: false }} ]
""")

    def start(self):
        self.program = Program(
            [self.binary, f"--config.file={self.folder}/alertmanager.yml", f"--storage.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address="], self.folder / "manager.log")
        if not wait_until(self.answers, START_PATIENCE):
            raise SoakFailure("Alertmanager does not answer")

    def answers(self):
        self.program.check_runs()
        try:
            return self.ask("GET", "/-/ready")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def ask(self, method, target, body=None):
        return ask(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60), method, target, body,
                   "application/json")

    def hand_over(self, numbers):
        alerts = [{"labels": {"alertname": "deadlines", "action": f"{number:06}"}} for number in numbers]
        status, said = self.ask("POST", "/api/v2/alerts", json.dumps(alerts))
        if status != 200:
            raise SoakFailure(f"Alertmanager answered {status}: {said}")

    def kill(self):
        self.program.end(signal.SIGKILL)

    def stop(self):
        self.program.end()

    @staticmethod
    def alerts_of(request):
        return [alert["labels"]["action"] for alert in json.loads(request["body"])["alerts"]]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Trial:
    def __init__(self, kind, folder):
        folder.mkdir()
        self.receiver = Receiver("https_receiver.py", folder)
        self.program = kind(folder, self.receiver.port)

    def told(self):
        return [alert for request in self.receiver.arrived() for alert in self.program.alerts_of(request)]

    def arrived_of(self, count):
        """How many different alerts have come once `count` have, or nothing more is to be waited for."""
        wait_until(lambda: len(set(self.told())) >= count, PATIENCE)
        return len(set(self.told()))

    def lost(self):
        """Of 100 that were accepted while the receiver was down."""
        self.receiver.down()
        self.program.start()
        self.program.hand_over(range(COUNT))
        self.program.kill()
        self.receiver.up()
        self.program.start()
        return COUNT - self.arrived_of(COUNT)

    def repeats(self):
        """After a kill two seconds behind the delivery of 100 more."""
        before = self.told()
        again = range(COUNT, 2 * COUNT)
        self.program.hand_over(again)
        self.arrived_of(len(set(before)) + COUNT)
        time.sleep(LIFE_AFTER_DELIVERY)
        delivered = len(self.told())
        self.program.kill()
        self.program.start()
        self.program.hand_over(again)
        wait_until(lambda: len(self.told()) >= delivered + COUNT, PATIENCE / 2)
        return len(self.told()) - delivered

    def end(self):
        self.program.stop()
        self.receiver.down()


def run(kind, folder):
    trial = Trial(kind, folder)
    lost = trial.lost()
    repeats = trial.repeats()
    trial.end()
    print(f"{trial.program.version}: {COUNT} accepted with the receiver down, kill -9, restart: {COUNT - lost} arrived, "
          f"lost {lost}; {COUNT} delivered, kill -9 {LIFE_AFTER_DELIVERY} s later, restart: {repeats} repeats", flush=True)
    return lost, repeats


def main():
    with tempfile.TemporaryDirectory(prefix="forcewatch-") as name:
        folder = pathlib.Path(name)
        ours = run(Ours, folder / "ours")
        if shutil.which("prometheus-alertmanager") is None:
            sys.exit("alertmanager: prometheus-alertmanager is not installed; nothing to compare with")
        run(Alertmanager, folder / "theirs")
        if ours != (0, 0):
            raise SoakFailure("forcewatch: 0 lost and 0 repeats were promised")


if __name__ == "__main__":
    try:
        main()
    except SoakFailure as failure:
        sys.exit(str(failure))
