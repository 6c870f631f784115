"""eventlet's own web server: one green thread for each connection, all on one thread."""
import eventlet

eventlet.monkey_patch()

import signal  # noqa: E402
import sys  # noqa: E402

from eventlet import wsgi  # noqa: E402
from wsgi_app import app  # noqa: E402

listener = eventlet.listen(("127.0.0.1", 0))
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
print("listening on 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
wsgi.server(listener, app, log_output=False)
