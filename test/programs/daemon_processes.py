"""A daemon process: it ends when the program does, and may have no children.

When the main process is through, multiprocessing waits for ordinary children and terminates the daemons:
with SIGTERM, whatever they are doing. One that handles the signal has a moment for its own
last words. A child of a daemon would be left behind by that, so it may not start any.

In Forkscope: the daemons' ends with their cause, a signal from the main thread at the program's end;
the handler that ran in one of them, with its line; and no child of a daemon.
"""

import multiprocessing
import os
import signal
import time

context = multiprocessing.get_context("fork")


def wants_children(answers):
    try:
        context.Process(target=print).start()
    except AssertionError as error:
        answers.put(str(error))
    works_for_ever()


def works_for_ever():
    while True:
        time.sleep(60)  # works


def is_told(ready):
    def handler(signum, frame):  # handles SIGTERM
        os._exit(7)

    signal.signal(signal.SIGTERM, handler)
    ready.set()
    works_for_ever()


def main():
    answers, ready = context.SimpleQueue(), context.Event()
    wanting = context.Process(target=wants_children, args=(answers,), name="wants children", daemon=True)
    told = context.Process(target=is_told, args=(ready,), name="is told", daemon=True)
    ordinary = context.Process(target=time.sleep, args=(0.1,), name="ordinary")
    for process in (wanting, told, ordinary):
        process.start()
    print(answers.get())
    ready.wait()
    print("main: leaving", [process.is_alive() for process in (wanting, told)])


if __name__ == "__main__":
    main()
