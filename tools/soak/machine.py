"""The true programs and real receivers on loopback, each in a folder of its own, all ended with the run."""

import grp
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUPPORT = ROOT / "tests/support"
BINARIES = pathlib.Path(os.environ.get("FORCEWATCH_BUILD", ROOT / "build/release")) / "bin"
START_PATIENCE = 60


class SoakFailure(Exception):
    """What was promised did not hold; the text is for a person."""


def wait_until(condition, seconds, pause=0.02):
    """Whether it came true in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(pause)
    return True


class Program:
    """A process that ends with us, whatever ends us."""

    def __init__(self, command, log, **options):
        self.log = log
        with open(log, "ab") as file:
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)],
                                            stderr=file, **{"stdout": file, "stdin": subprocess.DEVNULL, **options})

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)

    def check_runs(self):
        if self.process.poll() is not None:
            said = pathlib.Path(self.log).read_text(errors="replace")[-2000:]
            raise SoakFailure(f"{self.process.args[3]} ended with {self.process.returncode}:\n{said}")


class Receiver:
    """A server of tests/support; what arrives is a line each in `out`. It can go down and come up at the same port."""

    def __init__(self, script, folder, options=()):
        self.script, self.options = script, list(options)
        self.out, self.log = folder / f"{script}.jsonl", folder / f"{script}.log"
        self.out.touch()
        self.port, self.program = 0, None
        self.up()

    def up(self):
        self.program = Program(["/usr/bin/python3", SUPPORT / self.script, "--out", self.out, "--port", self.port,
                                *self.options], self.log, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.program.process.stdout.readline()
        if not line:
            self.program.process.wait()
            self.program.check_runs()
        self.port = json.loads(line)["port"]

    def down(self):
        self.program.process.stdin.close()
        self.program.process.wait()
        self.program.process.stdout.close()

    def arrived(self):
        with open(self.out, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]


def ask(connection, method, target, body=None, kind="text/csv"):
    """The status and the text of the answer; OSError or HTTPException where nobody answers."""
    try:
        connection.request(method, target, body, {"Content-Type": kind})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Forcewatch:
    """forcewatchd and forcewatch-courier. Each alert goes by itself, at once, to every destination of `settings`."""

    def __init__(self, folder, settings, destinations, database=None):
        self.folder, self.database = folder, database or folder / "forcewatch.db"
        self.daemon, self.courier = None, None
        self.environment = {}  # more of it, for the programs
        group = grp.getgrgid(os.getgid()).gr_name
        names = ", ".join(f'"{name}"' for name in destinations)
        (folder / "forcewatch.toml").write_text(f"""{settings}
[storage]
path = "{self.database}"
[socket]
path = "{folder}/api.sock"
editors = ["{group}"]
[courier]
socket = "{folder}/courier.sock"
[log]
level = "warning"
[alerts]
group_wait = "0s"
storm = 0
[[route]]
to = [{names}]
[[rule]]
name = "deadlines"
type = "deadline"
ladder = [ {{ at = "1d", severity = "critical" }} ]
""")

    def start_daemon(self):
        def is_up():
            self.daemon.check_runs()
            return self.answers()

        self.daemon = self.program("forcewatchd")
        if not wait_until(is_up, START_PATIENCE, 0.005):
            raise SoakFailure("forcewatchd does not answer")

    def start_courier(self):
        self.courier = self.program("forcewatch-courier")

    def program(self, name):
        return Program(self.command(name), self.folder / f"{name}.log", env={**os.environ, **self.environment})

    def command(self, name):
        return [self.binary(name), "--config", self.folder / "forcewatch.toml"]

    @staticmethod
    def binary(name):
        return BINARIES / name

    def start(self):
        self.start_daemon()
        self.start_courier()

    def kill(self):
        for program in (self.daemon, self.courier):
            program.end(signal.SIGKILL)

    def stop(self):
        for program in (self.courier, self.daemon):
            if program is not None:
                program.end()

    def ask(self, method, target, body=None):
        return ask(SocketConnection(self.folder / "api.sock"), method, target, body)

    def answers(self):
        try:
            return self.ask("GET", "/v1/status")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def take(self, name, text):
        """An import that must be accepted."""
        status, said = self.ask("POST", f"/v1/import?name={name}", text.encode())
        if status != 200:
            raise SoakFailure(f"the import of {name} was answered {status}: {said}")

    def take_forces(self):
        self.take("bodies.csv", (ROOT / "config/reference/bodies.csv").read_text())

    def waiting(self):
        return json.loads(self.ask("GET", "/v1/status")[1])["deliveries"]["waiting"]

    def verify(self):
        done = subprocess.run([self.binary("forcewatchctl"), "db", "verify", self.database], check=False,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise SoakFailure(f"the database does not verify:\n{done.stdout}{done.stderr}")


HEADER = "source,external_id,force,title,deadline,due,state\n"


def action_row(number, state="open"):
    """An action whose deadline has long passed; completing it closes its alert."""
    return f"soak,{number:06},kent,Custody record {number:06},local,2026-01-31,{state}\n"


def run(name, count, soak):
    """`soak` in a folder of its own with the COUNT and the SEED of the command line, and what else is there; a failure says how to see it
    again."""
    asked = sys.argv[1:]
    count = int(asked[0]) if asked else count
    seed = int(asked[1]) if len(asked) > 1 else random.SystemRandom().randrange(1_000_000)
    with tempfile.TemporaryDirectory(prefix="forcewatch-") as folder:
        try:
            soak(pathlib.Path(folder), count, seed, *asked[2:])
        except BaseException as failure:
            print(f"{name}: FAILED; again with: ./dev soak {' '.join(map(str, [name, count, seed, *asked[2:]]))}",
                  file=sys.stderr)
            if isinstance(failure, SoakFailure):
                sys.exit(str(failure))
            raise
