"""Where in the user's program a call comes from.

The site of a call is the innermost frame that is the user's own: neither ours nor the standard library's nor an
installed package's. Nearly every call that matters comes straight from such a frame, so the wrappers look up the
calling instruction, `places`, and only walk the stack where that frame is somebody else's.
"""
import os
import sys
from itertools import accumulate, count
from time import monotonic_ns

from ._arena import write
from ._schema import FLAG_DEBUGGER, FLAG_FOREIGN, SITE, SITE_RECORD
from ._text import text_number, without_debugger

# DEBUGGER: pydevd and debugpy, wherever they stand. RUNNER: what of them runs the user's program, and so is below all of it.
STANDARD, USER, PROBE, LOOP, DEBUGGER, RUNNER = range(6)
_LOOP_CALLBACKS = ("_read_ready", "_write_ready", "_write_send", "_sendto_ready", "_accept_connection", "_read_from_self")
_REMEMBERED = 16384
# Of one function numbered in advance.
_MOST_LINES = 256

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_INSTALLED = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
# The name of code that stands in for a line of the user's (see _process).
OUR_NAME = "<forkscope>"

_DEBUGGER_FOLDERS = frozenset((
    "_pydev_bundle", "_pydev_runfiles", "_pydevd_bundle", "_pydevd_frame_eval", "_pydevd_sys_monitoring", "_debug_adapter",
    "pydevd_attach_to_process", "pydevd_concurrency_analyser", "pydevd_plugins",
))
_DEBUGGER_FILES = frozenset(("pydevd.py", "pydevd_file_utils.py", "pydevd_tracing.py"))
_DEBUGGER_PATCHES = frozenset(("pydev_monkey.py", "pydev_monkey_qt.py", "pydev_import_hook.py"))
_DEBUGGER_RUNNERS = frozenset(("pydevd_runpy.py", "_pydev_execfile.py"))

_numbers = count(1)
# (code's id, instruction) → (site, flags), where whoever called that code makes no difference.
places = {}
# (code's id, line) → site.
_sites = {}
# Code's id → (whose it is, the code itself so that its id is never another's).
_verdicts = {}
# The ids of those codes that are neither the user's nor a loop's.
_passed = set()
_start_directory = ""
_is_helper = False


def begin(command):
    global _start_directory, _is_helper
    # multiprocessing starts its servers and spawned children with -c and a line of its own.
    _is_helper = any(without_debugger(argument).startswith("from multiprocessing.") for argument in command)
    try:
        _start_directory = os.getcwd()
    except OSError:
        pass  # It has been deleted.


def place_of(frame):
    """(site, flags) of a call made by this frame."""
    called = frame
    # Code that is neither the user's nor a loop's is passed by: an asyncio stream has two functions of it.
    while id(frame.f_code) in _passed:
        frame = frame.f_back
        if frame is None:
            return _walk(called)
    code = frame.f_code
    key = (id(code), frame.f_lasti)
    place = places.get(key)
    if place is not None:
        return place if frame is called or not place[1] else _walk(called)
    verdict = whose(code)
    if frame is not called and verdict != USER:
        return _walk(called)
    if verdict == USER:
        place = (_sites.get((id(code), frame.f_lineno)) or _site(frame), 0)
    elif verdict == LOOP:
        place = (_site(frame), FLAG_FOREIGN)
    elif verdict == DEBUGGER:
        place = (_site(frame), FLAG_FOREIGN | FLAG_DEBUGGER)
    else:
        return _walk(frame)
    if len(places) >= _REMEMBERED:
        places.clear()  # A program that compiles code as it goes.
    places[key] = place
    return place


def is_certain(frame):
    """Whether a call made by this frame has one site, whoever called the frame."""
    return whose(frame.f_code) in (USER, LOOP, DEBUGGER)


def is_loops(frame):
    return whose(frame.f_code) == LOOP


def is_debuggers(code):
    return whose(code) == DEBUGGER


def is_passed(code):
    return id(code) in _passed


def _walk(frame):
    first = None
    while frame is not None:
        code = frame.f_code
        known = _verdicts.get(id(code))
        verdict = known[0] if known is not None else whose(code)
        if verdict == USER:
            return place_of(frame)
        if verdict == DEBUGGER:
            return (_site(frame), FLAG_FOREIGN | FLAG_DEBUGGER)  # What it does on the way is not the doing of the user's line behind it.
        if first is None and verdict != PROBE:
            first = frame
        if verdict in (LOOP, RUNNER):
            break
        frame = frame.f_back
    if first is None:
        return (0, FLAG_FOREIGN)
    return (_site(first), FLAG_FOREIGN)


def is_ours(code):
    return whose(code) == PROBE


def is_users(code):
    return whose(code) == USER


def site_of_code(code, name):
    """(site, flags) of a function's first line; None where it is not the user's."""
    if whose(code) != USER:
        return None
    key = (id(code), 0)
    number = _sites.get(key)
    if number is None:
        number = _sites[key] = _define(code, code.co_firstlineno, name)
    return number, 0


