"""Names in the log: each text is written once and then known by its number.

The numbers are the process's own. A forked child goes on counting where its parent stood and may use every
number that was defined before the fork; that is why a number enters the table only after its definition is written.
"""
import os
from itertools import count
from time import monotonic_ns

from ._arena import write
from ._schema import TEXT, TEXT_RECORD

# As in the observer (src/engine/observerLog.ts): both say the same of a command.
_LONGEST = 4096
_MARK = "\u2026".encode("utf-8")
_PART = 36
_REMEMBERED = 16384

_numbers = count(1)
_known = {}


def text_number(text):
    """The number of a text, which is defined in the log by now."""
    number = _known.get(text)
    if number is None:
        number = _define(text)
        if len(_known) >= _REMEMBERED:
            _known.clear()  # Thread names may never repeat; defining a text twice does no harm.
        _known[text] = number
    return number


def _define(text):
    data = text.encode("utf-8", "backslashreplace")
    if len(data) > _LONGEST:
        data = data[:_LONGEST - len(_MARK)].decode("utf-8", "ignore").encode("utf-8") + _MARK
    number = next(_numbers)
    now = monotonic_ns()
    total = len(data)
    for part in range(max(1, -(-total // _PART))):
        piece = data[part * _PART:(part + 1) * _PART]
        write(TEXT_RECORD.pack_into, now, number, total, part, len(piece), piece, 0, TEXT)
    return number


def command_number(arguments):
    """A command's number: its arguments joined by NUL."""
    try:
        return text_number("\0".join(_without_tokens([os.fsdecode(argument) for argument in arguments])))
    except TypeError:
        return 0  # Not a command: the call is going to fail.


# ── commands of a debugger ────────────────────────────────────────────────────────────────────────────────────
#
# debugpy starts the program as `python …/debugpy --connect … --adapter-access-token HEX PROGRAM`, its children as `python …/pydevd.py
# … --client-access-token HEX --file PROGRAM`, or with -c and the words below before the program's own. Who has such a token can make the
# debugger do anything, so it is kept out of the log. (src/model/debuggerCommand.ts and src/engine/observerDebugger.ts know the same.)

_SETTRACE = "pydevd.settrace("
_END_OF_CALL = "); "
_TOKEN_MARKS = ("access_token=", "access-token': ")


def without_debugger(code):
    """What is the program's own of the code behind -c."""
    start = code.find(_SETTRACE)
    end = code.find(_END_OF_CALL, start) if start >= 0 else -1
    return code[end + len(_END_OF_CALL):] if end >= 0 else code


def _without_tokens(arguments):
    if not any("pydevd" in argument or "debugpy" in argument for argument in arguments):
        return arguments
    kept, secret = [], False
    for argument in arguments:
        option, equals, _ = argument.partition("=")
        is_token = option.startswith("--") and option.endswith("access-token")
        kept.append("\u2026" if secret else option + "=\u2026" if is_token and equals else _without_quoted_tokens(argument))
        secret = is_token and not equals
    return kept


def _without_quoted_tokens(code):
    for mark in _TOKEN_MARKS:
        first, *others = code.split(mark)
        code = mark.join([first, *map(_without_quoted, others)])
    return code


def _without_quoted(text):
    """What follows a mark: its value between quotes is left out."""
    quote = text[:1]
    end = text.find(quote, 1) if quote in ("'", '"') and quote else -1
    return text if end < 0 else quote + "\u2026" + text[end:]
