"""More ways in which threads and processes wait for each other for ever; --shape chooses one.

    self        a thread that acquires its own lock again
    three       three philosophers, each with one fork and waiting for the next one's
    queue       consumers share a lock around get, and the only producer waits for that lock
    join        a thread waits for the end of another one, which waits for a lock that the first one holds
    processes   two processes with two locks of multiprocessing's, in opposite order
    messages    two processes that each wait for the other one to say something first

In Forkscope: each lane ends in a wait, and a finding tells who waits where for what, and who
holds it. Nobody can go on, so an alarm ends the program.
"""

import argparse
import multiprocessing
import queue
import signal
import threading


def thread(function, *args, name):
    made = threading.Thread(target=function, args=args, name=name)
    made.start()
    return made


def alone():
    lock = threading.Lock()
    with lock:
        with lock:  # waits for itself
            pass


def dine(left, right, everybody_has_one):
    with left:
        everybody_has_one.wait()
        with right:  # waits for the next one
            pass


def three():
    forks = [threading.Lock() for _ in range(3)]
    everybody_has_one = threading.Barrier(3)
    for seat in range(3):
        thread(dine, forks[seat], forks[(seat + 1) % 3], everybody_has_one, name=f"philosopher {seat}")


def consume(lock, items, holds):
    with lock:
        holds.set()
        items.get()  # waits for an item


def produce(lock, items, holds):
    holds.wait()
    with lock:  # waits for the consumer
        items.put("an item")


def starve():
    lock, items, holds = threading.Lock(), queue.Queue(), threading.Event()
    thread(consume, lock, items, holds, name="consumer")
    thread(produce, lock, items, holds, name="producer")


def work(lock):
    with lock:  # waits for whoever joins it
        pass


def join():
    lock = threading.RLock()
    with lock:
        thread(work, lock, name="worker").join()  # waits for the worker


def transfer(source, target, both_have_one, limit):
    signal.setitimer(signal.ITIMER_REAL, limit)
    with source:
        both_have_one.wait()
        with target:  # waits for the other process
            pass


def processes(limit):
    a, b = multiprocessing.Lock(), multiprocessing.Lock()
    both_have_one = multiprocessing.Barrier(2)
    multiprocessing.Process(target=transfer, args=(b, a, both_have_one, limit), name="B to A").start()
    transfer(a, b, both_have_one, limit)


def answer(requests, answers, limit):
    signal.setitimer(signal.ITIMER_REAL, limit)
    requests.recv()  # waits for a request
    answers.send("an answer")


def messages(limit):
    requests, ask = multiprocessing.Pipe(duplex=False)
    answers, tell = multiprocessing.Pipe(duplex=False)
    multiprocessing.Process(target=answer, args=(requests, tell, limit), name="server").start()
    answers.recv()  # waits for an answer
    ask.send("a request")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shape", default="self", choices=["self", "three", "queue", "join", "processes", "messages"])
    parser.add_argument("--seconds", type=float, default=0.8, help="until the alarm")
    arguments = parser.parse_args()
    limit = arguments.seconds
    print("waiting for", arguments.shape, flush=True)
    signal.setitimer(signal.ITIMER_REAL, limit)  # Without a handler, the alarm ends the process.
    if arguments.shape == "processes":
        processes(limit)
    elif arguments.shape == "messages":
        messages(limit)
    else:
        {"self": alone, "three": three, "queue": starve, "join": join}[arguments.shape]()


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    main()
