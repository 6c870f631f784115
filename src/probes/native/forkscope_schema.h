/* Generated from src/protocol by the build; do not edit. */
#pragma once
#include <stdint.h>

#define FORKSCOPE_RECORD_BYTES 64
#define FORKSCOPE_CHUNK_BYTES 4096
#define FORKSCOPE_CHUNKS_PER_SEGMENT 1024
#define FORKSCOPE_CHUNKS_PER_PIECE 16
#define FORKSCOPE_SEGMENT_BYTES 4194304
#define FORKSCOPE_SEGMENT_FORMAT 1
#define FORKSCOPE_ARENA_BYTES 24
#define FORKSCOPE_CLAIMERS_OFFSET 64
#define FORKSCOPE_FLAG_BEGIN 1
#define FORKSCOPE_FLAG_FOREIGN 2
#define FORKSCOPE_FLAG_IN_PLACE 4
#define FORKSCOPE_FLAG_DEBUGGER 8
#define FORKSCOPE_WRITER_PYTHON 1
#define FORKSCOPE_WRITER_NODE 2
#define FORKSCOPE_WRITER_NATIVE 3
#define FORKSCOPE_WRITER_KERNEL 4
#define FORKSCOPE_EXIT_ATEXIT 1
#define FORKSCOPE_EXIT_OS_EXIT 2
#define FORKSCOPE_EXIT_FATAL 3
#define FORKSCOPE_POLL_SELECT 1
#define FORKSCOPE_POLL_POLL 2
#define FORKSCOPE_POLL_EPOLL 3
#define FORKSCOPE_POLL_KQUEUE 4
#define FORKSCOPE_LOCK_LOCK 1
#define FORKSCOPE_LOCK_RLOCK 2
#define FORKSCOPE_LOCK_CONDITION 3
#define FORKSCOPE_LOCK_SEMAPHORE 4
#define FORKSCOPE_LOCK_EVENT 5
#define FORKSCOPE_LOCK_QUEUE 6
#define FORKSCOPE_LOCK_BARRIER 7
#define FORKSCOPE_LOCK_PROCESS_LOCK 8
#define FORKSCOPE_LOCK_PROCESS_SEMAPHORE 9
#define FORKSCOPE_LOCK_FUTURE 10
#define FORKSCOPE_LOCK_QUEUE_PUT 11
#define FORKSCOPE_LOCK_QUEUE_JOIN 12
#define FORKSCOPE_LOCK_PROCESS_CONDITION 13
#define FORKSCOPE_LOCK_PROCESS_EVENT 14
#define FORKSCOPE_PHASE_SETUP 1
#define FORKSCOPE_PHASE_HANDLE 2
#define FORKSCOPE_PHASE_FINISH 3
#define FORKSCOPE_SOCKET_WAIT_PEEK 1
#define FORKSCOPE_SOCKET_WAIT_HANDSHAKE 2
#define FORKSCOPE_SOCKET_WAIT_UNWRAP 3
#define FORKSCOPE_CHANNEL_WAY_PIPE 1
#define FORKSCOPE_CHANNEL_WAY_FOUND_PIPE 2
#define FORKSCOPE_CHANNEL_WAY_FOUND_FIFO 3
#define FORKSCOPE_CHANNEL_END_READING 1
#define FORKSCOPE_CHANNEL_END_WRITING 2
#define FORKSCOPE_TASK_WAIT_FUTURE 0
#define FORKSCOPE_TASK_WAIT_TASK 1
#define FORKSCOPE_TASK_WAIT_EXECUTOR 2
#define FORKSCOPE_TASK_WAIT_RECEIVE 3
#define FORKSCOPE_TASK_WAIT_SEND 4
#define FORKSCOPE_TASK_WAIT_ACCEPT 5
#define FORKSCOPE_TASK_WAIT_CONNECT 6
#define FORKSCOPE_TASK_WAIT_SLEEP 7
#define FORKSCOPE_TASK_WAIT_LOCK 8
#define FORKSCOPE_TASK_WAIT_CONDITION 9
#define FORKSCOPE_TASK_WAIT_SEMAPHORE 10
#define FORKSCOPE_TASK_WAIT_EVENT 11
#define FORKSCOPE_TASK_WAIT_QUEUE 12
#define FORKSCOPE_TASK_WAIT_BARRIER 13
#define FORKSCOPE_TASK_WAIT_PROCESS 14
#define FORKSCOPE_TASK_END_DONE 0
#define FORKSCOPE_TASK_END_CANCELLED 1
#define FORKSCOPE_TASK_END_RAISED 2
#define FORKSCOPE_TASK_END_DROPPED 3
#define FORKSCOPE_GAP_GEVENT 1
#define FORKSCOPE_GAP_EVENTLET 2
#define FORKSCOPE_GAP_UVLOOP 3
#define FORKSCOPE_GAP_SUBINTERPRETER 4
#define FORKSCOPE_GAP_FREE_THREADED 5
#define FORKSCOPE_GAP_LIBRARY 6
#define FORKSCOPE_HINT_TIMED 1
#define FORKSCOPE_HINT_OWNED 2
#define FORKSCOPE_HINT_HANDLERS 4
#define FORKSCOPE_OWNER 1
#define FORKSCOPE_TEXT 2
#define FORKSCOPE_SITE 3
#define FORKSCOPE_FAULT 4
#define FORKSCOPE_LOST 5
#define FORKSCOPE_IMAGE 10
#define FORKSCOPE_FORKED 11
#define FORKSCOPE_EXIT 12
#define FORKSCOPE_FORK 13
#define FORKSCOPE_SPAWN 14
#define FORKSCOPE_EXEC 15
#define FORKSCOPE_WAIT_PROCESS 16
#define FORKSCOPE_KILL 17
#define FORKSCOPE_MULTIPROCESSING 18
#define FORKSCOPE_THREAD_START 20
#define FORKSCOPE_THREAD_BEGIN 21
#define FORKSCOPE_THREAD_END 22
#define FORKSCOPE_THREAD_COST 24
#define FORKSCOPE_JOIN_THREAD 23
#define FORKSCOPE_BIND 31
#define FORKSCOPE_LISTEN 32
#define FORKSCOPE_ACCEPT 33
#define FORKSCOPE_CONNECT 34
#define FORKSCOPE_ENDPOINTS 35
#define FORKSCOPE_RECEIVE 36
#define FORKSCOPE_SEND 37
#define FORKSCOPE_SHUTDOWN 38
#define FORKSCOPE_CLOSE 39
#define FORKSCOPE_RECEIVE_FROM 40
#define FORKSCOPE_SEND_TO 41
#define FORKSCOPE_DUPLICATE 42
#define FORKSCOPE_SOCKET_SEEN 43
#define FORKSCOPE_SOCKET_PAIR 44
#define FORKSCOPE_INHERIT_DESCRIPTOR 45
#define FORKSCOPE_HANDLER_PHASE 46
#define FORKSCOPE_SOCKET_WAIT 47
#define FORKSCOPE_POLL 50
#define FORKSCOPE_SLEEP 51
#define FORKSCOPE_LOCK 52
#define FORKSCOPE_WAKE 53
#define FORKSCOPE_SIGNAL_HANDLED 54
#define FORKSCOPE_SIGNAL_WAIT 55
#define FORKSCOPE_HELD_AT_FORK 56
#define FORKSCOPE_CHANNEL 57
#define FORKSCOPE_CHANNEL_READ 58
#define FORKSCOPE_CHANNEL_WRITE 59
#define FORKSCOPE_TASK 70
#define FORKSCOPE_TASK_WAIT 71
#define FORKSCOPE_TASK_END 72
#define FORKSCOPE_LOOP_TURN 73
#define FORKSCOPE_PROTOCOL 74
#define FORKSCOPE_GLANCES 75
#define FORKSCOPE_PROCESS_SEEN 60
#define FORKSCOPE_ZOMBIE_SEEN 61
#define FORKSCOPE_PROCESS_GONE 62
#define FORKSCOPE_REPARENTED 63
#define FORKSCOPE_ROOT_STARTED 64
#define FORKSCOPE_ROOT_ENDED 65
#define FORKSCOPE_THREAD_SEEN 66
#define FORKSCOPE_THREAD_GONE 67
#define FORKSCOPE_THREAD_SAMPLE 68
#define FORKSCOPE_QUEUE_LENGTH 69
#define FORKSCOPE_QUEUED_CLIENT 80
#define FORKSCOPE_QUEUED_CLIENT_GONE 81
#define FORKSCOPE_ALL_GONE 83
#define FORKSCOPE_CHANNEL_GIVEN 85
#define FORKSCOPE_CHANNEL_WAIT 86
#define FORKSCOPE_SYSTEM 87
#define FORKSCOPE_PROCESS_GROUP 27
#define FORKSCOPE_LOOP_RUN 25
#define FORKSCOPE_LOOP_ROUNDS 26
#define FORKSCOPE_DEBUG_SESSION 90
#define FORKSCOPE_DEBUG_STOP 91
#define FORKSCOPE_DEBUG_CONTINUE 92
#define FORKSCOPE_DEBUG_THREAD 93
#define FORKSCOPE_DEBUG_BREAKPOINT 94
#define FORKSCOPE_DEBUG_EXIT 95
#define FORKSCOPE_SUSPENDED 96
#define FORKSCOPE_GAP 97
#define FORKSCOPE_PROGRAM_SEEN 98
#define FORKSCOPE_ORPHAN_LEFT 99
#define FORKSCOPE_LOCK_RESET 105
#define FORKSCOPE_SEGMENT_MAGIC "FSSEGMT\n"
#define FORKSCOPE_ARENA_MAGIC "FSARENA\n"
#define FORKSCOPE_LEASE_FILE "lease"
#define FORKSCOPE_TOKEN_VARIABLE "FORKSCOPE_RUN"

