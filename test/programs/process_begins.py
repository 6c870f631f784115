"""Every way in which a process begins: forked, started as a program, from a shell, as a daemon.

The program starts one process after the other, each in another way, and waits for it. Two
things decide how it looks afterwards: whether the child goes on running this program (a
fork) or a fresh one, and whether Forkscope's probe is inside. It is in a Python program;
not in a shell, in `sleep`, or in a Python that was started with -I and ignores its
environment: those are only observed from outside, and so are their children.

In Forkscope: the tree, with the line that made each process; the programs that one process
ran after another; a daemon whose parent has ended, marked as an orphan.
"""

import os
import subprocess
import sys
import time

NAP = "0.12"
LONG_NAP = "0.3"  # To be observed from outside, which looks now and then.
SLEEP = "import time; time.sleep(0.12)"


def wait_for(pid):
    return os.waitpid(pid, 0)[1] >> 8


def forked():
    pid = os.fork()  # forks
    if pid == 0:
        os._exit(11)
    return wait_for(pid)


def forked_with_a_terminal():
    pid, terminal = os.forkpty()  # forks with a terminal
    if pid == 0:
        os._exit(12)
    code = wait_for(pid)
    os.close(terminal)
    return code


def forked_then_another_program():
    pid = os.fork()  # forks, to exec
    if pid == 0:
        try:
            os.execv("/nowhere/sleep", ["sleep", NAP])
        except FileNotFoundError:
            os.execvp("sleep", ["sleep", NAP])  # execs
    return wait_for(pid)


def daemonised():
    """The classic double fork: a session of its own, and a parent that ends at once."""
    reading, writing = os.pipe()
    pid = os.fork()  # forks the middle
    if pid == 0:
        os.setsid()
        middle = os.getpid()
        if os.fork() == 0:  # forks the daemon
            while os.getppid() == middle:
                time.sleep(0.01)
            time.sleep(0.1)
            os.write(writing, b"the daemon lives on")
            sys.exit(13)
        os._exit(0)
    wait_for(pid)
    os.close(writing)
    return os.read(reading, 100).decode()


def main():
    python = sys.executable
    print("fork:", forked())
    print("forkpty:", forked_with_a_terminal())
    print("fork and exec:", forked_then_another_program())
    print("subprocess:", subprocess.Popen([python, "-c", SLEEP]).wait())  # starts a program
    print("subprocess with a preexec_fn:", subprocess.call(["sleep", NAP], preexec_fn=os.getpid))  # starts it by fork
    print("posix_spawn:", wait_for(os.posix_spawnp("sleep", ["sleep", NAP], os.environ)))  # spawns
    print("os.spawnvp:", os.spawnvp(os.P_WAIT, "sleep", ["sleep", NAP]))  # spawns the old way
    print("os.system:", os.system("sleep %s; exit 3" % LONG_NAP) >> 8)  # asks a shell
    with os.popen("sleep %s; echo from the shell" % NAP) as output:  # reads from a shell
        print("os.popen:", output.read().strip())
    print("a pipeline:", subprocess.call("sleep %s | cat; exit 4" % NAP, shell=True))  # runs a pipeline
    isolated = "import subprocess; subprocess.call(['sleep', '%s'])" % LONG_NAP
    print("isolated:", subprocess.call([python, "-I", "-c", isolated]))  # starts without the probe
    print("daemonised:", daemonised())


if __name__ == "__main__":
    main()
