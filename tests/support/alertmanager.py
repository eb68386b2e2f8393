#!/usr/bin/python3
"""Alertmanager on loopback for tests; stops when its standard input is closed.

Prints one line of JSON with its port when it is ready; port 0 says that it is not installed.
"""
import argparse
import json
import shutil
import socket
import sys
import time
import urllib.request

import child


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True)
    folder = parser.parse_args().folder
    program = shutil.which("prometheus-alertmanager")
    if program is None:
        print(json.dumps({"port": 0}), flush=True)
        return
    with open(f"{folder}/alertmanager.yml", "w", encoding="utf-8") as file:
        file.write("route: { receiver: nobody }\nreceivers: [ { name: nobody } ]\n")
    port = free_port()
    with open(f"{folder}/alertmanager.log", "w", encoding="utf-8") as log:
        server = child.start(
            [program, f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/alertmanager",
             f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="], log)
    try:
        while not ready(port):
            if server.poll() is not None:
                raise SystemExit(open(f"{folder}/alertmanager.log", encoding="utf-8").read())
            time.sleep(0.05)
        print(json.dumps({"port": port}), flush=True)
        sys.stdin.read()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