typedef struct {
  uint64_t time;
  uint64_t birth;
  uint32_t process;
  uint32_t thread;
  uint32_t parent;
  uint16_t writer;
  uint8_t unused0[30];
  uint16_t flags;
  uint16_t kind;
} forkscope_owner_record;
_Static_assert(sizeof(forkscope_owner_record) == FORKSCOPE_RECORD_BYTES, "owner");

typedef struct {
  uint64_t time;
  uint32_t id;
  uint32_t total;
  uint32_t part;
  uint32_t length;
  uint8_t bytes[36];
  uint16_t flags;
  uint16_t kind;
} forkscope_text_record;
_Static_assert(sizeof(forkscope_text_record) == FORKSCOPE_RECORD_BYTES, "text");

typedef struct {
  uint64_t time;
  uint32_t id;
  uint32_t file;
  uint32_t functionName;
  uint32_t line;
  uint8_t unused0[36];
  uint16_t flags;
  uint16_t kind;
} forkscope_site_record;
_Static_assert(sizeof(forkscope_site_record) == FORKSCOPE_RECORD_BYTES, "site");

typedef struct {
  uint64_t time;
  uint32_t message;
  uint8_t unused0[48];
  uint16_t flags;
  uint16_t kind;
} forkscope_fault_record;
_Static_assert(sizeof(forkscope_fault_record) == FORKSCOPE_RECORD_BYTES, "fault");

