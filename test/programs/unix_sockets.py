"""Unix sockets: UnixStreamServer, UnixDatagramServer and a name without a file.

A server's address is a path, or on Linux a name that starts with NUL and needs no file. Clients
of a stream need no address; a client of datagrams has to bind one if it wants an answer.

In Forkscope: listeners with their paths (an abstract name starts with @). Both ends of a connection
are joined although the client's end has no address: the kernel tells the server who connected.
"""

import os
import socket
import socketserver
import tempfile
import threading


class EchoHandler(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.readline())  # waits for the client


class EchoDatagram(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        if self.client_address:
            sock.sendto(data, self.client_address)


def serve(server, requests):
    with server:
        for _ in range(requests):
            server.handle_request()


def ask_stream(path):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(path)  # connects
        sock.sendall(b"by stream\n")
        return sock.recv(100)


def ask_datagram(path, own):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(own)
        sock.sendto(b"by datagram", path)
        return sock.recvfrom(100)[0]


def tell_datagram(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"from nobody", path)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        stream = socketserver.UnixStreamServer("stream.sock", EchoHandler)
        serving = threading.Thread(target=serve, args=(stream, 2), name="stream")
        serving.start()
        print(ask_stream("stream.sock"), ask_stream("stream.sock"))
        serving.join()

        datagrams = socketserver.UnixDatagramServer("datagram.sock", EchoDatagram)
        serving = threading.Thread(target=serve, args=(datagrams, 2), name="datagrams")
        serving.start()
        tell_datagram("datagram.sock")
        print(ask_datagram("datagram.sock", "client.sock"))
        serving.join()

        name = "\0forkscope-sample-%d" % os.getpid()
        abstract = socketserver.UnixStreamServer(name, EchoHandler)
        serving = threading.Thread(target=serve, args=(abstract, 1), name="abstract")
        serving.start()
        print(ask_stream(name))
        serving.join()
        os.chdir("/")


if __name__ == "__main__":
    main()
