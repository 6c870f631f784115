"""Makes far more records than one piece of the log holds, after what the argument says has happened to the log.

    deleted     the run's folder is removed
    limited     files may not grow (RLIMIT_FSIZE)
    full        nothing: the disk is full from the beginning
"""
import os
import resource
import shutil
import socket
import sys


def exchange(rounds):
    for _ in range(rounds):
        near.send(b"x")
        far.recv(1)


near, far = socket.socketpair()
exchange(10)
if sys.argv[1] == "deleted" and "FORKSCOPE_RUN" in os.environ:
    shutil.rmtree(os.environ["FORKSCOPE_RUN"])
if sys.argv[1] == "limited":
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
exchange(3000)
for _ in range(3):
    if os.fork() == 0:
        exchange(300)
        os._exit(0)
    print(os.wait()[1])
print("done")
