"""A program in the shape that the first argument names, which does not want to be stopped. Says "there" when it is."""

import os
import signal
import subprocess
import sys
import time


def say_there():
    sys.stdout.write("there\n")
    sys.stdout.flush()


def sleep_on():
    while True:
        time.sleep(60)


def daemonises():
    """Double fork, a session of its own, the root ends: nobody's child carries on."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        os.read(reading, 1)
        say_there()
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    os.write(writing, b"x")
    sleep_on()


def ignores():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.fork()
    say_there()
    sleep_on()


def forks_in_a_loop():
    """Hands itself on to a child every few milliseconds and takes no notice of SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say_there()
    while True:
        if os.fork():
            time.sleep(0.002)
            os._exit(0)


def breeds():
    """A parent that has children as fast as they die."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    say_there()
    while True:
        if os.fork() == 0:
            time.sleep(0.05)
            os._exit(0)
        time.sleep(0.005)


def in_new_groups():
    for _ in range(3):
        if os.fork() == 0:
            os.setpgid(0, 0)
            sleep_on()
    say_there()
    sleep_on()


def respawns():
    """A supervisor that starts its worker again whenever it ends."""
    said = False
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
        if not said:
            say_there()
        said = True
        worker.wait()


def behind_shells():
    subprocess.Popen("sleep 60 | (trap '' TERM; sleep 60; true) & nohup sleep 60 >/dev/null 2>&1 &", shell=True)
    say_there()
    sleep_on()


def stopped():
    child = os.fork()
    if child == 0:
        sleep_on()
    os.kill(child, signal.SIGSTOP)
    say_there()
    sleep_on()


{
    "daemonises": daemonises, "ignores": ignores, "forks-in-a-loop": forks_in_a_loop, "breeds": breeds,
    "in-new-groups": in_new_groups, "respawns": respawns, "behind-shells": behind_shells, "stopped": stopped,
}[sys.argv[1]]()
