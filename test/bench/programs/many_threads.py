"""So many threads: blocked, half of them awake 5 times a second, two of them computing, or a process each; ends with its standard input."""

import os
import sys
import threading
import time

count = int(sys.argv[1])
what = sys.argv[2]
threading.stack_size(256 * 1024)
never = threading.Event()


everybody = threading.Event()


def wake():
    everybody.wait()
    while True:
        time.sleep(0.2)


def compute():
    everybody.wait()
    while True:
        pass


if what == "processes":
    pipe, keep = os.pipe()
    for _ in range(count - 1):
        if os.fork() == 0:
            os.close(keep)
            os.read(pipe, 1)
            os._exit(0)
else:
    for number in range(count - 1):
        target = never.wait
        if what == "computing" and number < 2:
            target = compute
        elif what != "blocked" and number % 2 == 0:
            target = wake
        threading.Thread(target=target, daemon=True).start()
print("ready", flush=True)
everybody.set()
sys.stdin.read()
os._exit(0)
