"""Asks a lock everything that programs ask one: the program's own locks are stand-ins while it is traced."""
import _thread
import contextlib
import copy
import functools
import pickle
import signal
import sys
import threading
import typing
import weakref


def attempt(function, *arguments, **keywords):
    try:
        print("  ", function(*arguments, **keywords))
    except Exception as error:
        print("  ", type(error).__name__, error)


def release(lock):
    try:
        lock.release()
    except RuntimeError as error:
        print("  ", error)


def ask(make, native, plain):
    lock = make()
    print(make.__name__, type(lock), type(lock).__name__, type(lock).__module__, lock.__class__, type(lock) == native)
    print(isinstance(lock, native), isinstance(plain, type(lock)), {native: "found"}.get(type(lock)), dir(lock) == dir(plain))
    print(repr(lock).split(" at ")[0], hex(id(lock)) in repr(lock), bool(lock), callable(lock), lock == make())
    with lock as entered:
        print(entered, repr(lock).split("owner")[0].split(" at ")[0])
    for arguments in ((), (False,), (True, 0.01), (False, 1), (True, -5), ("x",), (True, "x"), (True, 1e300), (True, 0), (1, None)):
        attempt(lock.acquire, *arguments)
        release(lock)
    attempt(lock.acquire, blocking=False)
    attempt(lock.acquire, timeout=0.01)
    release(lock)
    for name in ("locked", "_is_owned", "acquire_lock", "locked_lock", "release_lock", "_at_fork_reinit", "nothing"):
        print(name, hasattr(lock, name))
    attempt(setattr, lock, "attribute", 1)
    attempt(getattr, lock, "attribute")
    attempt(vars, lock)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        attempt(pickle.dumps, lock, protocol)
        print(pickle.loads(pickle.dumps(make, protocol)).__name__)
    attempt(copy.copy, lock)
    attempt(copy.deepcopy, lock)
    release(lock)
    with contextlib.ExitStack() as stack:
        print(stack.enter_context(lock), lock.acquire(False))
    release(lock)
    condition = threading.Condition(lock)
    with condition:
        condition.notify_all()
        print(condition.wait(0.01), isinstance(lock, contextlib.AbstractContextManager))
    attempt(condition.notify)
    print(typing.Optional[make], callable(make), make.__module__, make.__qualname__)
    attempt(make, 1)

    @functools.singledispatch
    def kind(thing):
        return "something"

    kind.register(native, lambda thing: "a lock")
    print(kind(lock))
    reference = weakref.ref(lock)
    del lock, condition
    print(reference())


def subclass():
    class Sub(type(threading.RLock())):
        def __enter__(self):
            print("entering")
            return super().__enter__()

    lock = Sub()
    with lock as entered:
        print(entered, lock._is_owned(), isinstance(lock, _thread.RLock), type(lock).__name__)
    attempt(lambda: type("Sub", (type(threading.Lock()),), {}))


class Stop(Exception):
    pass


def stop(*_):
    raise Stop


def left_behind(lock):
    """How often a signal in the middle of a with statement leaves the lock held."""
    signal.signal(signal.SIGALRM, stop)
    count = 0
    for _ in range(200):
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.0002)
            while True:
                with lock:
                    pass
        except Stop:
            pass
        if repr(lock).startswith("<locked"):
            count += 1
            lock.release()
    return count


ask(threading.Lock, _thread.LockType, _thread.allocate_lock())
ask(threading.RLock, _thread.RLock, _thread.RLock())
subclass()
print(signal.getsignal(signal.SIGALRM), signal.signal(signal.SIGALRM, stop) is signal.SIG_DFL)
print(signal.getsignal(signal.SIGALRM) is stop, signal.signal(signal.SIGALRM, signal.SIG_DFL) is stop)
if sys.version_info >= (3, 10):  # Before, it happens to any lock.
    print("left behind:", left_behind(threading.Lock()), left_behind(threading.RLock()))
