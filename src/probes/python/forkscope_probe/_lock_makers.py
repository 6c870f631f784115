"""Who wants a lock: the line that made it, which a finding names, and whether it is to be traced at all."""
from ._arena import process as _process
from ._schema import FLAG_FOREIGN
from ._sites import is_debuggers, is_users, place_of, places, site_of_line

# The namespaces of modules whose classes make a lock for whoever makes one of them, by their ids.
inner = set()
# Functions there whose locks are of no interest, a thread's own: id → code. To look up a code by itself takes its hash, of all it holds.
_own_affairs = {}
# (code's id, instruction) → (place, the code itself so that its id is never another's), of code that is not the user's.
_library_places = {}
_MOST_PLACES = 4096


def passed_by(module):
    """What this module's classes need locks for is whoever makes one of them."""
    inner.add(id(vars(module)))


def ignore_locks_of(function):
    code = getattr(function, "__code__", None)
    _own_affairs[id(code)] = code


def place_of_maker(frame):
    """(site, flags) of the code that wants a lock; None where it is to have a real one."""
    if _process.off:
        return None
    while id(frame.f_globals) in inner:
        if id(frame.f_code) in _own_affairs:
            return None
        frame = frame.f_back
        if frame is None:
            return None
    code = frame.f_code
    key = (id(code), frame.f_lasti)
    place = places.get(key)
    if place is not None:
        return place
    known = _library_places.get(key)
    if known is not None and known[1] is code:
        return known[0]
    if is_users(code):
        return place_of(frame)
    if is_debuggers(code):
        return None
    if len(_library_places) >= _MOST_PLACES:
        _library_places.clear()
    place = site_of_line(frame, frame.f_lineno or 0), FLAG_FOREIGN
    _library_places[key] = place, code
    return place
