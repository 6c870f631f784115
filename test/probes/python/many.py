"""Two thousand forks, from one thread and from several, and two hundred threads at once."""
import os
import threading


def fork_often(times):
    for number in range(times):
        child = os.fork()
        if child == 0:
            os._exit(number % 256)
        assert os.waitpid(child, 0) == (child, (number % 256) << 8)


def fork_with_thread():
    child = os.fork()
    if child == 0:
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
        os._exit(7)
    assert os.waitpid(child, 0)[1] == 7 << 8


def run(count, function, *arguments):
    threads = [threading.Thread(target=function, args=arguments) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def join(threads):
    for thread in threads:
        thread.join()


fork_often(1500)
join(run(5, fork_often, 96))
join(run(20, fork_with_thread))
may_end = threading.Event()
waiting = run(200, may_end.wait)
may_end.set()
join(waiting)
print("done")
