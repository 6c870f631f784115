"""A process per client whose children are collected only at the very end.

A child that has ended keeps its entry in the process table until its parent asks for
its exit status. This server asks when it has served everybody, so the early children
stay zombies all the while; one that serves for ever would never ask at all.

In Forkscope: each process has a hatched tail from its exit to the line that collects it,
and the finding *zombies* counts them.
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
    parser = argparse.ArgumentParser(description="Echo server: a process per client, zombies.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    listener.listen(5)
    print("listening on %s:%d" % listener.getsockname(), flush=True)

    served = 0
    while served != options.connections:
        connection, _ = listener.accept()  # accepts
        served += 1
        pid = os.fork()  # forks
        if pid == 0:
            listener.close()
            serve_client(connection)
            os._exit(served)
        connection.close()

    listener.close()
    codes = []
    for _ in range(served):
        _, status = os.wait()  # collects a child
        codes.append(status >> 8)
    print(f"served {served} connections, exit codes {sorted(codes)}")


if __name__ == "__main__":
    main()
