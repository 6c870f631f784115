"""The Forkscope probe for CPython: records who forks whom, which thread serves which connection, who waits for whom.

Reading order: _start (when it runs at all), _arena and _segments (how a record reaches the log), _text and _sites
(names and source lines), _guest and _tracebacks (how calls are wrapped without being noticed), _imports (when), then
one module per subject.
"""
