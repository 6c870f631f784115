"""Processes that talk: a pipe, a pair of sockets, a queue and a pipe of multiprocessing, a program's input.

None of these has an address, so a tool that only knows of connections shows processes that
have nothing to do with each other. A reader whose pipe is empty waits for the writer.

In Forkscope: dotted lines between the processes of the tree, one for all that two of them have, and
what went each way; a wait for a pipe or a queue says which, and who is at its other end.
"""

import multiprocessing
import os
import socket
import subprocess
import sys
import time


def through_a_pipe():
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        time.sleep(0.2)
        os.write(writing, b"twelve bytes")  # writes
        os._exit(0)
    os.close(writing)
    message = os.read(reading, 100)  # waits for the pipe
    end = os.read(reading, 100)
    os.close(reading)
    os.waitpid(pid, 0)
    return message, end


def through_a_pair():
    near, far = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        near.close()
        far.sendall(far.recv(100).upper())
        os._exit(0)
    far.close()
    near.sendall(b"shout")
    answer = near.recv(100)
    near.close()
    os.waitpid(pid, 0)
    return answer


def work(queue, pipe):
    time.sleep(0.15)
    queue.put("first")  # puts
    pipe.send(pipe.recv() * 2)


def through_multiprocessing():
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    near, far = context.Pipe()
    worker = context.Process(target=work, args=(queue, far), name="worker")
    worker.start()
    item = queue.get()  # waits for the queue
    near.send(21)
    answer = near.recv()
    worker.join()
    return item, answer


def through_standard_input():
    code = "import os; os.write(1, os.read(0, 100)[::-1])"
    return subprocess.run([sys.executable, "-c", code], input=b"drawer", stdout=subprocess.PIPE).stdout


def main():
    print("a pipe:", through_a_pipe())
    print("a pair:", through_a_pair())
    print("multiprocessing:", through_multiprocessing())
    print("standard input:", through_standard_input())


if __name__ == "__main__":
    main()
