/** Tables of whole servers that several tests look at. Sites: 10 listens, 12 accepts, 15 starts a handler, 20 receives, 21 sends. */

export const serverStart = `
  0       101  .  image      command="python3 -u /srv/server.py --port 9999" parent=1
  1       101  .  bind       descriptor=3 address=127.0.0.1:9999 type=1 site=server.py:9
  2       101  .  listen     descriptor=3 address=127.0.0.1:9999 backlog=5 site=server.py:10:main
`;

/** Row 1: the second client waits until the first has left. */
export const iterative = `
  ${serverStart}
  5..      101  .  accept     descriptor=3 site=server.py:12:main
  5..20    101  .  accept     descriptor=3 result=4 sinceEstablished=0 site=server.py:12:main
  20.1     101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
  21..200  101  .  receive    descriptor=4 result=10 site=server.py:20:serve
  201..202 101  .  send       descriptor=4 result=10 site=server.py:21:serve
  203..300 101  .  receive    descriptor=4 result=0 site=server.py:20:serve
  301      101  .  close      descriptor=4
  302..303 101  .  accept     descriptor=3 result=4 sinceEstablished=253 site=server.py:12:main
  303.1    101  .  endpoints  descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50002
  304..310 101  .  receive    descriptor=4 result=7 site=server.py:20:serve
  311..312 101  .  receive    descriptor=4 result=0 site=server.py:20:serve
  313      101  .  close      descriptor=4
  320      101  .  exit       status=-1 how=1
  325      kernel . rootEnded process=101 status=0
`;

/** Row 2: a thread per connection; the second is there while the first still is. */
export const threadPerConnection = `
  ${serverStart}
  5..20    101  .    accept       descriptor=3 result=4 sinceEstablished=0 site=server.py:12
  20.1     101  .    endpoints    descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
  21       101  201  threadBegin  name="client-1" target=serve startedBy=101 site=server.py:15
  20.5..22 101  .    threadStart  thread=201 site=server.py:15
  23..     101  201  receive      descriptor=4 site=server.py:20
  23..50   101  .    accept       descriptor=3 result=5 sinceEstablished=0 site=server.py:12
  50.1     101  .    endpoints    descriptor=5 local=127.0.0.1:9999 peer=127.0.0.1:50002
  51       101  202  threadBegin  name="client-2" target=serve startedBy=101 site=server.py:15
  50.5..52 101  .    threadStart  thread=202 site=server.py:15
  53..60   101  202  receive      descriptor=5 result=5 site=server.py:20
  23..80   101  201  receive      descriptor=4 result=4 site=server.py:20
  81..82   101  201  send         descriptor=4 result=4 site=server.py:21
  83..90   101  201  receive      descriptor=4 result=0 site=server.py:20
  91       101  201  close        descriptor=4
  92       101  201  threadEnd
  61..95   101  202  receive      descriptor=5 result=0 site=server.py:20
  96       101  202  close        descriptor=5
  97       101  202  threadEnd
  53..93   101  .    joinThread   thread=201 result=1 site=server.py:30
  94..98   101  .    joinThread   thread=202 result=1 site=server.py:30
  99       101  .    close        descriptor=3
  100      101  .    exit         status=-1 how=1
  105      kernel .  rootEnded    process=101 status=0
`;

/** Row 3: a process per connection; the parent closes its copy before the child has said a word. */
export const forkPerConnection = `
  ${serverStart}
  5..20    101  .  accept       descriptor=3 result=4 sinceEstablished=0 site=server.py:12
  20.1     101  .  endpoints    descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
  21..22   101  .  fork         result=102 site=server.py:15
  23       101  .  close        descriptor=4
  24       102  .  forked       parent=101 parentThread=101 site=server.py:15
  24.5     102  .  close        descriptor=3
  25..50   102  .  receive      descriptor=4 result=8 site=server.py:20
  51..52   102  .  send         descriptor=4 result=8 site=server.py:21
  53..60   102  .  receive      descriptor=4 result=0 site=server.py:20
  61       102  .  shutdown     descriptor=4 how=1 result=0
  62       102  .  close        descriptor=4
  63       102  .  exit         status=3 how=2
  24..200  101  .  accept       descriptor=3 result=-4 site=server.py:12
  201..202 101  .  waitProcess  target=-1 result=102 status=768 site=server.py:18
  210      101  .  exit         status=-1 how=1
  215      kernel . rootEnded   process=101 status=0
`;

/** The parent keeps its copy: the child is done at 62, and the connection is closed with the parent. */
export const keepsSocket = forkPerConnection.replace(/^ *23 .*close.*\n/m, '');

/** Row 1 as the observer sees it too: its threads' accounts, and the second client while it waits. */
export const observed = `
  ${iterative}
  30       kernel .  threadSeen       process=101 thread=101 name=python3
  30       kernel .  threadSample     process=101 thread=101 run=18 ready=1 state=S
  30       kernel .  queueLength      address=127.0.0.1:9999 length=0
  60       kernel .  queuedClient     local=127.0.0.1:9999 peer=127.0.0.1:50002 since=30
  60       kernel .  queueLength      address=127.0.0.1:9999 length=1
  90       kernel .  threadSeen       process=101 thread=205 name=helper
  90       kernel .  threadSample     process=101 thread=205 run=5 state=S waitsFor=gil
  210      kernel .  threadSample     process=101 thread=101 run=20 ready=1.5 state=S
  210      kernel .  threadSample     process=101 thread=205 run=80 state=S waitsFor=gil
  260      kernel .  threadGone       process=101 thread=205
  303.5    kernel .  queuedClientGone local=127.0.0.1:9999 peer=127.0.0.1:50002
  305      kernel .  threadSample     process=101 thread=101 run=21 ready=2 state=R
  314      101    .  threadCost       run=24
`;
