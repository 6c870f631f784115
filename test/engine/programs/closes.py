"""Closes every descriptor but the standard three, as daemons do, and goes on: the numbers are its own from then on."""

import fcntl
import os
import socket
import sys
import threading

print("open at first:", sorted(int(name) for name in os.listdir("/proc/self/fd")))
os.closerange(3, 4096)
numbers = [os.open("file-%d" % number, os.O_RDWR | os.O_CREAT, 0o600) for number in range(20)]
print("opened:", numbers)
for number in numbers:
    fcntl.flock(number, fcntl.LOCK_EX)


def echo(listener):
    connection, _ = listener.accept()
    with connection:
        while True:
            data = connection.recv(1024)
            if not data:
                break
            connection.sendall(data)


with socket.create_server(("127.0.0.1", 0)) as listener:
    thread = threading.Thread(target=echo, args=(listener,), name="echo")
    thread.start()
    with socket.create_connection(listener.getsockname()) as client:
        received = 0
        for _ in range(3000):
            client.sendall(b"twenty bytes a time.")
            received += len(client.recv(20, socket.MSG_WAITALL))
    thread.join()
print("echoed:", received)

codes = []
for code in range(30):
    child = os.fork()
    if child == 0:
        os._exit(code)
    codes.append(os.WEXITSTATUS(os.waitpid(child, 0)[1]))
print("children:", sum(codes))

for number in numbers:
    os.write(number, b"mine")
for index, number in enumerate(numbers):
    status = os.fstat(number)
    same = os.path.samestat(status, os.stat("file-%d" % index))
    other = os.open("file-%d" % index, os.O_RDWR)
    try:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        locked = False
    except OSError:
        locked = True
    os.close(other)
    if not (same and locked and status.st_size == 4):
        sys.exit("file-%d: same %s, locked %s, size %d" % (index, same, locked, status.st_size))
print("open at last:", sorted(int(name) for name in os.listdir("/proc/self/fd")))
