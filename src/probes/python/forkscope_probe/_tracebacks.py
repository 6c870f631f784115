"""Keeps our frames out of what the program prints and of what it traces.

A wrapper is a Python frame, so an exception that passes through it has a traceback entry the untraced program would
not print. The entry can't be avoided, but it can be unlinked before anybody shows it: in the functions of `traceback`
that walk frames, and, once an exception has really passed through us, in the interpreter's own hooks. These changes
stay when the probe is turned off: wrappers that the program holds are still called.
"""
import sys
from types import TracebackType

from ._sites import HERE, LIBRARY, OUR_NAME, is_ours

_hooks_installed = False
# The ids of the code of library functions that are wrapped: what ours call for the program.
originals = set()
# From a function of the library's that ours call to the ones that it calls in turn.
_DEEPEST = 8
_LIBRARIES = (LIBRARY, "<frozen ")


def clean(traceback):
    """The traceback without our frames. Entries are unlinked in place: the exception's other readers gain too."""
    while traceback is not None and is_ours(traceback.tb_frame.f_code):
        traceback = traceback.tb_next
    entry = traceback
    while entry is not None:
        following = entry.tb_next
        while following is not None and is_ours(following.tb_frame.f_code):
            following = entry.tb_next = following.tb_next
        entry = following
    return traceback


def clean_exception(error):
    """Clean an exception and all that it came from."""
    seen = set()
    waiting = [error]
    while waiting:
        error = waiting.pop()
        if not isinstance(error, BaseException) or id(error) in seen:
            continue
        seen.add(id(error))
        cleaned = clean(error.__traceback__)
        if cleaned is not error.__traceback__:
            error.__traceback__ = cleaned
        waiting += (error.__cause__, error.__context__)
        waiting += getattr(error, "exceptions", None) or () if isinstance(error, _groups) else ()


_groups = (BaseExceptionGroup,) if sys.version_info >= (3, 11) else ()


def patch_traceback(module):
    """For traceback.py, and with it logging, unittest and most others."""
    from ._guest import disguise

    def cleaning(original):
        def walk(tb):
            return original(clean(tb))
        return disguise(walk, original)

    for name in ("walk_tb", "_walk_tb_with_full_positions"):
        original = getattr(module, name, None)
        if original is not None:
            setattr(module, name, cleaning(original))

    walk_stack = module.walk_stack

    def walk(f):
        # Given no frame, the original counts callers down from itself when it is first asked: no frame of ours may stand between.
        return filter(_is_programs, walk_stack(f))

    module.walk_stack = disguise(walk, walk_stack)


def _is_programs(pair):
    return not is_ours(pair[0].f_code)


def install_hooks():
    """Clean what the interpreter prints by itself. Called when an exception first passes through one of our frames."""
    global _hooks_installed
    if _hooks_installed:
        return
    _hooks_installed = True
    if sys.excepthook is sys.__excepthook__:
        hook = _cleaning_excepthook(sys.excepthook)
        sys.__excepthook__ = hook
        sys.excepthook = hook
    if sys.unraisablehook is sys.__unraisablehook__:
        hook = _cleaning_argument_hook(sys.unraisablehook)
        sys.__unraisablehook__ = hook
        sys.unraisablehook = hook
    threading = sys.modules.get("threading")
    original = getattr(threading, "excepthook", None)
    if original is not None and getattr(original, "__module__", "") in ("_thread", "threading"):
        hook = _cleaning_argument_hook(original)
        if getattr(threading, "__excepthook__", None) is original:
            threading.__excepthook__ = hook
        threading.excepthook = hook


def _clean_given(traceback):
    return clean(traceback) if type(traceback) is TracebackType else traceback


def _cleaning_excepthook(original):
    from ._guest import make_stand_in

    def excepthook(kind, value, traceback, /):
        clean_exception(value)
        return original(kind, value, _clean_given(traceback))

    return make_stand_in(excepthook, original)


def _cleaning_argument_hook(original):
    """For the hooks that take one argument with exc_type, exc_value and exc_traceback, whose fields can't be set."""
    from ._guest import make_stand_in

    def hook(argument, /):
        # Given something else, the original says what is wrong.
        clean_exception(getattr(argument, "exc_value", None))
        _clean_given(getattr(argument, "exc_traceback", None))
        try:
            return original(argument)
        except BaseException as error:
            _failure_of(error)
            raise

    return make_stand_in(hook, original)


# ── tracing ───────────────────────────────────────────────────────────────────────────────────────────────────


class _Tracer:
    """A trace function of the program's (a debugger's, a coverage tool's), which is not shown our frames.

    It is called where a function is entered; what it returns there is called for the function's lines, and that is its own.
    """

    __slots__ = ("function",)

    def __init__(self, function):
        self.function = function

    def __call__(self, frame, event, argument, /):
        if _is_hidden(frame):
            return None
        try:
            return self.function(frame, event, argument)
        except BaseException as error:
            _failure_of(error)
            raise


def _is_hidden(frame):
    """Whether a function is ours, or one of the library's that was called by ours for our own purposes."""
    for _ in range(_DEEPEST):
        code = frame.f_code
        # Not is_ours, which keeps the codes that it has seen.
        if code.co_filename.startswith(HERE) or code.co_name == OUR_NAME:
            return True
        if id(code) in originals or not code.co_filename.startswith(_LIBRARIES):
            return False
        frame = frame.f_back
        if frame is None:
            return False
    return False


def install():
    global _failure_of
    from ._guest import failure_of, wrap_function

    _failure_of = failure_of
    for name in ("settrace", "_settraceallthreads"):  # The latter from 3.12 on.
        wrap_function(sys, name, _setting_trace)
    wrap_function(sys, "gettrace", _getting_trace)


def _setting_trace(original):
    def settrace(*arguments):
        try:
            if len(arguments) == 1 and arguments[0] is not None:
                return original(_Tracer(arguments[0]))
            return original(*arguments)
        except BaseException as error:
            _failure_of(error)
            raise

    return settrace


def _getting_trace(original):
    def gettrace(*arguments):
        try:
            tracer = original(*arguments)
        except BaseException as error:
            _failure_of(error)
            raise
        return tracer.function if type(tracer) is _Tracer else tracer

    return gettrace
