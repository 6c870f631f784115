"""A process per client, by hand: accept, os.fork(), accept again.

After the fork both processes hold the connection. The parent closes its copy, so that
the client sees the end when the child closes the other, and collects the children
that have ended before it accepts again.

In Forkscope: the connection changes hands at the fork. Each child ends as a *zombie*
until os.waitpid() collects it, and the line that did is shown.
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


def collect_ended(children):
    for pid in list(children):
        ended, _ = os.waitpid(pid, os.WNOHANG)  # collects without waiting
        if ended:
            children.remove(pid)


def main():
    parser = argparse.ArgumentParser(description="Echo server: a process per client, by hand.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    listener.listen(5)
    print("listening on %s:%d" % listener.getsockname(), flush=True)

    children = set()
    served = 0
    while served != options.connections:
        connection, _ = listener.accept()  # accepts
        pid = os.fork()  # forks
        if pid == 0:
            listener.close()
            serve_client(connection)
            os._exit(0)
        connection.close()
        children.add(pid)
        served += 1
        collect_ended(children)

    listener.close()
    for pid in children:
        os.waitpid(pid, 0)  # waits for the child
    print(f"served {served} connections")


if __name__ == "__main__":
    main()
