"""A threading server whose handler makes one call of each kind that a debugger is to step into and over."""
import socket
import socketserver
import time


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        one, other = socket.socketpair()
        with one, other:
            one.send(b"x")  # steps into
            other.recv(1)  # steps over
            time.sleep(0)
            self.request.sendall(self.request.recv(100).upper())


with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
    print("listening on 127.0.0.1:%d" % server.server_address[1], flush=True)
    server.handle_request()
print("over", flush=True)
