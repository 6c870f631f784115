"""Fills the disk that its argument names to the last byte, then serves a client of its own as if nothing had happened."""

import os
import socket
import sys
import threading

threading.Thread(target=lambda: None, name="before").start()
with open(os.path.join(sys.argv[1], "filler"), "wb", buffering=0) as filler:
    for size in (1 << 20, 1 << 12, 1):
        try:
            while True:
                filler.write(b"x" * size)
        except OSError as error:
            reason = error.strerror
print("the disk:", reason)


def echo(listener):
    connection, _ = listener.accept()
    with connection:
        while True:
            data = connection.recv(64)
            if not data:
                break
            connection.sendall(data)


# Ten thousand calls on either side: far more than the log has room for by now.
with socket.create_server(("127.0.0.1", 0)) as listener:
    thread = threading.Thread(target=echo, args=(listener,), name="echo")
    thread.start()
    with socket.create_connection(listener.getsockname()) as client:
        received = 0
        for _ in range(10000):
            client.sendall(b"x" * 64)
            received += len(client.recv(64, socket.MSG_WAITALL))
    thread.join()
for code in range(5):
    child = os.fork()
    if child == 0:
        os._exit(code)
    assert os.WEXITSTATUS(os.waitpid(child, 0)[1]) == code
print("echoed:", received)
