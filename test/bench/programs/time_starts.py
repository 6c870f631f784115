"""Times the start of an interpreter, with and without the environment that this program was given when it was traced.

    forkscope record -- python3 time_starts.py CODE ENVIRONMENT ROUNDS SECONDS

ENVIRONMENT is a JSON file with the untraced environment. Runs inside a traced program, because what the environment of a
traced program points to is only there while its run goes on. The three arms take turns in an order that rotates; no round is
begun after so many SECONDS.
"""

import json
import os
import sys
import time


def start(environment, code):
    words = [sys.executable, "-c", code]
    begin = time.perf_counter_ns()
    child = os.posix_spawn(sys.executable, words, environment)
    _, status = os.waitpid(child, 0)
    milliseconds = (time.perf_counter_ns() - begin) / 1e6
    if status != 0:
        sys.exit("python -c %r ended with wait status %d" % (code, status))
    return milliseconds


def main():
    code, environment, rounds, seconds = sys.argv[1:]
    with open(environment) as file:
        untraced = json.load(file)
    arms = [("untraced", untraced), ("control", untraced), ("traced", dict(os.environ))]
    samples = {name: [] for name, _ in arms}
    for name, arm in arms:
        start(arm, code)  # The first of each warms the caches of files and of compiled modules.
    deadline = time.monotonic() + float(seconds)
    for turn in range(int(rounds)):
        if time.monotonic() > deadline:
            break
        for step in range(len(arms)):
            name, arm = arms[(turn + step) % len(arms)]
            samples[name].append(start(arm, code))
    print(json.dumps(samples))


if __name__ == "__main__":
    main()
