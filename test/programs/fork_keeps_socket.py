"""The same server as fork_per_connection.py with a classic mistake in it.

The parent keeps its copy of every accepted connection. The child closes its own and
ends, but the connection stays open, because one copy is left: the client waits
for an end that does not come, and the parent runs out of descriptors one day.

In Forkscope: the finding *socket kept by parent* names the connection, the process that
still holds it and the line of the fork.
"""

import argparse
import os
import socket


def serve_client(connection):
    while True:
        data = connection.recv(1024)  # waits for the client
        if not data:
            break
        connection.sendall(data)
    connection.close()


def main():
    parser = argparse.ArgumentParser(description="Echo server: a process per client, with a leak.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    listener.listen(5)
    print("listening on %s:%d" % listener.getsockname(), flush=True)

    clients = {}
    while len(clients) != options.connections:
        connection, _ = listener.accept()  # accepts
        pid = os.fork()  # forks
        if pid == 0:
            listener.close()
            serve_client(connection)
            os._exit(0)
        clients[pid] = connection  # the mistake: connection.close() is missing

    listener.close()
    for pid in clients:
        os.waitpid(pid, 0)  # waits for the child
    print(f"served {len(clients)} connections")


if __name__ == "__main__":
    main()
