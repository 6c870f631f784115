"""One thread for all clients: generators that yield where they would wait.

Each client is served by a generator. It yields the socket that it wants to read; the
scheduler goes on with it when select() says that there is something to read. This is
what asyncio does, in thirty lines.

In Forkscope: one thread, overlapping connections; each is received at the line of
serve(), although the scheduler's select() does all the waiting.
"""

import argparse
import select
import socket


class Scheduler:
    def __init__(self):
        self.waiting = {}

    def start(self, task):
        self.step(task)

    def step(self, task):
        try:
            self.waiting[next(task)] = task
        except StopIteration:
            pass

    def run(self):
        while self.waiting:
            readable, _, _ = select.select(list(self.waiting), [], [])  # waits for everybody
            for sock in readable:
                self.step(self.waiting.pop(sock))


def wait_for(sock):
    yield sock


def serve(connection):
    with connection:
        while True:
            yield from wait_for(connection)
            data = connection.recv(1024)  # receives what is there
            if not data:
                break
            connection.sendall(data)


def accept(scheduler, listener, connections):
    accepted = 0
    while accepted != connections:
        yield from wait_for(listener)
        connection, _ = listener.accept()
        scheduler.start(serve(connection))
        accepted += 1


def main():
    parser = argparse.ArgumentParser(description="Echo server: a scheduler of generators.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    with socket.create_server(("127.0.0.1", options.port)) as listener:
        print("listening on %s:%d" % listener.getsockname(), flush=True)
        scheduler = Scheduler()
        scheduler.start(accept(scheduler, listener, options.connections))
        scheduler.run()
    print(f"served {options.connections} connections")


if __name__ == "__main__":
    main()
