"""What is known of a wait when it begins: whether it ends by itself, and whether a signal handler may end it."""
import sys

from ._schema import HINT_HANDLERS, HINT_TIMED

_SIGNALS = __package__ + "._signals"


def hints_now(timed):
    """Bits of `lockHints` that hold for a wait of any kind."""
    hints = HINT_TIMED if timed else 0
    signals = sys.modules.get(_SIGNALS)
    if signals is not None and signals.has_handlers:
        hints |= HINT_HANDLERS
    return hints