typedef struct {
  uint64_t time;
  uint32_t count;
  uint8_t unused0[48];
  uint16_t flags;
  uint16_t kind;
} forkscope_lost_record;
_Static_assert(sizeof(forkscope_lost_record) == FORKSCOPE_RECORD_BYTES, "lost");

typedef struct {
  uint64_t time;
  uint32_t parent;
  uint32_t command;
  uint32_t executable;
  uint32_t directory;
  uint8_t unused0[36];
  uint16_t flags;
  uint16_t kind;
} forkscope_image_record;
_Static_assert(sizeof(forkscope_image_record) == FORKSCOPE_RECORD_BYTES, "image");

typedef struct {
  uint64_t time;
  uint64_t parentBirth;
  uint32_t parent;
  uint32_t parentThread;
  uint32_t site;
  uint8_t unused0[32];
  uint16_t flags;
  uint16_t kind;
} forkscope_forked_record;
_Static_assert(sizeof(forkscope_forked_record) == FORKSCOPE_RECORD_BYTES, "forked");

typedef struct {
  uint64_t time;
  int32_t status;
  uint32_t site;
  uint16_t how;
  uint8_t unused0[42];
  uint16_t flags;
  uint16_t kind;
} forkscope_exit_record;
_Static_assert(sizeof(forkscope_exit_record) == FORKSCOPE_RECORD_BYTES, "exit");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint8_t unused0[36];
  uint16_t flags;
  uint16_t kind;
} forkscope_fork_record;
_Static_assert(sizeof(forkscope_fork_record) == FORKSCOPE_RECORD_BYTES, "fork");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t command;
  uint8_t unused0[32];
  uint16_t flags;
  uint16_t kind;
} forkscope_spawn_record;
_Static_assert(sizeof(forkscope_spawn_record) == FORKSCOPE_RECORD_BYTES, "spawn");

typedef struct {
  uint64_t time;
  uint32_t site;
  uint32_t command;
  int32_t result;
  uint8_t unused0[40];
  uint16_t flags;
  uint16_t kind;
} forkscope_exec_record;
_Static_assert(sizeof(forkscope_exec_record) == FORKSCOPE_RECORD_BYTES, "exec");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  int32_t target;
  int32_t status;
  uint8_t unused0[28];
  uint16_t flags;
  uint16_t kind;
} forkscope_waitProcess_record;
_Static_assert(sizeof(forkscope_waitProcess_record) == FORKSCOPE_RECORD_BYTES, "waitProcess");

typedef struct {
  uint64_t time;
  int32_t result;
  uint32_t site;
  int32_t target;
  uint32_t signal;
  uint8_t unused0[36];
  uint16_t flags;
  uint16_t kind;
} forkscope_kill_record;
_Static_assert(sizeof(forkscope_kill_record) == FORKSCOPE_RECORD_BYTES, "kill");

typedef struct {
  uint64_t time;
  uint32_t name;
  uint32_t target;
  uint32_t logicalParent;
  uint32_t startMethod;
  uint16_t daemon;
  uint8_t unused0[34];
  uint16_t flags;
  uint16_t kind;
} forkscope_multiprocessing_record;
_Static_assert(sizeof(forkscope_multiprocessing_record) == FORKSCOPE_RECORD_BYTES, "multiprocessing");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t thread;
  uint8_t unused0[32];
  uint16_t flags;
  uint16_t kind;
} forkscope_threadStart_record;
_Static_assert(sizeof(forkscope_threadStart_record) == FORKSCOPE_RECORD_BYTES, "threadStart");

