"""A process per client: socketserver.ForkingTCPServer.

The mix-in forks after each accept. The child runs handle() and ends in os._exit(), so
nothing registered with atexit ever runs in it; the parent closes its copy of the
connection and accepts the next client.

In Forkscope: a process for every connection, none of its events lost. A child that has
ended stays a *zombie* until the parent collects it.
"""

import argparse
import socketserver


class EchoHandler(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            data = self.request.recv(1024)  # waits for the client
            if not data:
                break
            self.request.sendall(data)


def main():
    parser = argparse.ArgumentParser(description="Echo server: a process per client.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    socketserver.ForkingTCPServer.allow_reuse_address = True
    server = socketserver.ForkingTCPServer(("127.0.0.1", options.port), EchoHandler)
    print("listening on %s:%d" % server.server_address, flush=True)
    if options.connections is None:
        server.serve_forever()
    for _ in range(options.connections):
        server.handle_request()  # accepts and forks
    server.server_close()  # waits for the children
    print(f"served {options.connections} connections")


if __name__ == "__main__":
    main()
