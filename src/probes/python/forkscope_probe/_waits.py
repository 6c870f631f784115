"""Waits that are neither a socket's nor a process's: sleep."""
import time
from time import monotonic_ns

from ._arena import current_writer, write
from ._guest import observe, wrap_function
from ._schema import FLAG_BEGIN, SLEEP, SLEEP_RECORD
from ._sites import here

_pack = SLEEP_RECORD.pack_into


def install():
    wrap_function(time, "sleep", _sleeping)


def _sleeping(original):
    def before(seconds):
        if current_writer().quiet:
            return None
        site, flags = here()
        begin = monotonic_ns()
        write(_pack, begin, 0, 0, site, flags | FLAG_BEGIN, SLEEP)
        return begin, site, flags

    def after(state, result, failure):
        if state is None:
            return
        begin, site, flags = state
        write(_pack, begin, monotonic_ns(), failure or 0, site, flags, SLEEP)

    return observe(original, before, after)