typedef struct {
  uint64_t time;
  uint32_t name;
  uint32_t target;
  uint32_t startedBy;
  uint32_t site;
  uint16_t daemon;
  uint8_t unused0[34];
  uint16_t flags;
  uint16_t kind;
} forkscope_threadBegin_record;
_Static_assert(sizeof(forkscope_threadBegin_record) == FORKSCOPE_RECORD_BYTES, "threadBegin");

typedef struct {
  uint64_t time;
  uint8_t unused0[52];
  uint16_t flags;
  uint16_t kind;
} forkscope_threadEnd_record;
_Static_assert(sizeof(forkscope_threadEnd_record) == FORKSCOPE_RECORD_BYTES, "threadEnd");

typedef struct {
  uint64_t time;
  uint64_t run;
  uint8_t unused0[44];
  uint16_t flags;
  uint16_t kind;
} forkscope_threadCost_record;
_Static_assert(sizeof(forkscope_threadCost_record) == FORKSCOPE_RECORD_BYTES, "threadCost");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t thread;
  uint16_t hints;
  uint8_t unused0[30];
  uint16_t flags;
  uint16_t kind;
} forkscope_joinThread_record;
_Static_assert(sizeof(forkscope_joinThread_record) == FORKSCOPE_RECORD_BYTES, "joinThread");

typedef struct {
  uint64_t time;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint32_t path;
  uint8_t address[16];
  uint16_t port;
  uint16_t family;
  uint16_t type;
  uint8_t unused0[14];
  uint16_t flags;
  uint16_t kind;
} forkscope_bind_record;
_Static_assert(sizeof(forkscope_bind_record) == FORKSCOPE_RECORD_BYTES, "bind");

typedef struct {
  uint64_t time;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint32_t path;
  uint8_t address[16];
  uint16_t port;
  uint16_t family;
  uint32_t backlog;
  uint8_t unused0[12];
  uint16_t flags;
  uint16_t kind;
} forkscope_listen_record;
_Static_assert(sizeof(forkscope_listen_record) == FORKSCOPE_RECORD_BYTES, "listen");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint32_t sinceEstablished;
  uint8_t unused0[28];
  uint16_t flags;
  uint16_t kind;
} forkscope_accept_record;
_Static_assert(sizeof(forkscope_accept_record) == FORKSCOPE_RECORD_BYTES, "accept");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint32_t path;
  uint8_t address[16];
  uint16_t port;
  uint16_t family;
  uint8_t unused0[8];
  uint16_t flags;
  uint16_t kind;
} forkscope_connect_record;
_Static_assert(sizeof(forkscope_connect_record) == FORKSCOPE_RECORD_BYTES, "connect");

typedef struct {
  uint64_t time;
  uint32_t descriptor;
  uint32_t path;
  uint8_t local[16];
  uint8_t peer[16];
  uint16_t localPort;
  uint16_t peerPort;
  uint16_t family;
  uint8_t unused0[6];
  uint16_t flags;
  uint16_t kind;
} forkscope_endpoints_record;
_Static_assert(sizeof(forkscope_endpoints_record) == FORKSCOPE_RECORD_BYTES, "endpoints");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint8_t unused0[32];
  uint16_t flags;
  uint16_t kind;
} forkscope_receive_record;
_Static_assert(sizeof(forkscope_receive_record) == FORKSCOPE_RECORD_BYTES, "receive");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint8_t unused0[32];
  uint16_t flags;
  uint16_t kind;
} forkscope_send_record;
_Static_assert(sizeof(forkscope_send_record) == FORKSCOPE_RECORD_BYTES, "send");

typedef struct {
  uint64_t time;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint32_t how;
  uint8_t unused0[36];
  uint16_t flags;
  uint16_t kind;
} forkscope_shutdown_record;
_Static_assert(sizeof(forkscope_shutdown_record) == FORKSCOPE_RECORD_BYTES, "shutdown");

typedef struct {
  uint64_t time;
  uint32_t site;
  uint32_t descriptor;
  uint8_t unused0[44];
  uint16_t flags;
  uint16_t kind;
} forkscope_close_record;
_Static_assert(sizeof(forkscope_close_record) == FORKSCOPE_RECORD_BYTES, "close");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint32_t path;
  uint8_t address[16];
  uint16_t port;
  uint16_t family;
  uint8_t unused0[8];
  uint16_t flags;
  uint16_t kind;
} forkscope_receiveFrom_record;
_Static_assert(sizeof(forkscope_receiveFrom_record) == FORKSCOPE_RECORD_BYTES, "receiveFrom");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint32_t path;
  uint8_t address[16];
  uint16_t port;
  uint16_t family;
  uint8_t unused0[8];
  uint16_t flags;
  uint16_t kind;
} forkscope_sendTo_record;
_Static_assert(sizeof(forkscope_sendTo_record) == FORKSCOPE_RECORD_BYTES, "sendTo");

