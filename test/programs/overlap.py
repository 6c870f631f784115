"""A program that waits for a slow device and one that computes: first one after the other, then both at once.

Who waits needs no CPU. So the two take hardly longer together than one of them alone,
even where there is only one CPU: the reason for which computers run several programs
at a time. The device is played by a process that sleeps between its blocks.

In Forkscope: in the first half one lane at a time is busy; in the second the computing lies under
the reader's wait. The information *overlap* says how much of it, and what that saved.
"""

import argparse
import multiprocessing
import os
import time

processes = multiprocessing.get_context("fork")
blocks = 3


def device(writing, seconds):
    for _ in range(blocks):
        time.sleep(seconds / blocks)
        os.write(writing, b"block")


def read(reading):
    for _ in range(blocks):
        os.read(reading, 5)  # waits for the device


def compute(seconds):
    while time.process_time() < seconds:  # computes
        sum(range(1000))


def start(name, target, *arguments):
    process = processes.Process(target=target, args=arguments, name=name)
    process.start()  # starts a program
    return process


def main():
    parser = argparse.ArgumentParser(description="Overlap waiting and computing.")
    parser.add_argument("--seconds", type=float, default=0.3, help="of each")
    options = parser.parse_args()
    reading, writing = os.pipe()

    for both in False, True:
        others = [start("device", device, writing, options.seconds)]
        reader = start("reader", read, reading)
        if not both:
            reader.join()
        others.append(start("cruncher", compute, options.seconds))
        for process in [reader, *others]:
            process.join()
        print("at once" if both else "one after the other")


if __name__ == "__main__":
    main()
