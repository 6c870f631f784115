"""Waits to be interrupted at the keyboard, in the way that its argument names."""

import os
import signal
import sys
import threading
import time

FUTEX = ("202", "98")  # x86-64, arm64: the main thread waits for the interpreter, not yet in its sleep.


def say_when_asleep():
    """The interrupt is to find the main thread in its sleep, not on the way into it."""
    while True:
        with open("/proc/self/task/%d/syscall" % os.getpid()) as file:
            call = file.read().split()[0]
        if call not in ("running", *FUTEX):
            break
    print("ready", flush=True)


way = sys.argv[1]
if way == "default":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
elif way == "code":

    def leave(*_):
        print("leaving", flush=True)
        sys.exit(9)

    signal.signal(signal.SIGINT, leave)
elif way == "child":
    prepared, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(tell, b"!")
            time.sleep(60)
        except KeyboardInterrupt:
            os._exit(21)
    os.read(prepared, 1)  # From here on the interrupt finds the child prepared.
threading.Thread(target=say_when_asleep, daemon=True).start()
try:
    time.sleep(60)
except KeyboardInterrupt:
    if way == "traceback":
        raise
    if way == "child":
        print("child:", os.WEXITSTATUS(os.waitpid(child, 0)[1]))
    print("interrupted")