typedef struct {
  uint64_t time;
  uint32_t from;
  uint32_t to;
  uint32_t site;
  uint8_t unused0[40];
  uint16_t flags;
  uint16_t kind;
} forkscope_duplicate_record;
_Static_assert(sizeof(forkscope_duplicate_record) == FORKSCOPE_RECORD_BYTES, "duplicate");

typedef struct {
  uint64_t time;
  uint64_t inode;
  uint8_t address[16];
  uint32_t descriptor;
  uint32_t path;
  uint32_t site;
  uint32_t peerProcess;
  uint16_t port;
  uint16_t family;
  uint16_t type;
  uint8_t unused0[6];
  uint16_t flags;
  uint16_t kind;
} forkscope_socketSeen_record;
_Static_assert(sizeof(forkscope_socketSeen_record) == FORKSCOPE_RECORD_BYTES, "socketSeen");

typedef struct {
  uint64_t time;
  uint64_t leftInode;
  uint64_t rightInode;
  uint32_t site;
  uint32_t left;
  uint32_t right;
  uint16_t family;
  uint16_t type;
  uint8_t unused0[20];
  uint16_t flags;
  uint16_t kind;
} forkscope_socketPair_record;
_Static_assert(sizeof(forkscope_socketPair_record) == FORKSCOPE_RECORD_BYTES, "socketPair");

typedef struct {
  uint64_t time;
  uint32_t process;
  uint32_t from;
  uint32_t to;
  uint32_t site;
  uint8_t unused0[36];
  uint16_t flags;
  uint16_t kind;
} forkscope_inheritDescriptor_record;
_Static_assert(sizeof(forkscope_inheritDescriptor_record) == FORKSCOPE_RECORD_BYTES, "inheritDescriptor");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint32_t site;
  uint32_t descriptor;
  uint32_t error;
  uint32_t errorSite;
  uint32_t path;
  uint8_t address[16];
  uint16_t port;
  uint16_t family;
  uint16_t phase;
  uint8_t unused0[2];
  uint16_t flags;
  uint16_t kind;
} forkscope_handlerPhase_record;
_Static_assert(sizeof(forkscope_handlerPhase_record) == FORKSCOPE_RECORD_BYTES, "handlerPhase");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint16_t how;
  uint8_t unused0[30];
  uint16_t flags;
  uint16_t kind;
} forkscope_socketWait_record;
_Static_assert(sizeof(forkscope_socketWait_record) == FORKSCOPE_RECORD_BYTES, "socketWait");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t registered;
  uint16_t how;
  uint8_t unused0[30];
  uint16_t flags;
  uint16_t kind;
} forkscope_poll_record;
_Static_assert(sizeof(forkscope_poll_record) == FORKSCOPE_RECORD_BYTES, "poll");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint8_t unused0[36];
  uint16_t flags;
  uint16_t kind;
} forkscope_sleep_record;
_Static_assert(sizeof(forkscope_sleep_record) == FORKSCOPE_RECORD_BYTES, "sleep");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint64_t object;
  int32_t result;
  uint32_t site;
  uint32_t holder;
  uint16_t how;
  uint8_t unused0[2];
  uint32_t holderProcess;
  uint16_t hints;
  uint8_t unused1[14];
  uint16_t flags;
  uint16_t kind;
} forkscope_lock_record;
_Static_assert(sizeof(forkscope_lock_record) == FORKSCOPE_RECORD_BYTES, "lock");

typedef struct {
  uint64_t time;
  uint64_t object;
  uint32_t site;
  uint32_t count;
  uint16_t how;
  uint8_t unused0[34];
  uint16_t flags;
  uint16_t kind;
} forkscope_wake_record;
_Static_assert(sizeof(forkscope_wake_record) == FORKSCOPE_RECORD_BYTES, "wake");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint32_t site;
  uint32_t signal;
  uint8_t unused0[36];
  uint16_t flags;
  uint16_t kind;
} forkscope_signalHandled_record;
_Static_assert(sizeof(forkscope_signalHandled_record) == FORKSCOPE_RECORD_BYTES, "signalHandled");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint8_t unused0[36];
  uint16_t flags;
  uint16_t kind;
} forkscope_signalWait_record;
_Static_assert(sizeof(forkscope_signalWait_record) == FORKSCOPE_RECORD_BYTES, "signalWait");

typedef struct {
  uint64_t time;
  uint64_t object;
  uint32_t site;
  uint32_t holder;
  uint16_t how;
  uint8_t unused0[34];
  uint16_t flags;
  uint16_t kind;
} forkscope_heldAtFork_record;
_Static_assert(sizeof(forkscope_heldAtFork_record) == FORKSCOPE_RECORD_BYTES, "heldAtFork");

