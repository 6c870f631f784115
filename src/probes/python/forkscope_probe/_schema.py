"""Generated from src/protocol by the build; do not edit."""
from _struct import Struct

RECORD_BYTES = 64
CHUNK_BYTES = 4096
CHUNKS_PER_SEGMENT = 1024
CHUNKS_PER_PIECE = 16
SEGMENT_BYTES = 4194304
SEGMENT_FORMAT = 1
ARENA_BYTES = 24
CLAIMERS_OFFSET = 64
FLAG_BEGIN = 1
FLAG_FOREIGN = 2
FLAG_IN_PLACE = 4
FLAG_DEBUGGER = 8
WRITER_PYTHON = 1
WRITER_NODE = 2
WRITER_NATIVE = 3
WRITER_KERNEL = 4
EXIT_ATEXIT = 1
EXIT_OS_EXIT = 2
EXIT_FATAL = 3
POLL_SELECT = 1
POLL_POLL = 2
POLL_EPOLL = 3
POLL_KQUEUE = 4
LOCK_LOCK = 1
LOCK_RLOCK = 2
LOCK_CONDITION = 3
LOCK_SEMAPHORE = 4
LOCK_EVENT = 5
LOCK_QUEUE = 6
LOCK_BARRIER = 7
LOCK_PROCESS_LOCK = 8
LOCK_PROCESS_SEMAPHORE = 9
LOCK_FUTURE = 10
LOCK_QUEUE_PUT = 11
LOCK_QUEUE_JOIN = 12
LOCK_PROCESS_CONDITION = 13
LOCK_PROCESS_EVENT = 14
PHASE_SETUP = 1
PHASE_HANDLE = 2
PHASE_FINISH = 3
SOCKET_WAIT_PEEK = 1
SOCKET_WAIT_HANDSHAKE = 2
SOCKET_WAIT_UNWRAP = 3
CHANNEL_WAY_PIPE = 1
CHANNEL_WAY_FOUND_PIPE = 2
CHANNEL_WAY_FOUND_FIFO = 3
CHANNEL_END_READING = 1
CHANNEL_END_WRITING = 2
TASK_WAIT_FUTURE = 0
TASK_WAIT_TASK = 1
TASK_WAIT_EXECUTOR = 2
TASK_WAIT_RECEIVE = 3
TASK_WAIT_SEND = 4
TASK_WAIT_ACCEPT = 5
TASK_WAIT_CONNECT = 6
TASK_WAIT_SLEEP = 7
TASK_WAIT_LOCK = 8
TASK_WAIT_CONDITION = 9
TASK_WAIT_SEMAPHORE = 10
TASK_WAIT_EVENT = 11
TASK_WAIT_QUEUE = 12
TASK_WAIT_BARRIER = 13
TASK_WAIT_PROCESS = 14
TASK_END_DONE = 0
TASK_END_CANCELLED = 1
TASK_END_RAISED = 2
TASK_END_DROPPED = 3
GAP_GEVENT = 1
GAP_EVENTLET = 2
GAP_UVLOOP = 3
GAP_SUBINTERPRETER = 4
GAP_FREE_THREADED = 5
GAP_LIBRARY = 6
HINT_TIMED = 1
HINT_OWNED = 2
HINT_HANDLERS = 4
OWNER = 1
TEXT = 2
SITE = 3
FAULT = 4
LOST = 5
IMAGE = 10
FORKED = 11
EXIT = 12
FORK = 13
SPAWN = 14
EXEC = 15
WAIT_PROCESS = 16
KILL = 17
MULTIPROCESSING = 18
THREAD_START = 20
THREAD_BEGIN = 21
THREAD_END = 22
THREAD_COST = 24
JOIN_THREAD = 23
BIND = 31
LISTEN = 32
ACCEPT = 33
CONNECT = 34
ENDPOINTS = 35
RECEIVE = 36
SEND = 37
SHUTDOWN = 38
CLOSE = 39
RECEIVE_FROM = 40
SEND_TO = 41
DUPLICATE = 42
SOCKET_SEEN = 43
SOCKET_PAIR = 44
INHERIT_DESCRIPTOR = 45
HANDLER_PHASE = 46
SOCKET_WAIT = 47
POLL = 50
SLEEP = 51
LOCK = 52
WAKE = 53
SIGNAL_HANDLED = 54
SIGNAL_WAIT = 55
HELD_AT_FORK = 56
CHANNEL = 57
CHANNEL_READ = 58
CHANNEL_WRITE = 59
TASK = 70
TASK_WAIT = 71
TASK_END = 72
LOOP_TURN = 73
PROTOCOL = 74
GLANCES = 75
PROCESS_SEEN = 60
ZOMBIE_SEEN = 61
PROCESS_GONE = 62
REPARENTED = 63
ROOT_STARTED = 64
ROOT_ENDED = 65
THREAD_SEEN = 66
THREAD_GONE = 67
THREAD_SAMPLE = 68
QUEUE_LENGTH = 69
QUEUED_CLIENT = 80
QUEUED_CLIENT_GONE = 81
ALL_GONE = 83
CHANNEL_GIVEN = 85
CHANNEL_WAIT = 86
SYSTEM = 87
PROCESS_GROUP = 27
LOOP_RUN = 25
LOOP_ROUNDS = 26
DEBUG_SESSION = 90
DEBUG_STOP = 91
DEBUG_CONTINUE = 92
DEBUG_THREAD = 93
DEBUG_BREAKPOINT = 94
DEBUG_EXIT = 95
SUSPENDED = 96
GAP = 97
PROGRAM_SEEN = 98
ORPHAN_LEFT = 99
LOCK_RESET = 105
SEGMENT_MAGIC = "FSSEGMT\n"
ARENA_MAGIC = "FSARENA\n"
LEASE_FILE = "lease"
TOKEN_VARIABLE = "FORKSCOPE_RUN"

