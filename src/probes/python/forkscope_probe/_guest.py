"""How calls are wrapped without the program noticing, and what happens when the probe itself is at fault.

A method that is looked up on a class is replaced by a function. A built-in function is replaced by a StandIn:
a function would not do, because kept in a class it becomes a method, which a built-in does not (selectors keeps
select.select like that).
"""
import errno
import sys

from . import _arena, _tracebacks
from ._sites import is_ours

# As `types` has it, which every start would have to read.
BuiltinFunctionType = type(len)
_MethodDescriptorType = type(str.join)

# C's methods have no more than these: to find that one is missing costs a microsecond.
_OF_DESCRIPTORS = ("__name__", "__qualname__", "__doc__")
_SAID = (*_OF_DESCRIPTORS, "__module__", "__annotations__")

_replaced = []
_missing = object()
# Whether a bare raise goes on with the exception's own __traceback__.
_unlinks = sys.version_info >= (3, 11)


def replace(owner, name, replacement):
    """Put a replacement in an attribute's place, to be taken back when the probe is turned off."""
    _replaced.append((owner, name, vars(owner).get(name, _missing), replacement))
    setattr(owner, name, replacement)


def wrap_method(owner, name, make):
    """Replace a class's method, its own or an inherited one, by make(original)."""
    original = getattr(owner, name, None)
    if original is not None:
        replace(owner, name, disguise(make(original), original))


def wrap_function(module, name, make):
    """Replace a module's function by make(original), also in the module that it comes from (os.fork is posix.fork)."""
    original = vars(module).get(name)
    if isinstance(original, BuiltinFunctionType):
        stand_in = make_stand_in(make(original), original)
        replace(module, name, stand_in)
        home = sys.modules.get(original.__module__)
        if home is not None and vars(home).get(name) is original:
            replace(home, name, stand_in)
    elif original is not None:
        replace(module, name, disguise(make(original), original))


def disguise(function, original):
    """Let the replacement say the original's name, documentation and signature."""
    for name in _OF_DESCRIPTORS if type(original) is _MethodDescriptorType else _SAID:
        try:
            setattr(function, name, getattr(original, name))
        except (AttributeError, TypeError):
            pass
    function.__wrapped__ = original
    _tracebacks.originals.add(id(getattr(original, "__code__", None)))
    return function


class StandIn:
    """Looks like a built-in function to whoever asks: repr, isinstance, signature, pickling, no binding.

    What is called is the function in the slot: a class for each, with a method of its own, would take 20 µs to make
    and memory that every forked child has to copy.
    """

    __slots__ = ("__call__", "__dict__", "__weakref__")
    __class__ = property(lambda self: BuiltinFunctionType)

    def __repr__(self):
        return repr(self.__wrapped__)

    # Built-ins are members of sets: os.execve in os.supports_fd.
    def __eq__(self, other):
        return other is self or self.__wrapped__ == other

    def __hash__(self):
        return hash(self.__wrapped__)

    def __reduce__(self):
        return self.__wrapped__.__name__  # pickle looks the name up in __module__.

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


def make_stand_in(function, original, kind=StandIn):
    stand_in = kind()
    stand_in.__call__ = function
    attributes = vars(stand_in)
    attributes["__wrapped__"] = original
    for name in ("__module__", "__name__", "__qualname__", "__doc__", "__text_signature__", "__self__"):
        attributes[name] = getattr(original, name, None)
    return stand_in


# ── observing ─────────────────────────────────────────────────────────────────────────────────────────────────


def observe(original, before, after):
    """The original with before(arguments) in front of it and after(state, result, failure) behind it.

    `failure` is minus errno where the original raised, else None. For every call that is not so frequent that this
    indirection would be felt; the frequent ones are written out in _sockets.
    """

    def observed(*arguments, **keywords):
        ours = None
        try:
            state = before(*arguments, **keywords)
        except BaseException as error:
            ours = error
        if ours is not None:
            try:
                return unobserved(ours, original, arguments, keywords)
            except BaseException as error:
                failure_of(error)
                raise
        try:
            result = original(*arguments, **keywords)
        except BaseException as error:
            guarded_failure(error, after, state, None, failure_of(error))
            # An exception that somebody keeps leads to the frames that were called from here, and they to this one.
            arguments = keywords = state = None
            raise
        try:
            guarded(after, state, result, None)
            return result
        finally:
            arguments = keywords = state = result = None

    return observed


