"""One thread, no task: an asyncio server whose clients are served by callbacks.

A Protocol is what asyncio's streams are built on. The loop calls connection_made() when a
client has come and data_received() when it has spoken; what is not said yet is kept by
the transport, which write() hands it to. A BufferedProtocol (--buffered) brings the memory
that the loop receives into. A callback that computes keeps everybody else waiting: a
client that says "slow" makes its callback do so.

In Forkscope: one thread that owns every connection, and no task beside it; a connection
names the callback that serves it, with its line. Say "slow" with one client and something with
another: the finding names the callback that kept the loop, and the client that waited.
"""

import argparse
import asyncio
import time


slow = 0.3


def compute():
    until = time.monotonic() + slow
    while time.monotonic() < until:
        pass


class Echo(asyncio.Protocol):
    def __init__(self, done):
        self.done = done

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):  # serves the client
        self.transport.write(data)
        if data == b"slow\n":
            compute()

    def connection_lost(self, error):
        self.done()


class BufferedEcho(asyncio.BufferedProtocol):
    def __init__(self, done):
        self.done = done
        self.buffer = bytearray(4096)

    def connection_made(self, transport):
        self.transport = transport

    def get_buffer(self, size):
        return self.buffer

    def buffer_updated(self, count):  # serves the client from its buffer
        data = bytes(self.buffer[:count])
        self.transport.write(data)
        if data == b"slow\n":
            compute()

    def connection_lost(self, error):
        self.done()


async def main():
    global slow
    parser = argparse.ArgumentParser(description="Echo server: asyncio with protocols.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    parser.add_argument("--buffered", action="store_true", help="receive into a buffer of the protocol's own")
    parser.add_argument("--slow", type=float, default=slow, help="how long a slow client's callback computes, in seconds")
    options = parser.parse_args()
    slow = options.slow

    loop = asyncio.get_running_loop()
    all_served = loop.create_future()
    served = 0

    def done():
        nonlocal served
        served += 1
        if served == options.connections:
            all_served.set_result(None)

    protocol = BufferedEcho if options.buffered else Echo
    server = await loop.create_server(lambda: protocol(done), "127.0.0.1", options.port)
    print("listening on %s:%d" % server.sockets[0].getsockname(), flush=True)
    await all_served  # awaits the end
    server.close()
    print(f"served {options.connections} connections")


if __name__ == "__main__":
    asyncio.run(main())
