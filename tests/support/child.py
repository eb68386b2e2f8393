"""Starts a program that ends with us, also when we are killed."""
import subprocess


def start(command, log):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    # Our end of this pipe closes when we are gone, whatever the reason. A death signal would not do: a program that
    # changes its user, as Postfix does, loses it.
    process.guard = subprocess.Popen(["/bin/sh", "-c", 'cat >/dev/null; kill "$0" 2>/dev/null', str(process.pid)],
                                     stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process
