"""Polls without a timeout that find nothing, again and again: a loop that asks instead of waiting.

One of them is no event: an event loop looks whenever it has something else to do. They are counted, from one that finds something, or
may wait, to the next; and where that goes on, one record tells of all that there were in some fifty milliseconds.
"""
from ._arena import write
from ._schema import GLANCES, GLANCES_RECORD, LOOP_ROUNDS, LOOP_ROUNDS_RECORD
from ._sites import is_loops, is_passed, place_of

# After so many it is time to look at the time: a thousand a second is what is worth a word.
OFTEN = 32
_TOLD_AFTER = 50_000_000


class Vain:
    """How many there were since the last told ones, and when the first of them began."""

    __slots__ = ("count", "since")

    def __init__(self):
        self.count = self.since = 0


def tell_vain(vain, now, frame, registered, how):
    if now - vain.since < _TOLD_AFTER:
        return
    count, since, vain.count = vain.count, vain.since, 0
    loop = frame
    while loop.f_back is not None and is_passed(loop.f_code):
        loop = loop.f_back
    if is_loops(loop):  # asyncio's: it looks without waiting because a callback is ready to run.
        write(LOOP_ROUNDS_RECORD.pack_into, since, now, count, 0, LOOP_ROUNDS)
        return
    site, flags = place_of(frame)
    write(GLANCES_RECORD.pack_into, since, now, count, site, registered, how, flags, GLANCES)
