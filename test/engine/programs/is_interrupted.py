"""Waits to be interrupted at the keyboard, in the way that its argument names."""

import os
import signal
import sys
import time

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
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    if way == "traceback":
        raise
    if way == "child":
        print("child:", os.WEXITSTATUS(os.waitpid(child, 0)[1]))
    print("interrupted")
