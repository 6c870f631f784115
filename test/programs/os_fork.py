"""os.fork() in a parent and in its child: three generations.

fork() returns twice: the child's pid in the parent, 0 in the child. From there on each
process has its own copy of every variable.

In Forkscope: a tree of three processes, each with the line that forked it, the exit
code it left with and the process that collected it.
"""

import os

generation = "parent"


def leave(status):
    print(f"{generation}: leaving with {status}", flush=True)
    os._exit(status)


def wait_for(pid):
    _, status = os.waitpid(pid, 0)  # waits for the process
    return status >> 8


def main():
    global generation

    # Flushed, or what is still in the buffer would be copied and printed twice.
    print(f"{generation}: forking", flush=True)
    child = os.fork()  # forks the child
    if child == 0:
        generation = "child"
        print(f"{generation}: forking", flush=True)
        grandchild = os.fork()  # forks the grandchild
        if grandchild == 0:
            generation = "grandchild"
            leave(7)
        print(f"{generation}: the grandchild left with {wait_for(grandchild)}", flush=True)
        leave(3)

    print(f"{generation}: the child left with {wait_for(child)}")
    print(f"{generation}: still the {generation}")


if __name__ == "__main__":
    main()
