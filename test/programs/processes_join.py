"""multiprocessing.Process: start several, join them in a list.

The slowest worker comes first, so the first join waits longest, and the processes joined
after it have long ended by then.

In Forkscope: an arrow from start() to each process, and one back from its end to the
join() that waited for it, with how long it waited.
"""

import argparse
import multiprocessing
import os
import time


def work(everybody, seconds):
    everybody.wait()
    time.sleep(seconds)  # works


def main():
    parser = argparse.ArgumentParser(description="Start three processes and wait for them.")
    parser.add_argument("--start-method", choices=["fork", "spawn", "forkserver"], default="fork")
    context = multiprocessing.get_context(parser.parse_args().start_method)

    everybody = context.Barrier(4)
    workers = [
        context.Process(target=work, args=(everybody, 0.2), name="slow"),
        context.Process(target=work, args=(everybody, 0.1), name="quick"),
        context.Process(target=work, args=(everybody, 0), daemon=True),
    ]
    print("before start:", workers[0].pid, workers[0].is_alive())
    for worker in workers:
        worker.start()  # starts the process
    print("after start:", [worker.is_alive() for worker in workers])
    print("own pids:", len({os.getpid(), *(worker.pid for worker in workers)}))

    everybody.wait()  # Now the work begins.
    for worker in workers:
        worker.join()  # waits for the process
    for worker in workers:
        print(f"{worker.name}: daemon {worker.daemon}, exit code {worker.exitcode}")
    print("after join:", [worker.is_alive() for worker in workers])


if __name__ == "__main__":
    main()