def unobserved(error, original, arguments, keywords):
    """Make a call that the probe could not look at. Where the call fails too, its arguments were bad, and not we."""
    if not is_our_fault(error):
        raise error
    try:
        result = original(*arguments, **keywords)
    except BaseException as failure:
        failure_of(failure)
        error.__traceback__ = None  # The caller's frame keeps the error: a circle, with the arguments in it.
        raise
    turn_off(error)
    return result


def blame(error):
    """Something was raised in our code behind a call that worked: the program's own goes on its way."""
    if not is_our_fault(error):
        raise error
    turn_off(error)


def guarded(function, *arguments):
    try:
        function(*arguments)
    except BaseException as error:
        if not is_our_fault(error):
            raise
        turn_off(error)


def guarded_failure(failure, function, *arguments):
    """As guarded, for what is recorded of a failed call; arguments that the call refused may be too much for us too."""
    try:
        function(*arguments)
    except BaseException as error:
        if not is_our_fault(error):
            raise
        if not isinstance(failure, (TypeError, ValueError, OverflowError)):
            turn_off(error)


def failure_of(error):
    """Minus errno for an exception of the original call; it passes through our frames, so those must be hidden.

    To be called in the except clause that raises it again: from 3.11 on that clause's frame is then in no traceback. Before,
    the interpreter keeps the traceback apart from the exception, and the hooks take the frame out.
    """
    _tracebacks.install_hooks()
    if _unlinks:
        entry = error.__traceback__
        while entry is not None and is_ours(entry.tb_frame.f_code):
            entry = error.__traceback__ = entry.tb_next
    if not isinstance(error, Exception):
        return -errno.EINTR
    if not isinstance(error, OSError):
        return -errno.EINVAL
    kind = type(error)
    if kind.__module__ == "ssl":  # Their errno is OpenSSL's.
        return -errno.EAGAIN if kind.__name__ in ("SSLWantReadError", "SSLWantWriteError") else -errno.EPROTO
    number = error.errno
    if isinstance(number, int) and 0 < number < 0x7FFFFFFF:
        return -number
    # Before 3.10 socket.timeout is a class of its own, and neither it nor its successor has a number here.
    return -errno.ETIMEDOUT if kind.__name__ in ("timeout", "TimeoutError") else -errno.EINVAL


# ── faults ────────────────────────────────────────────────────────────────────────────────────────────────────


def is_our_fault(error):
    """False: a signal handler of the program's ran in the middle of our code and raised; that is its own business."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last is not None and is_ours(last.tb_frame.f_code) and not isinstance(error, KeyboardInterrupt)


def turn_off(error):
    """Leave this process alone from now on, and say why in the log."""
    if _arena.process.off or isinstance(error, (RecursionError, MemoryError)):
        return  # The latter say nothing about us.
    try:
        _write_fault(error)
    except Exception:
        pass
    _arena.turn_off()
    for owner, name, original, replacement in reversed(_replaced):
        try:
            if vars(owner).get(name) is not replacement:
                continue
            if original is _missing:
                delattr(owner, name)
            else:
                setattr(owner, name, original)
        except Exception:
            pass
    _replaced.clear()


def _write_fault(error):
    from ._schema import FAULT, FAULT_RECORD
    from ._text import text_number

    position = error.__traceback__
    while position.tb_next is not None:
        position = position.tb_next
    where = "%s, line %d" % (position.tb_frame.f_code.co_name, position.tb_lineno)
    message = text_number("%s: %s (%s)" % (type(error).__name__, error, where))
    _arena.write(FAULT_RECORD.pack_into, _arena.monotonic_ns(), message, 0, FAULT)
