"""Process groups: to whom a signal goes that is sent to a group. A child is in its parent's, until somebody says otherwise."""
import os
from time import monotonic_ns

from ._arena import process, write
from ._guest import observe
from ._schema import PROCESS_GROUP, PROCESS_GROUP_RECORD


def write_group(pid, group):
    write(PROCESS_GROUP_RECORD.pack_into, monotonic_ns(), pid, group, 0, PROCESS_GROUP)


def _leading(original):
    """setsid and setpgrp: a group of its own."""

    def after(state, result, failure):
        if failure is None:
            write_group(process.id, process.id)

    return observe(original, lambda *arguments: None, after)


def _joining(original):
    def after(state, result, failure):
        pid, group = state
        if failure is None:
            pid = pid or process.id
            write_group(pid, group or pid)

    return observe(original, lambda pid, group: (pid, group), after)


def write_of_spawned(pid, new_session, group):
    """The program was started in a session of its own, or with a group to be put into (0: its own; None or -1: none)."""
    if new_session or group == 0:
        write_group(pid, pid)
    elif group is not None and group > 0:
        write_group(pid, group)


WRAPPERS = {"setsid": _leading, "setpgrp": _leading, "setpgid": _joining}
