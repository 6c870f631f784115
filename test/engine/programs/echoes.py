"""An echo server in the shape that the first argument names, for a test that kills it at any moment.

What one receive gave is sent back with one sendall, 1,024 bytes at most.
"""

import asyncio
import multiprocessing
import os
import selectors
import socket
import sys

LARGEST = 1024


def listen():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    print("listening on %s:%d" % listener.getsockname(), flush=True)
    return listener


def serve(connection):
    with connection:
        while True:
            data = connection.recv(LARGEST)
            if not data:
                break
            connection.sendall(data)


def with_selectors():
    listener = listen()
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                connection, _ = listener.accept()
                selector.register(connection, selectors.EVENT_READ)
                continue
            data = key.fileobj.recv(LARGEST)
            if data:
                key.fileobj.sendall(data)
            else:
                selector.unregister(key.fileobj)
                key.fileobj.close()


def with_asyncio():
    async def answer(reader, writer):
        while True:
            data = await reader.read(LARGEST)
            if not data:
                break
            writer.write(data)
            await writer.drain()
        writer.close()

    async def main():
        server = await asyncio.start_server(answer, sock=listen())
        async with server:
            await server.serve_forever()

    asyncio.run(main())


def with_prefork():
    listener = listen()
    for _ in range(3):
        if os.fork() == 0:
            while True:
                serve(listener.accept()[0])
    while True:
        os.wait()


def with_processes():
    listener = listen()
    context = multiprocessing.get_context("fork")
    while True:
        connection, _ = listener.accept()
        context.Process(target=serve, args=(connection,), daemon=True).start()
        connection.close()
        multiprocessing.active_children()  # Collects those that have ended.


{"selectors": with_selectors, "asyncio": with_asyncio, "prefork": with_prefork, "processes": with_processes}[sys.argv[1]]()