typedef struct {
  uint64_t time;
  uint64_t inode;
  uint32_t reading;
  uint32_t writing;
  uint16_t how;
  uint8_t unused0[34];
  uint16_t flags;
  uint16_t kind;
} forkscope_channel_record;
_Static_assert(sizeof(forkscope_channel_record) == FORKSCOPE_RECORD_BYTES, "channel");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint64_t inode;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint8_t unused0[24];
  uint16_t flags;
  uint16_t kind;
} forkscope_channelRead_record;
_Static_assert(sizeof(forkscope_channelRead_record) == FORKSCOPE_RECORD_BYTES, "channelRead");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint64_t inode;
  int32_t result;
  uint32_t site;
  uint32_t descriptor;
  uint8_t unused0[24];
  uint16_t flags;
  uint16_t kind;
} forkscope_channelWrite_record;
_Static_assert(sizeof(forkscope_channelWrite_record) == FORKSCOPE_RECORD_BYTES, "channelWrite");

typedef struct {
  uint64_t time;
  uint32_t task;
  uint32_t parent;
  uint32_t name;
  uint32_t coroutine;
  uint32_t site;
  uint32_t descriptor;
  uint8_t unused0[28];
  uint16_t flags;
  uint16_t kind;
} forkscope_task_record;
_Static_assert(sizeof(forkscope_task_record) == FORKSCOPE_RECORD_BYTES, "task");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint64_t run;
  uint64_t longest;
  uint32_t task;
  uint32_t object;
  uint32_t site;
  uint32_t what;
  uint32_t steps;
  uint16_t how;
  uint8_t unused0[6];
  uint16_t flags;
  uint16_t kind;
} forkscope_taskWait_record;
_Static_assert(sizeof(forkscope_taskWait_record) == FORKSCOPE_RECORD_BYTES, "taskWait");

typedef struct {
  uint64_t time;
  uint64_t run;
  uint64_t longest;
  uint32_t task;
  uint32_t steps;
  uint32_t name;
  uint32_t error;
  int32_t result;
  uint8_t unused0[16];
  uint16_t flags;
  uint16_t kind;
} forkscope_taskEnd_record;
_Static_assert(sizeof(forkscope_taskEnd_record) == FORKSCOPE_RECORD_BYTES, "taskEnd");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint32_t task;
  uint32_t callback;
  uint32_t resumed;
  uint32_t site;
  uint32_t descriptor;
  uint8_t unused0[24];
  uint16_t flags;
  uint16_t kind;
} forkscope_loopTurn_record;
_Static_assert(sizeof(forkscope_loopTurn_record) == FORKSCOPE_RECORD_BYTES, "loopTurn");

typedef struct {
  uint64_t time;
  uint32_t descriptor;
  uint32_t name;
  uint32_t site;
  uint8_t unused0[40];
  uint16_t flags;
  uint16_t kind;
} forkscope_protocol_record;
_Static_assert(sizeof(forkscope_protocol_record) == FORKSCOPE_RECORD_BYTES, "protocol");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint32_t count;
  uint32_t site;
  uint32_t registered;
  uint16_t how;
  uint8_t unused0[30];
  uint16_t flags;
  uint16_t kind;
} forkscope_glances_record;
_Static_assert(sizeof(forkscope_glances_record) == FORKSCOPE_RECORD_BYTES, "glances");

typedef struct {
  uint64_t time;
  uint32_t process;
  uint32_t parent;
  uint32_t command;
  uint8_t unused0[40];
  uint16_t flags;
  uint16_t kind;
} forkscope_processSeen_record;
_Static_assert(sizeof(forkscope_processSeen_record) == FORKSCOPE_RECORD_BYTES, "processSeen");

typedef struct {
  uint64_t time;
  uint32_t process;
  int32_t status;
  uint8_t unused0[44];
  uint16_t flags;
  uint16_t kind;
} forkscope_zombieSeen_record;
_Static_assert(sizeof(forkscope_zombieSeen_record) == FORKSCOPE_RECORD_BYTES, "zombieSeen");

typedef struct {
  uint64_t time;
  uint32_t process;
  int32_t status;
  uint8_t unused0[44];
  uint16_t flags;
  uint16_t kind;
} forkscope_processGone_record;
_Static_assert(sizeof(forkscope_processGone_record) == FORKSCOPE_RECORD_BYTES, "processGone");

typedef struct {
  uint64_t time;
  uint32_t process;
  uint32_t parent;
  uint8_t unused0[44];
  uint16_t flags;
  uint16_t kind;
} forkscope_reparented_record;
_Static_assert(sizeof(forkscope_reparented_record) == FORKSCOPE_RECORD_BYTES, "reparented");

