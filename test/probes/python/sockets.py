"""Every socket call, over loopback. Prints how many bytes went where."""
import os
import select
import selectors
import socket
import sys
import tempfile
import threading


def tcp():
    listener = socket.create_server(("127.0.0.1", 0))  # listens
    client = socket.create_connection(listener.getsockname())  # connects
    connection, _ = listener.accept()  # accepts
    client.sendall(b"x" * 1000)  # sends
    received = 0
    while received < 1000:
        received += len(connection.recv(300))  # receives
    connection.send(memoryview(b"abcd"))
    buffer = bytearray(10)
    print(client.recv_into(buffer, 10), client.fileno() > 2)
    connection.sendmsg([b"ab", b"cde"])
    print(client.recvmsg(10)[0], connection.sendall(memoryview(b"wxyz").cast("H")))
    print(client.recvfrom(10)[0])
    with client.makefile("rwb") as file:
        file.write(b"line\n")
        file.flush()
        print(connection.recv(10))
        connection.sendall(b"answer\n")
        print(file.readline())  # reads a line
    with tempfile.TemporaryFile() as file:
        file.write(b"f" * 5000)
        file.seek(0)
        print(connection.sendfile(file))  # sends a file
    received = 0
    while received < 5000:
        received += len(client.recv(65536))
    client.settimeout(0.01)
    for attempt in (lambda: client.recv(1), lambda: client.setblocking(False) or client.recv(1)):
        try:
            attempt()
        except OSError as error:
            print(type(error).__name__)
    client.shutdown(socket.SHUT_WR)
    print(connection.recv(1))  # sees the end
    copy = connection.dup()
    connection.close()
    os.close(copy.detach())
    client.close()
    unclosed, _ = socket.socketpair()
    del unclosed  # drops
    listener.close()


def tcp6_and_errors():
    with socket.socket(socket.AF_INET6) as listener:
        listener.bind(("::1", 0))
        listener.listen(3)
        address = listener.getsockname()
        with socket.socket(socket.AF_INET6) as client:
            client.connect(address)
            listener.accept()[0].close()
    with socket.socket(socket.AF_INET6) as client:
        print(client.connect_ex(address) > 0)
    with socket.socket() as client, socket.create_server(("127.0.0.1", 0)) as listener:
        client.setblocking(False)
        print(client.connect_ex(listener.getsockname()) > 0)
        select.select([], [client], [], 5)
        print(client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))


def udp():
    with socket.socket(type=socket.SOCK_DGRAM) as server, socket.socket(type=socket.SOCK_DGRAM) as client:
        server.bind(("127.0.0.1", 0))
        client.bind(("127.0.0.1", 0))
        client.sendto(b"datagram", server.getsockname())
        data, peer = server.recvfrom(100)
        server.sendto(data * 2, peer)
        print(client.recvfrom_into(bytearray(100))[0])


def unix(folder):
    with socket.socket(socket.AF_UNIX) as listener:
        path = os.path.join(folder, "listener")
        listener.bind(path)
        listener.listen()
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            connection, _ = listener.accept()
            client.sendall(b"unix")
            print(connection.recv(10))
            connection.close()


def polls():
    near, far = socket.socketpair()
    far.send(b"x")
    poll = select.poll()
    poll.register(near, select.POLLIN)
    with selectors.DefaultSelector() as selector:
        selector.register(near, selectors.EVENT_READ)
        print(len(select.select([near], [], [], 5)[0]), len(poll.poll(5000)), len(selector.select(5)))  # polls
    near.close()
    far.close()


def main():
    tcp()
    tcp6_and_errors()
    udp()
    with tempfile.TemporaryDirectory() as folder:
        unix(folder)
    polls()
    thread = threading.Thread(target=tcp)
    thread.start()
    thread.join()
    sys.stdout.flush()


main()
