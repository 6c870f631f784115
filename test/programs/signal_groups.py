"""Signals to a whole group, by a descriptor, from a timer, from a broken pipe.

A process belongs to a group: its parent's, until it or its parent says otherwise. A shell gives each
pipeline one, which is how Ctrl-C ends all of it. kill(0, …) is for the sender's own group.

In Forkscope: an arrow from the line that sends to every process that got the signal, and to
nobody else. Signals of the kernel's (a timer's, a broken pipe's) have no arrow.
"""

import os
import signal
import subprocess
import sys


def wait_for_ever():
    while True:
        signal.pause()


def child(function, group=None):
    """A forked process: in its parent's group, in a new one (0), or in that one."""
    ready, tell = os.pipe()
    pid = os.fork()  # forks
    if pid == 0:
        if group is not None:
            os.setpgid(0, group)
        os.write(tell, b".")
        function()
        os._exit(0)
    os.close(tell)
    os.read(ready, 1)
    os.close(ready)
    return pid


def ended(pid):
    _, status = os.waitpid(pid, 0)
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def leads_a_group():
    """In a group of its own, with a child; the signal reaches both."""
    got = []
    signal.signal(signal.SIGUSR1, lambda *_: got.append(1))
    follower = child(wait_for_ever)
    os.kill(0, signal.SIGUSR1)  # sends to its own group
    os.kill(follower, signal.SIGTERM)  # ends its follower
    ended(follower)
    os._exit(len(got))


def breaks_a_pipe():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    ready, tell = os.pipe()
    os.close(ready)
    os.write(tell, b"nobody reads")  # breaks the pipe


def main():
    bystander = child(wait_for_ever)
    first = child(wait_for_ever, 0)
    second = child(wait_for_ever, first)
    os.killpg(first, signal.SIGTERM)  # sends to the group
    print("the group ended by:", ended(first), ended(second))

    print("a group of its own: handled", ended(child(leads_a_group, 0)))

    for method, number in ((subprocess.Popen.terminate, 15), (subprocess.Popen.kill, 9)):
        program = subprocess.Popen(["sleep", "60"])
        method(program)  # ends the program
        print("program ended by:", program.wait())
    apart = subprocess.Popen(["sleep", "60"], start_new_session=True)
    os.killpg(apart.pid, signal.SIGTERM)  # ends the program's session
    print("session ended by:", apart.wait())

    if hasattr(signal, "pidfd_send_signal"):  # 3.9
        descriptor = os.pidfd_open(bystander)
        signal.pidfd_send_signal(descriptor, signal.SIGTERM)  # sends by descriptor
        os.close(descriptor)
    else:
        os.kill(bystander, signal.SIGTERM)  # sends by number
    print("bystander ended by:", ended(bystander))

    print("broken pipe:", ended(child(breaks_a_pipe)))

    rings = []
    signal.signal(signal.SIGALRM, lambda *_: rings.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    while not rings:
        signal.pause()
    print("the timer rang")
    try:
        os.killpg(first, signal.SIGTERM)  # sends to nobody
    except ProcessLookupError:
        print("nobody is left in the group")


if __name__ == "__main__":
    sys.exit(main())
