"""multiprocessing's locks and their like: who waits in one process for whom in another one.

The main process holds a lock, gives a permit, sets an event, notifies a condition, puts
something into a queue; each time a child process waits for it. The children are made by
--start-method fork, spawn or forkserver.

In Forkscope: each child's wait at its line, with the process that holds the lock, and an
arrow from whoever lets go, gives, sets, notifies or puts.
"""

import argparse
import multiprocessing
import time

pause = 0.1


def wait(kind, thing, about_to):
    if kind == "condition":
        with thing:
            about_to.set()
            thing.wait()  # waits for the condition
        return
    about_to.set()
    if kind == "lock":
        with thing:  # waits for the lock
            pass
    elif kind == "semaphore":
        thing.acquire()  # waits for the permit
    elif kind == "event":
        thing.wait()  # waits for the event
    else:
        thing.get()  # waits for the item


def notify(condition):
    with condition:
        condition.notify()  # notifies


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--start-method", default="fork", choices=["fork", "spawn", "forkserver"])
    context = multiprocessing.get_context(parser.parse_args().start_method)

    things = {
        "lock": context.Lock(),
        "semaphore": context.Semaphore(0),
        "event": context.Event(),
        "condition": context.Condition(),
        "queue": context.Queue(),
    }
    about_to = context.Event()
    for kind, thing in things.items():
        about_to.clear()
        child = context.Process(target=wait, args=(kind, thing, about_to), name=kind)
        if kind == "lock":
            thing.acquire()
        child.start()
        about_to.wait()
        time.sleep(pause)
        if kind == "lock":
            thing.release()  # releases the lock
        elif kind == "semaphore":
            thing.release()  # gives the permit
        elif kind == "event":
            thing.set()  # sets the event
        elif kind == "condition":
            notify(thing)
        else:
            thing.put("an item")
        child.join()
    print("everybody went on")


if __name__ == "__main__":
    main()
