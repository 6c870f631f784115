"""Threads that wait for each other: a lock, an RLock, a semaphore, an event, a condition, a barrier.

Each kind is used once so that somebody has to wait for a while: who waits, for whom, and
who ends the wait is always one thread's doing.

In Forkscope: each wait at its line, with the thread that holds the lock, and an arrow from
the thread that lets go, sets or notifies to the one that goes on.
"""

import threading
import time

pause = 0.05


def hold(lock, holds):
    with lock:
        holds.set()
        time.sleep(pause)


def contend(lock, name):
    holds = threading.Event()
    holder = threading.Thread(target=hold, args=(lock, holds), name=name)
    holder.start()
    holds.wait()
    with lock:  # waits for the holder
        pass
    holder.join()


def start(function, *args, name):
    thread = threading.Thread(target=function, args=args, name=name)
    thread.start()
    return thread


def wait_for_event(event):
    event.wait()  # waits for the event


def wait_for_permit(semaphore):
    semaphore.acquire()  # waits for a permit


def wait_for_news(condition, news):
    with condition:
        condition.wait_for(lambda: news)  # waits for news


def meet(barrier):
    barrier.wait()  # waits for the others


def main():
    contend(threading.Lock(), "holds the lock")
    contend(threading.RLock(), "holds the rlock")

    event = threading.Event()
    waiter = start(wait_for_event, event, name="event")
    time.sleep(pause)
    event.set()  # sets the event
    waiter.join()

    semaphore = threading.Semaphore(0)
    waiter = start(wait_for_permit, semaphore, name="semaphore")
    time.sleep(pause)
    semaphore.release()  # gives a permit
    waiter.join()

    condition, news = threading.Condition(), []
    waiter = start(wait_for_news, condition, news, name="condition")
    time.sleep(pause)
    with condition:
        news.append("something")
        condition.notify()  # tells the news
    waiter.join()

    barrier = threading.Barrier(2)
    waiter = start(meet, barrier, name="barrier")
    time.sleep(pause)
    barrier.wait()  # comes last
    waiter.join()
    print("everybody went on")


if __name__ == "__main__":
    main()
