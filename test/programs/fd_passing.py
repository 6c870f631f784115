"""One connection, many descriptors: copied, inherited by a fork and by fresh programs, sent to another process.

A descriptor is only a number in one process. The connection behind it lives as long as the last
descriptor that leads to it, wherever that is.

In Forkscope: each of the connections below stays one, with all its bytes, is owned in turn by the
processes that serve it, and ends when its last descriptor is closed.
"""

import array
import os
import socket
import subprocess
import sys

CHILD = """
import socket, sys
with socket.socket(fileno=int(sys.argv[1])) as sock:
    sock.sendall(sock.recv(100).upper())
"""


def connect(listener):
    client = socket.create_connection(listener.getsockname())
    server, _ = listener.accept()
    client.sendall(b"question")
    return client, server


def answer(client):
    with client:
        text = client.recv(100)
        return text, client.recv(100)


def send_descriptor(channel, descriptor):
    rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))
    channel.sendmsg([b"take this"], [rights])


def receive_descriptor(channel):
    size = array.array("i").itemsize
    _, ancillary, _, _ = channel.recvmsg(100, socket.CMSG_SPACE(size))
    return array.array("i", ancillary[0][2])[0]


def copied(listener):
    client, server = connect(listener)
    other = os.dup(server.fileno())
    server.close()
    os.write(other, os.read(other, 100).upper())
    os.close(other)
    return answer(client)


def inherited(listener):
    client, server = connect(listener)
    with server:
        subprocess.run([sys.executable, "-c", CHILD, str(server.fileno())], pass_fds=[server.fileno()], check=True)
    return answer(client)


def executed(listener):
    client, server = connect(listener)
    child = os.fork()
    if child == 0:
        server.set_inheritable(True)
        os.execv(sys.executable, [sys.executable, "-c", CHILD, str(server.fileno())])
    server.close()
    result = answer(client)
    os.waitpid(child, 0)
    return result


def sent(listener):
    here, there = socket.socketpair()
    child = os.fork()
    if child == 0:
        here.close()
        with socket.socket(fileno=receive_descriptor(there)) as sock:
            sock.sendall(sock.recv(100).upper())
        there.close()
        os._exit(0)
    there.close()
    client, server = connect(listener)
    send_descriptor(here, server.fileno())
    server.close()
    here.close()
    result = answer(client)
    os.waitpid(child, 0)
    return result


def main():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        for way in (copied, inherited, executed, sent):
            print(way.__name__, way(listener), flush=True)


if __name__ == "__main__":
    main()
