"""Two hundred children that are all alike, and one that became another program.

Each child is a copy of its parent and waits at the same line for the same word: the
end of a pipe, which comes when the last process that could write into it has closed
its end. So a child must close the copy of the writing end that it got by the fork, or
it would wait for itself. One more child replaces its program by exec: it keeps its
pid, its parent and the pipe, and is `cat` from then on.

In Forkscope: the tree shows the children as one node, `fork × 200`, with how many of them
live and failed; a click opens it. The other child is marked `exec → cat`.
"""

import argparse
import os
import socket


def wait_for_the_end(reading):
    while os.read(reading, 1):  # waits for the end of the pipe
        pass


def main():
    parser = argparse.ArgumentParser(description="Many alike children.")
    parser.add_argument("--count", type=int, default=200, help="of the alike ones")
    parser.add_argument("--at-once", action="store_true", help="let them go at once, not when a client connects")
    options = parser.parse_args()

    reading, writing = os.pipe()
    for number in range(options.count):
        if os.fork() == 0:  # forks an alike one
            os.close(writing)
            wait_for_the_end(reading)
            os._exit(1 if number % 50 == 7 else 0)
    if os.fork() == 0:  # forks the other one
        os.close(writing)
        os.dup2(reading, 0)
        os.execvp("cat", ["cat"])  # becomes cat

    if not options.at_once:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            print("listening on %s:%d" % listener.getsockname(), flush=True)
            listener.accept()[0].close()  # waits for a client
    os.close(writing)
    statuses = [os.wait()[1] for _ in range(options.count + 1)]  # collects a child
    print(f"{len(statuses)} children, {sum(status != 0 for status in statuses)} of them failed")


if __name__ == "__main__":
    main()
