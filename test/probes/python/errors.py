"""Prints many tracebacks: exceptions that pass through wrapped calls, shown in every way that Python has."""
import logging
import os
import socket
import socketserver
import struct
import sys
import threading
import time
import traceback


def receive_too_long():
    near, far = socket.socketpair()
    near.settimeout(0.01)
    near.recv(1)


def with_cause():
    try:
        receive_too_long()
    except OSError as error:
        raise RuntimeError("with a cause") from error


def with_context():
    try:
        receive_too_long()
    except OSError:
        raise RuntimeError("with a context")


class ResetHandler(socketserver.BaseRequestHandler):
    may_receive = threading.Event()

    def handle(self):
        self.may_receive.wait(10)
        while True:
            self.request.recv(10)


class Finalised:
    def __del__(self):
        receive_too_long()


def serve_a_reset():
    """socketserver prints the ConnectionResetError of its handler."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), ResetHandler) as server:
        server.server_port = server.server_address[1]
        client = socket.socket()
        client.bind(("127.0.0.1", 0))
        server.handle_error = lambda request, address: traceback.print_exc()
        client.connect(server.server_address)
        server.handle_request()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        ResetHandler.may_receive.set()


def show_stack():
    traceback.print_stack()
    sys.stderr.write("".join(traceback.format_list(traceback.extract_stack())))
    sys.stderr.write("".join(traceback.StackSummary.extract(traceback.walk_stack(None)).format()))


def try_all(calls):
    for call in calls:
        try:
            call()
        except Exception:
            traceback.print_exc()


def main():
    for function in (receive_too_long, with_cause, with_context):
        try:
            function()
        except Exception:
            logging.exception("logged")
            traceback.print_exc()
    for function in (with_cause, show_stack):
        thread = threading.Thread(target=function)
        thread.start()
        thread.join()
    show_stack()
    serve_a_reset()
    Finalised()

    fresh, closed, impatient = socket.socket(), socket.socket(), socket.socket()
    closed.close()
    impatient.setblocking(False)
    try_all([
        lambda: time.sleep("x"), lambda: time.sleep(-1), lambda: os.kill("a", 1), lambda: os.waitpid(),
        lambda: os.fork(1), lambda: os.execv("/nonexistent", ["a"]), lambda: os._exit("q"),
        lambda: os.waitpid(-1, os.WNOHANG), lambda: threading.Thread().join(), lambda: threading.Condition().wait(),
        lambda: fresh.recv(), lambda: fresh.connect(5), lambda: fresh.accept(), lambda: fresh.listen("x"),
        lambda: fresh.send(1), lambda: fresh.sendall(), lambda: fresh.bind(("256.1.1.1.1", 0)),
        lambda: fresh.sendto(b"x"), lambda: fresh.recvfrom("x"), lambda: fresh.shutdown(2), lambda: fresh.recv(-1),
        lambda: closed.recv(1), lambda: closed.send(b""), lambda: closed.sendall(b"x"), lambda: closed.accept(),
        lambda: closed.recv_into(bytearray(1)), lambda: closed.shutdown(2), lambda: closed.connect(("127.0.0.1", 1)),
        lambda: impatient.recv(1), lambda: impatient.recvfrom(1), lambda: impatient.send(b"x"),
    ])
    socket.create_connection(("127.0.0.1", 1))  # uncaught


main()
