"""A producer, a consumer and a queue with room for one item: each waits for the other.

The consumer first waits for something to get; then the producer, which is faster, waits for
room; in the end the main thread waits until every item is done. A pool's future is the same
thing in one piece: whoever asks for the result waits for the worker.

In Forkscope: waits for the queue on both sides, each ended by the other thread's get, put or
task_done, and a wait for a future that names the worker.
"""

import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor


def produce(items):
    time.sleep(0.05)
    for number in range(4):
        items.put(number)  # waits for room


def consume(items, seen):
    while True:
        item = items.get()  # waits for an item
        time.sleep(0.08)
        seen.append(item)
        items.task_done()  # one less to do


def square(number):
    time.sleep(0.05)
    return number * number


def main():
    items, seen = queue.Queue(maxsize=1), []
    threading.Thread(target=consume, args=(items, seen), name="consumer", daemon=True).start()
    producer = threading.Thread(target=produce, args=(items,), name="producer")
    producer.start()
    producer.join()
    items.join()  # waits until all is done
    print("seen:", seen)

    with ThreadPoolExecutor(1, thread_name_prefix="worker") as pool:
        future = pool.submit(square, 7)
        print("square:", future.result())  # waits for the worker


if __name__ == "__main__":
    main()
