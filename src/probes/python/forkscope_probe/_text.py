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
        return text_number("\0".join(os.fsdecode(argument) for argument in arguments))
    except TypeError:
        return 0  # Not a command: the call is going to fail.
