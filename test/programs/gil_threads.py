"""Two threads that only compute, beside one that waits: ready, running, blocked.

One interpreter has one lock (the GIL), and whoever runs Python holds it. The two threads
take turns with it, so each runs half of the time, on however many cores.

In Forkscope: the lanes of both alternate between "on CPU"
and "GIL" (ready, but the other one holds the lock), while the third one is blocked in
its sleep. `--workers processes` computes the same in two processes, each with a lock of
its own: no "GIL", and where there are two cores both run at once.
"""

import argparse
import multiprocessing
import threading
import time


def compute(seconds):
    """Counts until this worker itself has had so much of a CPU."""
    while time.thread_time() < seconds:  # computes
        sum(range(1000))


def rest(seconds):
    time.sleep(seconds)  # is blocked


def main():
    parser = argparse.ArgumentParser(description="Compute in two threads, or in two processes.")
    parser.add_argument("--workers", choices=["threads", "processes"], default="threads")
    parser.add_argument("--seconds", type=float, default=0.4, help="of a CPU, for each")
    options = parser.parse_args()

    if options.workers == "threads":
        workers = [threading.Thread(target=compute, args=(options.seconds,), name=name) for name in ("left", "right")]
    else:
        context = multiprocessing.get_context("fork")
        workers = [context.Process(target=compute, args=(options.seconds,), name=name) for name in ("left", "right")]
    idle = threading.Thread(target=rest, args=(options.seconds,), name="idle")
    for worker in workers:
        worker.start()  # starts a worker
    idle.start()
    for worker in [*workers, idle]:
        worker.join()  # waits for a worker
    print("both have computed")


if __name__ == "__main__":
    main()
