"""Says which signals came, and ends with a code of its own on SIGTERM."""

import signal
import sys
import time


def told(number, _):
    print("got", signal.Signals(number).name, flush=True)
    if number == signal.SIGTERM:
        sys.exit(7)


for signal_number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2):
    signal.signal(signal_number, told)
print("ready", flush=True)
while True:
    time.sleep(60)
