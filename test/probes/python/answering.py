"""Answers requests, a process for each connection, until it is killed."""
import socketserver


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.request.sendall(line)


class Server(socketserver.ForkingTCPServer):
    request_queue_size = 50


with Server(("127.0.0.1", 0), Handler) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever(poll_interval=0.01)
