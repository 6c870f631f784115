"""A hundred threads, then a hundred processes, which do nothing: what does it cost to make one?

A thread needs a stack and an entry in the kernel's table. A forked process needs its
own page tables too, and whatever Python sets up in a fresh child. Each is joined
before the next one is made, so that they don't get in each other's way.

In Forkscope: the information *creation-cost* puts the medians of both side by side. `--times`
prints what the program measures itself.
"""

import argparse
import multiprocessing
import statistics
import threading
import time


def work():
    pass


def create(make, count):
    """Makes so many, one after the other. How long each start took, in seconds."""
    times = []
    for _ in range(count):
        worker = make(target=work)
        begin = time.perf_counter()
        worker.start()  # creates
        times.append(time.perf_counter() - begin)
        worker.join()
    return times


def main():
    parser = argparse.ArgumentParser(description="Create threads and processes, and compare.")
    parser.add_argument("--count", type=int, default=100, help="of each")
    parser.add_argument("--times", action="store_true", help="print the medians")
    options = parser.parse_args()

    threads = create(threading.Thread, options.count)
    processes = create(multiprocessing.get_context("fork").Process, options.count)
    print(f"created {len(threads)} threads and {len(processes)} processes")
    if options.times:
        for kind, times in ("thread", threads), ("process", processes):
            print(f"a {kind}: {statistics.median(times) * 1e6:.0f} us")


if __name__ == "__main__":
    main()
