"""Clients that talk to one of these servers for a while, all at the same time.

    python3 threading_echo.py --port 9999
    python3 clients.py 9999 --clients 5

Each one sends a line, waits for the answer, pauses and goes on; each is a little slower
than the one before. The last one connects and stays silent: with an iterative server,
see who waits for it.
"""

import argparse
import socket
import threading
import time


def connect(port, patience=5.0):
    """Connect, and allow the server some seconds to come up."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def talk(name, port, rounds, pause):
    with connect(port) as connection, connection.makefile("rb") as answers:
        size = 0
        for number in range(1, rounds + 1):
            connection.sendall(f"{name}: message {number}\n".encode())
            size += len(answers.readline())
            time.sleep(pause)
    print(f"{name}: {rounds} messages, {size} bytes came back", flush=True)


def stay_silent(name, port, seconds):
    with connect(port):
        time.sleep(seconds)
    print(f"{name}: was silent for {seconds:.1f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description="Concurrent clients for the sample servers.")
    parser.add_argument("port", type=int)
    parser.add_argument("--clients", type=int, default=5, help="how many at the same time")
    parser.add_argument("--silent", type=int, default=1, help="how many of them stay silent")
    parser.add_argument("--rounds", type=int, default=10, help="messages of each client")
    parser.add_argument("--pause", type=float, default=0.2, help="seconds between two messages")
    options = parser.parse_args()

    threads = []
    talkers = options.clients - min(options.silent, options.clients)
    for index in range(options.clients):
        name = f"client-{index + 1}"
        if index < talkers:
            pause = options.pause * (1 + index / 4)
            thread = threading.Thread(target=talk, args=(name, options.port, options.rounds, pause))
        else:
            silence = options.pause * options.rounds
            thread = threading.Thread(target=stay_silent, args=(name, options.port, silence))
        thread.start()
        threads.append(thread)
        time.sleep(options.pause / 2)
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