typedef struct {
  uint64_t time;
  uint32_t process;
  uint32_t command;
  uint8_t unused0[44];
  uint16_t flags;
  uint16_t kind;
} forkscope_rootStarted_record;
_Static_assert(sizeof(forkscope_rootStarted_record) == FORKSCOPE_RECORD_BYTES, "rootStarted");

typedef struct {
  uint64_t time;
  uint32_t process;
  int32_t status;
  uint8_t unused0[44];
  uint16_t flags;
  uint16_t kind;
} forkscope_rootEnded_record;
_Static_assert(sizeof(forkscope_rootEnded_record) == FORKSCOPE_RECORD_BYTES, "rootEnded");

typedef struct {
  uint64_t time;
  uint32_t process;
  uint32_t thread;
  uint32_t name;
  uint8_t unused0[40];
  uint16_t flags;
  uint16_t kind;
} forkscope_threadSeen_record;
_Static_assert(sizeof(forkscope_threadSeen_record) == FORKSCOPE_RECORD_BYTES, "threadSeen");

typedef struct {
  uint64_t time;
  uint32_t process;
  uint32_t thread;
  uint8_t unused0[44];
  uint16_t flags;
  uint16_t kind;
} forkscope_threadGone_record;
_Static_assert(sizeof(forkscope_threadGone_record) == FORKSCOPE_RECORD_BYTES, "threadGone");

typedef struct {
  uint64_t time;
  uint64_t run;
  uint64_t ready;
  uint64_t object;
  uint32_t process;
  uint32_t thread;
  int32_t call;
  uint16_t state;
  uint16_t waitsFor;
  uint8_t unused0[12];
  uint16_t flags;
  uint16_t kind;
} forkscope_threadSample_record;
_Static_assert(sizeof(forkscope_threadSample_record) == FORKSCOPE_RECORD_BYTES, "threadSample");

typedef struct {
  uint64_t time;
  uint8_t address[16];
  uint16_t port;
  uint16_t family;
  uint32_t length;
  uint32_t limit;
  uint8_t unused0[24];
  uint16_t flags;
  uint16_t kind;
} forkscope_queueLength_record;
_Static_assert(sizeof(forkscope_queueLength_record) == FORKSCOPE_RECORD_BYTES, "queueLength");

typedef struct {
  uint64_t time;
  uint8_t local[16];
  uint8_t peer[16];
  uint64_t since;
  uint16_t localPort;
  uint16_t peerPort;
  uint16_t family;
  uint8_t unused0[6];
  uint16_t flags;
  uint16_t kind;
} forkscope_queuedClient_record;
_Static_assert(sizeof(forkscope_queuedClient_record) == FORKSCOPE_RECORD_BYTES, "queuedClient");

typedef struct {
  uint64_t time;
  uint8_t local[16];
  uint8_t peer[16];
  uint16_t localPort;
  uint16_t peerPort;
  uint16_t family;
  uint8_t unused0[14];
  uint16_t flags;
  uint16_t kind;
} forkscope_queuedClientGone_record;
_Static_assert(sizeof(forkscope_queuedClientGone_record) == FORKSCOPE_RECORD_BYTES, "queuedClientGone");

typedef struct {
  uint64_t time;
  uint8_t unused0[52];
  uint16_t flags;
  uint16_t kind;
} forkscope_allGone_record;
_Static_assert(sizeof(forkscope_allGone_record) == FORKSCOPE_RECORD_BYTES, "allGone");

typedef struct {
  uint64_t time;
  uint64_t inode;
  uint32_t process;
  uint32_t descriptor;
  uint16_t how;
  uint8_t unused0[34];
  uint16_t flags;
  uint16_t kind;
} forkscope_channelGiven_record;
_Static_assert(sizeof(forkscope_channelGiven_record) == FORKSCOPE_RECORD_BYTES, "channelGiven");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint64_t inode;
  int32_t result;
  uint32_t site;
  uint16_t how;
  uint16_t hints;
  uint8_t unused0[24];
  uint16_t flags;
  uint16_t kind;
} forkscope_channelWait_record;
_Static_assert(sizeof(forkscope_channelWait_record) == FORKSCOPE_RECORD_BYTES, "channelWait");

typedef struct {
  uint64_t time;
  uint64_t end;
  int32_t result;
  uint32_t site;
  uint32_t command;
  uint8_t unused0[32];
  uint16_t flags;
  uint16_t kind;
} forkscope_system_record;
_Static_assert(sizeof(forkscope_system_record) == FORKSCOPE_RECORD_BYTES, "system");