# Of whole records: time, the fields named beside them, flags, kind.
_FORMATS = {
    "OWNER_RECORD": "<QQIIIH30xHH",  # birth, process, thread, parent, writer
    "TEXT_RECORD": "<QIIII36sHH",  # id, total, part, length, bytes
    "SITE_RECORD": "<QIIII36xHH",  # id, file, functionName, line
    "FAULT_RECORD": "<QI48xHH",  # message
    "LOST_RECORD": "<QI48xHH",  # count
    "IMAGE_RECORD": "<QIIII36xHH",  # parent, command, executable, directory
    "FORKED_RECORD": "<QQIII32xHH",  # parentBirth, parent, parentThread, site
    "EXIT_RECORD": "<QiIH42xHH",  # status, site, how
    "FORK_RECORD": "<QQiI36xHH",  # end, result, site
    "SPAWN_RECORD": "<QQiII32xHH",  # end, result, site, command
    "EXEC_RECORD": "<QIIi40xHH",  # site, command, result
    "WAIT_PROCESS_RECORD": "<QQiIii28xHH",  # end, result, site, target, status
    "KILL_RECORD": "<QiIiI36xHH",  # result, site, target, signal
    "MULTIPROCESSING_RECORD": "<QIIIIH34xHH",  # name, target, logicalParent, startMethod, daemon
    "THREAD_START_RECORD": "<QQiII32xHH",  # end, result, site, thread
    "THREAD_BEGIN_RECORD": "<QIIIIH34xHH",  # name, target, startedBy, site, daemon
    "THREAD_END_RECORD": "<Q52xHH",  # 
    "THREAD_COST_RECORD": "<QQ44xHH",  # run
    "JOIN_THREAD_RECORD": "<QQiIIH30xHH",  # end, result, site, thread, hints
    "BIND_RECORD": "<QiIII16sHHH14xHH",  # result, site, descriptor, path, address, port, family, type
    "LISTEN_RECORD": "<QiIII16sHHI12xHH",  # result, site, descriptor, path, address, port, family, backlog
    "ACCEPT_RECORD": "<QQiIII28xHH",  # end, result, site, descriptor, sinceEstablished
    "CONNECT_RECORD": "<QQiIII16sHH8xHH",  # end, result, site, descriptor, path, address, port, family
    "ENDPOINTS_RECORD": "<QII16s16sHHH6xHH",  # descriptor, path, local, peer, localPort, peerPort, family
    "RECEIVE_RECORD": "<QQiII32xHH",  # end, result, site, descriptor
    "SEND_RECORD": "<QQiII32xHH",  # end, result, site, descriptor
    "SHUTDOWN_RECORD": "<QiIII36xHH",  # result, site, descriptor, how
    "CLOSE_RECORD": "<QII44xHH",  # site, descriptor
    "RECEIVE_FROM_RECORD": "<QQiIII16sHH8xHH",  # end, result, site, descriptor, path, address, port, family
    "SEND_TO_RECORD": "<QQiIII16sHH8xHH",  # end, result, site, descriptor, path, address, port, family
    "DUPLICATE_RECORD": "<QIII40xHH",  # from, to, site
    "SOCKET_SEEN_RECORD": "<QQ16sIIIIHHH6xHH",  # inode, address, descriptor, path, site, peerProcess, port, family, type
    "SOCKET_PAIR_RECORD": "<QQQIIIHH20xHH",  # leftInode, rightInode, site, left, right, family, type
    "INHERIT_DESCRIPTOR_RECORD": "<QIIII36xHH",  # process, from, to, site
    "HANDLER_PHASE_RECORD": "<QQIIIII16sHHH2xHH",  # end, site, descriptor, error, errorSite, path, address, port, family, phase
    "SOCKET_WAIT_RECORD": "<QQiIIH30xHH",  # end, result, site, descriptor, how
    "POLL_RECORD": "<QQiIIH30xHH",  # end, result, site, registered, how
    "SLEEP_RECORD": "<QQiI36xHH",  # end, result, site
    "LOCK_RECORD": "<QQQiIIH2xIH14xHH",  # end, object, result, site, holder, how, holderProcess, hints
    "WAKE_RECORD": "<QQIIH34xHH",  # object, site, count, how
    "SIGNAL_HANDLED_RECORD": "<QQII36xHH",  # end, site, signal
    "SIGNAL_WAIT_RECORD": "<QQiI36xHH",  # end, result, site
    "HELD_AT_FORK_RECORD": "<QQIIH34xHH",  # object, site, holder, how
    "CHANNEL_RECORD": "<QQIIH34xHH",  # inode, reading, writing, how
    "CHANNEL_READ_RECORD": "<QQQiII24xHH",  # end, inode, result, site, descriptor
    "CHANNEL_WRITE_RECORD": "<QQQiII24xHH",  # end, inode, result, site, descriptor
    "TASK_RECORD": "<QIIIIII28xHH",  # task, parent, name, coroutine, site, descriptor
    "TASK_WAIT_RECORD": "<QQQQIIIIIH6xHH",  # end, run, longest, task, object, site, what, steps, how
    "TASK_END_RECORD": "<QQQIIIIi16xHH",  # run, longest, task, steps, name, error, result
    "LOOP_TURN_RECORD": "<QQIIIII24xHH",  # end, task, callback, resumed, site, descriptor
    "PROTOCOL_RECORD": "<QIII40xHH",  # descriptor, name, site
    "GLANCES_RECORD": "<QQIIIH30xHH",  # end, count, site, registered, how
    "PROCESS_SEEN_RECORD": "<QIII40xHH",  # process, parent, command
    "ZOMBIE_SEEN_RECORD": "<QIi44xHH",  # process, status
    "PROCESS_GONE_RECORD": "<QIi44xHH",  # process, status
    "REPARENTED_RECORD": "<QII44xHH",  # process, parent
    "ROOT_STARTED_RECORD": "<QII44xHH",  # process, command
    "ROOT_ENDED_RECORD": "<QIi44xHH",  # process, status
    "THREAD_SEEN_RECORD": "<QIII40xHH",  # process, thread, name
    "THREAD_GONE_RECORD": "<QII44xHH",  # process, thread
    "THREAD_SAMPLE_RECORD": "<QQQQIIiHH12xHH",  # run, ready, object, process, thread, call, state, waitsFor
    "QUEUE_LENGTH_RECORD": "<Q16sHHII24xHH",  # address, port, family, length, limit
    "QUEUED_CLIENT_RECORD": "<Q16s16sQHHH6xHH",  # local, peer, since, localPort, peerPort, family
    "QUEUED_CLIENT_GONE_RECORD": "<Q16s16sHHH14xHH",  # local, peer, localPort, peerPort, family
    "ALL_GONE_RECORD": "<Q52xHH",  # 
    "CHANNEL_GIVEN_RECORD": "<QQIIH34xHH",  # inode, process, descriptor, how
    "CHANNEL_WAIT_RECORD": "<QQQiIHH24xHH",  # end, inode, result, site, how, hints
    "SYSTEM_RECORD": "<QQiII32xHH",  # end, result, site, command
    "PROCESS_GROUP_RECORD": "<QII44xHH",  # process, group
    "LOOP_RUN_RECORD": "<QQI40xHH",  # end, site
    "LOOP_ROUNDS_RECORD": "<QQI40xHH",  # end, count
    "DEBUG_SESSION_RECORD": "<QQIIIIIH22xHH",  # at, session, parent, process, type, name, phase
    "DEBUG_STOP_RECORD": "<QQIIIIIIIH14xHH",  # at, session, process, thread, debugThread, reason, file, line, all
    "DEBUG_CONTINUE_RECORD": "<QQIIIHH28xHH",  # at, session, process, debugThread, all, how
    "DEBUG_THREAD_RECORD": "<QQIIIIIH22xHH",  # at, session, process, debugThread, thread, name, phase
    "DEBUG_BREAKPOINT_RECORD": "<QQIIIH30xHH",  # at, session, file, line, phase
    "DEBUG_EXIT_RECORD": "<QQIIi32xHH",  # at, session, process, code
    "SUSPENDED_RECORD": "<QQI40xHH",  # end, site
    "GAP_RECORD": "<QIH46xHH",  # detail, what
    "PROGRAM_SEEN_RECORD": "<QIIH42xHH",  # process, executable, environment
    "ORPHAN_LEFT_RECORD": "<QIi44xHH",  # process, status
    "LOCK_RESET_RECORD": "<QQH42xHH",  # object, how
}


def __getattr__(name):
    if name not in _FORMATS:
        raise AttributeError(name)
    struct = globals()[name] = Struct(_FORMATS[name])
    return struct
