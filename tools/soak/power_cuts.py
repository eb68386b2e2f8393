#!/usr/bin/python3
"""power_cuts.py [COUNT] [SEED] [FILE_SYSTEM]: cuts the power of a real file system (ext4, xfs) under forcewatchd while actions are recorded.

A file system in a file, mounted for us alone, is stopped by FS_IOC_SHUTDOWN without a flush of its log: whatever was not synced is
gone, as when the plug is pulled. Then it is mounted again, and every action whose import was answered before the cut must be
there, with its alert, in a database that verifies. As a control, one cut in eleven is of a daemon whose syncs do
nothing: if none of those loses, the run fails. Needs root, losetup, mkfs and a C compiler.
"""

import ctypes
import fcntl
import http.client
import os
import random
import signal
import struct
import subprocess
import threading
import time

from arrivals import rows_of
from machine import HEADER, Forcewatch, SoakFailure, action_row, run, wait_until

FS_IOC_SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2
CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x00020000, 1 << 14, 1 << 18
SIZE = "320M"
NO_SYNCS = "int fsync(int f) { return f & 0; }\nint fdatasync(int f) { return f & 0; }\n"
SETTINGS = """
[mail]
host = "localhost"
from = "forcewatch@force.example"
message_domain = "force.example"
[[destination]]
name = "nobody"
email = { to = ["nobody@force.example"] }
"""


class Disk:
    """A file system that can lose its power."""

    def __init__(self, folder, kind):
        self.image, self.path = folder / "image", folder / "disk"
        self.path.mkdir()
        subprocess.run(["truncate", "-s", SIZE, self.image], check=True)
        subprocess.run([f"mkfs.{kind}", "-q", "-F" if kind == "ext4" else "-f", self.image], check=True)
        self.loop = subprocess.run(["losetup", "-f", "--show", self.image], check=True, capture_output=True,
                                   text=True).stdout.strip()

    def mount(self):
        if not wait_until(lambda: self.runs("mount", self.loop, self.path), 10):
            raise SoakFailure("the file system cannot be mounted again")

    def cut(self):
        """The moment from which on nothing is promised."""
        handle = os.open(self.path, os.O_RDONLY)
        moment = time.monotonic()
        fcntl.ioctl(handle, FS_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        os.close(handle)
        return moment

    def unmount(self):
        if not wait_until(lambda: self.runs("umount", self.path), 10):
            raise SoakFailure("the file system cannot be unmounted")

    def close(self):
        self.runs("umount", self.path)
        self.runs("losetup", "-d", self.loop)

    @staticmethod
    def runs(*command):
        return subprocess.run(command, check=False, capture_output=True).returncode == 0


class Writer(threading.Thread):
    """Records one action after another until nobody answers."""

    def __init__(self, forcewatch):
        super().__init__()
        self.forcewatch, self.taken_at = forcewatch, []
        self.refused = None  # with the disk cut, that is as it should be

    def run(self):
        while True:
            try:
                self.forcewatch.take("actions.csv", HEADER + action_row(len(self.taken_at)))
            except (OSError, http.client.HTTPException):
                return
            except SoakFailure as refused:
                self.refused = refused, time.monotonic()
                return
            self.taken_at.append(time.monotonic())

    def promised_before(self, moment):
        return sum(at < moment for at in self.taken_at)


class Machine:
    def __init__(self, folder, kind):
        self.folder, self.disk = folder, Disk(folder, kind)
        (folder / "no_syncs.c").write_text(NO_SYNCS)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", folder / "no_syncs.so", folder / "no_syncs.c"], check=True)
        self.promised, self.cuts, self.controls, self.lost_by_controls = 0, 0, 0, 0

    def one_cut(self, dice, control):
        """A new database, written to until the power goes."""
        self.disk.mount()
        for old in self.disk.path.glob("forcewatch.db*"):
            old.unlink()
        forcewatch = Forcewatch(self.folder, SETTINGS, ["nobody"], self.disk.path / "forcewatch.db")
        forcewatch.environment = {"LD_PRELOAD": str(self.folder / "no_syncs.so")} if control else {}
        forcewatch.start_daemon()
        forcewatch.take_forces()
        os.sync()
        writer = Writer(forcewatch)
        writer.start()
        time.sleep(dice.uniform(0.05, 0.4))
        moment = self.disk.cut()
        time.sleep(0.02)
        forcewatch.daemon.end(signal.SIGKILL)
        writer.join(60)
        self.disk.unmount()
        self.disk.mount()
        if writer.refused and writer.refused[1] < moment:
            raise writer.refused[0]
        promised = writer.promised_before(moment)
        try:
            lost = self.lost(forcewatch, promised)
        finally:
            self.disk.unmount()
        if control:
            self.controls += 1
            self.lost_by_controls += bool(lost)
        elif lost:
            raise SoakFailure(lost)
        else:
            self.cuts += 1
            self.promised += promised

    @staticmethod
    def lost(forcewatch, promised):
        """What of the first `promised` actions is not there; empty: nothing."""
        try:
            forcewatch.verify()
            for what, sql in (("actions", "SELECT count(*) FROM journal WHERE kind = 'action-planned'"),
                              ("alerts", "SELECT count(*) FROM alert")):
                if (there := rows_of(forcewatch.database, sql)[0][0]) < promised:
                    return f"{there} of {promised} {what} are there"
        except Exception as failure:  # a database that is gone, or no database any more
            return f"{failure}"
        return ""


def soak(folder, count, seed, kind="ext4"):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None):
        raise SoakFailure("mounting needs root")
    machine, dice = Machine(folder, kind), random.Random(seed)
    try:
        for cut in range(count + (count + 9) // 10):
            machine.one_cut(dice, control=cut % 11 == 0)
    finally:
        machine.disk.close()
    if machine.lost_by_controls == 0:
        raise SoakFailure("a daemon whose syncs do nothing lost nothing: these cuts prove nothing")
    print(f"power cuts: {machine.cuts} of {kind}, seed {seed}; {machine.promised:,} promised, lost 0, every database whole; "
          f"with syncs that do nothing {machine.lost_by_controls} of {machine.controls} cuts lost")


if __name__ == "__main__":
    run("power-cuts", 100, soak)