typedef struct {
  uint64_t time;
  uint32_t process;
  uint32_t group;
  uint8_t unused0[44];
  uint16_t flags;
  uint16_t kind;
} forkscope_processGroup_record;
_Static_assert(sizeof(forkscope_processGroup_record) == FORKSCOPE_RECORD_BYTES, "processGroup");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint32_t site;
  uint8_t unused0[40];
  uint16_t flags;
  uint16_t kind;
} forkscope_loopRun_record;
_Static_assert(sizeof(forkscope_loopRun_record) == FORKSCOPE_RECORD_BYTES, "loopRun");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint32_t count;
  uint8_t unused0[40];
  uint16_t flags;
  uint16_t kind;
} forkscope_loopRounds_record;
_Static_assert(sizeof(forkscope_loopRounds_record) == FORKSCOPE_RECORD_BYTES, "loopRounds");

typedef struct {
  uint64_t time;
  uint64_t at;
  uint32_t session;
  uint32_t parent;
  uint32_t process;
  uint32_t type;
  uint32_t name;
  uint16_t phase;
  uint8_t unused0[22];
  uint16_t flags;
  uint16_t kind;
} forkscope_debugSession_record;
_Static_assert(sizeof(forkscope_debugSession_record) == FORKSCOPE_RECORD_BYTES, "debugSession");

typedef struct {
  uint64_t time;
  uint64_t at;
  uint32_t session;
  uint32_t process;
  uint32_t thread;
  uint32_t debugThread;
  uint32_t reason;
  uint32_t file;
  uint32_t line;
  uint16_t all;
  uint8_t unused0[14];
  uint16_t flags;
  uint16_t kind;
} forkscope_debugStop_record;
_Static_assert(sizeof(forkscope_debugStop_record) == FORKSCOPE_RECORD_BYTES, "debugStop");

typedef struct {
  uint64_t time;
  uint64_t at;
  uint32_t session;
  uint32_t process;
  uint32_t debugThread;
  uint16_t all;
  uint16_t how;
  uint8_t unused0[28];
  uint16_t flags;
  uint16_t kind;
} forkscope_debugContinue_record;
_Static_assert(sizeof(forkscope_debugContinue_record) == FORKSCOPE_RECORD_BYTES, "debugContinue");

typedef struct {
  uint64_t time;
  uint64_t at;
  uint32_t session;
  uint32_t process;
  uint32_t debugThread;
  uint32_t thread;
  uint32_t name;
  uint16_t phase;
  uint8_t unused0[22];
  uint16_t flags;
  uint16_t kind;
} forkscope_debugThread_record;
_Static_assert(sizeof(forkscope_debugThread_record) == FORKSCOPE_RECORD_BYTES, "debugThread");

typedef struct {
  uint64_t time;
  uint64_t at;
  uint32_t session;
  uint32_t file;
  uint32_t line;
  uint16_t phase;
  uint8_t unused0[30];
  uint16_t flags;
  uint16_t kind;
} forkscope_debugBreakpoint_record;
_Static_assert(sizeof(forkscope_debugBreakpoint_record) == FORKSCOPE_RECORD_BYTES, "debugBreakpoint");

typedef struct {
  uint64_t time;
  uint64_t at;
  uint32_t session;
  uint32_t process;
  int32_t code;
  uint8_t unused0[32];
  uint16_t flags;
  uint16_t kind;
} forkscope_debugExit_record;
_Static_assert(sizeof(forkscope_debugExit_record) == FORKSCOPE_RECORD_BYTES, "debugExit");

typedef struct {
  uint64_t time;
  uint64_t end;
  uint32_t site;
  uint8_t unused0[40];
  uint16_t flags;
  uint16_t kind;
} forkscope_suspended_record;
_Static_assert(sizeof(forkscope_suspended_record) == FORKSCOPE_RECORD_BYTES, "suspended");

typedef struct {
  uint64_t time;
  uint32_t detail;
  uint16_t what;
  uint8_t unused0[46];
  uint16_t flags;
  uint16_t kind;
} forkscope_gap_record;
_Static_assert(sizeof(forkscope_gap_record) == FORKSCOPE_RECORD_BYTES, "gap");

typedef struct {
  uint64_t time;
  uint32_t process;
  uint32_t executable;
  uint16_t environment;
  uint8_t unused0[42];
  uint16_t flags;
  uint16_t kind;
} forkscope_programSeen_record;
_Static_assert(sizeof(forkscope_programSeen_record) == FORKSCOPE_RECORD_BYTES, "programSeen");

typedef struct {
  uint64_t time;
  uint32_t process;
  int32_t status;
  uint8_t unused0[44];
  uint16_t flags;
  uint16_t kind;
} forkscope_orphanLeft_record;
_Static_assert(sizeof(forkscope_orphanLeft_record) == FORKSCOPE_RECORD_BYTES, "orphanLeft");

typedef struct {
  uint64_t time;
  uint64_t object;
  uint16_t how;
  uint8_t unused0[42];
  uint16_t flags;
  uint16_t kind;
} forkscope_lockReset_record;
_Static_assert(sizeof(forkscope_lockReset_record) == FORKSCOPE_RECORD_BYTES, "lockReset");
