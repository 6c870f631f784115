"""The load generator of load.c for machines without a C compiler: the same words, the same output, but dearer:
it takes a share of the core from which tracing costs nothing, so ratios look better than they are."""

import select
import socket
import sys
import time


def main():
    mode, port, connections, size, warmup, measure = sys.argv[1], *map(int, sys.argv[2:])
    payload = b"x" * size
    poller = select.epoll()
    lanes = {}
    missing = {}

    def open_connection():
        lane = socket.create_connection(("127.0.0.1", port))
        lane.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lanes[lane.fileno()] = lane
        poller.register(lane, select.EPOLLIN)
        missing[lane.fileno()] = size
        lane.send(payload)

    for _ in range(connections):
        open_connection()
    begin = time.monotonic_ns() + warmup * 1_000_000
    end = begin + measure * 1_000_000
    measuring = measured = rounds = total = 0
    while lanes:  # After the end it only hears what was asked.
        now = time.monotonic_ns()
        if not measuring and now >= begin:
            measuring, rounds = now, 0
        if not measured and now >= end:
            measured = now - measuring
        ready = poller.poll(10)
        if not ready:
            sys.exit("the server's answer: timed out")
        for descriptor, _ in ready:
            lane = lanes[descriptor]
            got = len(lane.recv(65536))
            if got == 0:
                sys.exit("recv: the server closed the connection")
            missing[descriptor] -= got
            if missing[descriptor] > 0:
                continue
            total += 1
            if measured or mode == "connect":
                poller.unregister(descriptor)
                lanes.pop(descriptor).close()
            if measured:
                continue
            rounds += 1
            if mode == "connect":
                open_connection()
            else:
                missing[descriptor] = size
                lane.send(payload)
    print(rounds, measured, total)


if __name__ == "__main__":
    main()
