"""Orphans that live for a moment: each is forked by a child that ends at once."""

import os
import random
import sys
import time

for number in range(int(sys.argv[1])):
    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            time.sleep(random.uniform(0.02, 0.12))
            os._exit(number % 7)
        os._exit(0)
    os.waitpid(child, 0)
    time.sleep(0.01)
time.sleep(0.3)
