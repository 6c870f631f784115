"""Two threads that compute, one that sleeps, one that waits for a lock; says their ids. Ends with its standard input."""

import sys
import threading
import time


def compute():
    while True:
        sum(range(1000))


def start(target, *arguments):
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread.native_id


lock = threading.Lock()
lock.acquire()
ids = [start(lock.acquire), start(time.sleep, 60), start(compute), start(compute)]
print(*ids, flush=True)
sys.stdin.read()
