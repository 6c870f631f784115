"""Signal handlers that raise out of blocking calls, and handlers that make wrapped calls at any moment."""
import select
import signal
import socket
import threading
import time
import traceback

near, far = socket.socketpair()
aside, beside = socket.socketpair()


class Alarm(Exception):
    pass


def raise_alarm(number, frame):
    raise Alarm("out of a blocking call")


def exchange_aside(number, frame):
    aside.send(b"y")
    beside.recv(1)


def interrupt(call):
    signal.signal(signal.SIGALRM, raise_alarm)
    try:
        # Again and again: the first may come before the call blocks, in which case its traceback says so.
        signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
        call()
    except Alarm as error:
        signal.setitimer(signal.ITIMER_REAL, 0)
        traceback.print_exception(type(error), error, error.__traceback__)


for blocking in (
    lambda: near.recv(1), lambda: near.recv_into(bytearray(1)), lambda: near.recvfrom(1), lambda: time.sleep(60),
    lambda: threading.Event().wait(60), lambda: select.select([near], [], []), lambda: near.sendall(bytes(10**7)),
    lambda: socket.create_server(("127.0.0.1", 0)).accept(),
):
    interrupt(blocking)

near, far = socket.socketpair()
signal.signal(signal.SIGALRM, exchange_aside)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
for _ in range(20000):
    near.send(b"x")
    far.recv(1)
signal.setitimer(signal.ITIMER_REAL, 0)

signal.signal(signal.SIGALRM, raise_alarm)
rounds = 0
while rounds < 500:
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0001)
        for _ in range(100):
            near.send(b"x")
            far.recv(1)
        rounds += 1
    except Alarm:
        rounds += 1
print("done")
try:
    signal.raise_signal(signal.SIGINT)
    time.sleep(60)
except Alarm:
    pass
