"""One thread, one task per client: an asyncio server with streams.

serve() is called for every client, in a task of its own. Where it awaits, the loop runs
somebody else's task; nobody needs a second thread. But a call that blocks, blocks
everybody: a client that says "slow" makes its task sleep with time.sleep.

In Forkscope: one thread with a task for every connection, each waiting at the line of
serve() that awaits. Say "slow" with one client and something with another: the finding
names the line that kept the loop, and the client that waited for it.
"""

import argparse
import asyncio
import time


async def serve(reader, writer, done):
    while True:
        line = await reader.readline()  # awaits the client
        if not line:
            break
        if line == b"slow\n":
            time.sleep(0.3)  # blocks the loop
        writer.write(line)
        await writer.drain()
    writer.close()
    done()


async def main():
    parser = argparse.ArgumentParser(description="Echo server: asyncio with streams.")
    parser.add_argument("--port", type=int, default=0, help="default: any free port")
    parser.add_argument("--connections", type=int, help="serve so many, then end")
    options = parser.parse_args()

    served = 0
    all_served = asyncio.get_running_loop().create_future()

    def done():
        nonlocal served
        served += 1
        if served == options.connections:
            all_served.set_result(None)

    server = await asyncio.start_server(lambda *streams: serve(*streams, done), "127.0.0.1", options.port)
    print("listening on %s:%d" % server.sockets[0].getsockname(), flush=True)
    await all_served  # awaits the end
    server.close()
    print(f"served {options.connections} connections")


if __name__ == "__main__":
    asyncio.run(main())
