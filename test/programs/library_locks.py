"""Locks that libraries make: a logging handler's, a queue's without a lock of its own, an idle pool's.

One thread holds the lock of a logging handler while it writes slowly, and another one that
wants to log has to wait for it. A thread waits for an item of a queue.SimpleQueue. The
workers of a ThreadPoolExecutor wait in one when they have nothing to do.

In Forkscope: who waits for the handler's lock and who has it, who puts the item that ends a
wait, and idle workers that wait for the queue.
"""

import logging
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

pause = 0.1


class SlowHandler(logging.Handler):
    def emit(self, record):
        writes.set()
        time.sleep(pause)


writes = threading.Event()


def chat(logger):
    logger.warning("something")


def take(items):
    print("taken:", items.get())  # waits for an item


def main():
    logger = logging.getLogger("library_locks")
    logger.propagate = False
    logger.addHandler(SlowHandler())
    writer = threading.Thread(target=chat, args=(logger,), name="writes the log")
    writer.start()
    writes.wait()
    logger.warning("something else")  # waits for the handler
    writer.join()

    items = queue.SimpleQueue()
    taker = threading.Thread(target=take, args=(items,), name="taker")
    taker.start()
    time.sleep(pause)
    items.put("an item")  # puts the item
    taker.join()

    with ThreadPoolExecutor(1, thread_name_prefix="worker") as pool:
        print("square:", pool.submit(pow, 6, 2).result())
        time.sleep(pause)
        print("square:", pool.submit(pow, 7, 2).result())  # gives the worker something to do


if __name__ == "__main__":
    main()
