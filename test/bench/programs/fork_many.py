"""Forks so many children in so many seconds; each lives for two and is reaped."""

import os
import sys
import time

count = int(sys.argv[1])
seconds = float(sys.argv[2])
began = time.monotonic()
left = 0


def reap(how):
    global left
    while left:
        try:
            pid, _ = os.waitpid(-1, how)
        except ChildProcessError:
            break
        if pid == 0:
            break
        left -= 1


for number in range(count):
    if os.fork() == 0:
        time.sleep(2)
        os._exit(0)
    left += 1
    reap(os.WNOHANG)
    time.sleep(max(0, began + (number + 1) * seconds / count - time.monotonic()))
print(f"forked {count} in {time.monotonic() - began:.1f} s", flush=True)
reap(0)