def define_lines(code, name):
    """Number a function's lines where they are the user's, for forked children that would each do so by themselves."""
    if whose(code) != USER:
        return
    for line in sorted(_lines_of(code))[:_MOST_LINES]:
        if (id(code), line) not in _sites:
            _sites[id(code), line] = _define(code, line, name)


def _lines_of(code):
    if sys.version_info >= (3, 10):
        return {line for _, _, line in code.co_lines() if line}
    # Objects/lnotab_notes.txt: every second byte is a step of lines, with a sign.
    return set(accumulate((step - 256 if step > 127 else step for step in code.co_lnotab[1::2]), initial=code.co_firstlineno))


def whose(code):
    known = _verdicts.get(id(code))
    if known is None:
        if len(_verdicts) >= _REMEMBERED:
            _verdicts.clear()
            _sites.clear()
            _passed.clear()
            places.clear()
        known = _verdicts[id(code)] = (_judge(code), code)
        if known[0] in (STANDARD, PROBE):
            _passed.add(id(code))
    return known[0]


def _judge(code):
    if code.co_name == OUR_NAME:
        return PROBE
    name = code.co_filename
    if name.startswith("<frozen ") or name == "<string>" and _is_helper:
        return STANDARD
    path = _absolute(name)
    if path.startswith(HERE):
        return PROBE
    verdict = _of_debugger(path, code.co_name)
    if verdict is not None:
        return verdict
    if any(part in path for part in _INSTALLED):
        return STANDARD
    if path.startswith(LIBRARY):
        return LOOP if _is_loop(path, code.co_name) else STANDARD
    return USER


def _of_debugger(path, function):
    """Of pydevd's and debugpy's files their verdict. They may be installed, or come with an editor's extension."""
    folders, _, file = path.rpartition("/")
    folder = folders.rpartition("/")[2]
    if folder in _DEBUGGER_FOLDERS:
        # What it has put around functions of the library is called by the user's line, through it.
        return STANDARD if file in _DEBUGGER_PATCHES else RUNNER if file in _DEBUGGER_RUNNERS else DEBUGGER
    if file in _DEBUGGER_FILES:
        return RUNNER if function == "_exec" else DEBUGGER
    module = sys.modules.get("debugpy")
    if module is not None and "/debugpy/" in path:
        place = getattr(module, "__file__", None)
        if isinstance(place, str) and os.path.normpath(path).startswith(os.path.dirname(os.path.normpath(place)) + "/"):
            return DEBUGGER
    return None


def _is_loop(path, function):
    """An event loop's callback has no caller of the user's: the line that once started the loop does not receive."""
    folder, _, file = path.rpartition("/")
    if not folder.endswith("/asyncio"):
        return False
    if file == "selector_events.py":
        return function.startswith(_LOOP_CALLBACKS)
    return (file, function) in (("events.py", "_run"), ("base_events.py", "_run_once"))


def _absolute(name):
    # Not os.path.isabs: a debugger that steps into a call of ours would step into that.
    if name.startswith(("<", "/")):
        return name
    return os.path.normpath(os.path.join(_start_directory, name))


def _site(frame):
    return site_of_line(frame, frame.f_lineno or 0)


def site_of_line(frame, line):
    code = frame.f_code
    key = (id(code), line)
    number = _sites.get(key)
    if number is None:
        number = _sites[key] = _define(code, line, _qualified_name(frame))
    return number


def _define(code, line, name):
    file = text_number(_absolute(code.co_filename))
    function = text_number(name)
    number = next(_numbers)
    write(SITE_RECORD.pack_into, monotonic_ns(), number, file, function, line, 0, SITE)
    return number


def _qualified_name(frame):
    code = frame.f_code
    name = getattr(code, "co_qualname", None)  # 3.11
    return name if name is not None else _search(code, frame.f_globals) or code.co_name


def _search(code, namespace):
    """Class.method for a method of one of the module's classes; reads dictionaries only, so nothing can notice."""
    for value in list(namespace.values()):
        if type(value) is type and value.__module__ == namespace.get("__name__"):
            found = _search_class(code, value)
            if found:
                return found
    return None


def _search_class(code, owner):
    for value in list(vars(owner).values()):
        function = getattr(value, "__func__", value) if isinstance(value, (staticmethod, classmethod)) else value
        if type(function) is type(_search_class):
            if is_ours(function.__code__):
                function = vars(function).get("__wrapped__", function)
            if getattr(function, "__code__", None) is code:
                return function.__qualname__
        if type(value) is type and value is not owner and value.__qualname__.startswith(owner.__qualname__ + "."):
            found = _search_class(code, value)
            if found:
                return found
    return None


def here():
    """(site, flags) of whoever called into the probe."""
    return place_of(sys._getframe(1))
