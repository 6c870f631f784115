"""What looks like a deadlock and is none: somebody goes on in the end.

Two threads in opposite order that give up after a while, a lock that one thread takes and
another one releases (a signal), a lock that is tried again and again, a consumer that holds
a lock while the producer is slow, a wait that a signal's handler ends.

In Forkscope: the waits with their holders, and no finding.
"""

import queue
import signal
import threading
import time

pause = 0.25


def thread(function, *args, name):
    made = threading.Thread(target=function, args=args, name=name)
    made.start()
    return made


def give_up(mine, other, both_have_one):
    with mine:
        both_have_one.wait()
        if not other.acquire(timeout=pause):  # gives up
            return
        other.release()


def try_again(mine, other, both_have_one):
    with mine:
        both_have_one.wait()
        while not other.acquire(False):
            time.sleep(0.01)
        other.release()


def opposite_order(function, names):
    a, b, both_have_one = threading.Lock(), threading.Lock(), threading.Barrier(2)
    threads = [
        thread(give_up, a, b, both_have_one, name=names[0]),
        thread(function, b, a, both_have_one, name=names[1]),
    ]
    for each in threads:
        each.join()


def release_later(lock):
    time.sleep(pause)
    lock.release()  # releases what another thread took


def take_twice():
    lock = threading.Lock()
    lock.acquire()
    releaser = thread(release_later, lock, name="releaser")
    lock.acquire()  # waits for the signal
    lock.release()
    releaser.join()


def put_later(items):
    time.sleep(pause)
    items.put("an item")


def slow_producer():
    lock, items = threading.Lock(), queue.Queue()

    def consume(name):
        with lock:
            items.get()  # waits with the lock

    consumers = [thread(consume, name, name=name) for name in ("consumer 1", "consumer 2")]
    put_later(items)
    put_later(items)
    for each in consumers:
        each.join()


def wait_for_signal():
    rings = threading.Event()
    signal.signal(signal.SIGALRM, lambda *_: rings.set())
    signal.setitimer(signal.ITIMER_REAL, pause)
    rings.wait()  # waits for the handler


def main():
    opposite_order(give_up, ["gives up", "gives up too"])
    opposite_order(try_again, ["waits a while", "tries again"])
    take_twice()
    slow_producer()
    wait_for_signal()
    print("everybody went on")


if __name__ == "__main__":
    main()
