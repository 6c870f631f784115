"""A parent that ends before its child: the child goes on, as an orphan.

The kernel gives an orphan another parent: the nearest ancestor that asked for that,
else process 1. Nobody of the program can wait for it any more; what it has to say
comes here through a pipe, which ends when the last one who could write is gone.

In Forkscope: the child's lane goes on after its parent's end. Its details say since when it is an
orphan and who adopted it, and its end is known although no line collects it.
"""

import os
import time


def wait_until_adopted(parent):
    while os.getppid() == parent:
        time.sleep(0.01)


def child(parent, writing):
    wait_until_adopted(parent)
    time.sleep(0.3)  # goes on as an orphan
    os.write(writing, b"the orphan is done\n")
    os._exit(4)


def main():
    reading, writing = os.pipe()
    middle = os.fork()  # forks the parent
    if middle == 0:
        parent = os.getpid()
        if os.fork() == 0:  # forks the child
            child(parent, writing)
        os._exit(0)
    os.close(writing)
    os.waitpid(middle, 0)  # collects the parent
    print("the parent has ended", flush=True)
    with os.fdopen(reading) as pipe:
        print(pipe.read(), end="")  # waits for the orphan


if __name__ == "__main__":
    main()
