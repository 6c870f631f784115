"""Two thousand children, fifty at a time, each with an exit code of its own."""

import os

total = 0
for batch in range(40):
    children = []
    for number in range(50):
        child = os.fork()
        if child == 0:
            os._exit((batch * 50 + number) % 251)
        children.append(child)
    for child in children:
        total += os.WEXITSTATUS(os.waitpid(child, 0)[1])
print("2000 children, sum of their codes", total)
