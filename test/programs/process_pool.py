"""Pools of processes: multiprocessing.Pool and concurrent.futures, and what a forkserver is.

A pool starts its workers before there is work and hands them tasks through a pipe. Under
*forkserver* they are not forked by the program but by a server that it started for that: the
kernel says that the server is their parent, and the program that it is theirs.

In Forkscope: the workers with their names, the program as their logical parent, the
forkserver and the resource tracker beside them as what they are.
"""

import argparse
import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def square(number):
    return number * number


def main():
    parser = argparse.ArgumentParser(description="Squares, made by a pool of processes.")
    parser.add_argument("--start-method", default="fork", choices=["fork", "spawn", "forkserver"])
    options = parser.parse_args()
    context = multiprocessing.get_context(options.start_method)

    with context.Pool(2) as pool:  # starts a pool
        print("map:", pool.map(square, range(6)))
        print("apply_async:", pool.apply_async(square, (9,)).get())
        pool.close()
        pool.join()
    if options.start_method == "fork":
        with ProcessPoolExecutor(2, mp_context=context) as executor:
            print("executor:", list(executor.map(square, range(4))))  # starts the executor


if __name__ == "__main__":
    main()
