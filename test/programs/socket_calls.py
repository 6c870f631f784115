"""A tour of the socket calls: what each returns, and how each can fail.

Every step prints its result, so the program is also a small reference of what to expect: a partial
send, a timeout, a call that would block, a refused connection, a look at bytes that stay.

In Forkscope: the bytes of each connection are exact, looks (MSG_PEEK) do not count, and a failed call
is a wait that is named by its errno.
"""

import errno
import os
import socket
import struct
import tempfile

ADDRESS = ("127.0.0.1", 0)


def named(number):
    return errno.errorcode.get(number, "none")


def pair(listener):
    client = socket.create_connection(listener.getsockname())
    server, _ = listener.accept()
    return client, server


def bytes_both_ways(listener):
    client, server = pair(listener)
    with client, server:
        client.sendall(b"0123456789")
        view = bytearray(4)
        print("looked at", server.recv(3, socket.MSG_PEEK), "received", server.recv(2))
        print("into", server.recv_into(view), bytes(view), "from", server.recvfrom(1)[0])
        print("vector", server.recvmsg_into([bytearray(1), bytearray(1)])[0], server.recvmsg(100)[0])
        print("gathered", server.sendmsg([b"ab", b"cd"]), client.recv(100))
        with tempfile.TemporaryFile() as file:
            file.write(b"a file's bytes")
            file.seek(0)
            print("sendfile", server.sendfile(file), client.recv(100))
        with server.makefile("rwb") as stream:  # The connection outlives server.close() until the file is closed.
            server.close()
            client.sendall(b"line\n")
            stream.write(stream.readline().upper())
            stream.flush()
            print("by file", client.recv(100))
        print("then", client.recv(100))


def partial_send(listener):
    client, server = pair(listener)
    with client, server:
        client.setblocking(False)
        sent = client.send(bytes(50_000_000))
        client.setblocking(True)
        client.shutdown(socket.SHUT_WR)
        received = 0
        while True:
            data = server.recv(1 << 20)
            if not data:
                break
            received += len(data)
        print("a part was sent:", 0 < sent < 50_000_000, "and all of it received:", received == sent)


def failures(listener):
    client, server = pair(listener)
    with client, server:
        server.settimeout(0.01)
        try:
            server.recv(1)  # times out
        except socket.timeout as error:
            print("timeout:", error)
        server.setblocking(False)
        try:
            server.recv(1)
        except BlockingIOError as error:
            print("would block:", named(error.errno))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()  # With this option a close is a reset.
        server.setblocking(True)
        try:
            server.recv(1)  # is reset
        except ConnectionResetError as error:
            print("reset:", named(error.errno))


def refused():
    with socket.socket() as closed:
        closed.bind(ADDRESS)  # bound, but nobody listens
        with socket.socket() as client:
            print("refused:", named(client.connect_ex(closed.getsockname())))  # is refused


def half_closed(listener):
    client, server = pair(listener)
    with client, server:
        client.shutdown(socket.SHUT_WR)
        print("end:", server.recv(100))
        server.sendall(b"still heard")
        print(client.recv(100))


def by_number(listener):
    client, server = pair(listener)
    with client:
        copy = socket.socket(fileno=os.dup(server.fileno()))
        number = server.detach()
        os.write(number, b"by number")
        os.close(number)
        copy.sendall(b", by a copy")
        copy.close()
        print(client.recv(9), client.recv(100), client.recv(100))


def datagrams():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two:
        one.bind(ADDRESS)
        two.connect(one.getsockname())  # A datagram socket's connect only names the peer.
        two.send(b"")
        two.send(b"question")
        print("nothing:", one.recvfrom(100)[0])
        data, client = one.recvfrom(100)
        one.sendto(data.upper(), client)
        print(two.recv(100))


def ipv6():
    with socket.socket(socket.AF_INET6) as listener:
        listener.bind(("::", 0))
        listener.listen()
        with socket.create_connection(("127.0.0.1", listener.getsockname()[1])) as client:  # reaches it as ::ffff:127.0.0.1
            server, _ = listener.accept()
            with server:
                server.sendall(b"six")
                print("IPv4 over IPv6:", client.recv(100))


def main():
    with socket.create_server(ADDRESS) as listener:
        bytes_both_ways(listener)
        partial_send(listener)
        failures(listener)
        half_closed(listener)
        by_number(listener)
    refused()
    datagrams()
    if socket.has_dualstack_ipv6():
        ipv6()
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"a pair")
        print(right.recv(100))


if __name__ == "__main__":
    main()
