/** Servers that a debugger stops, as tables. Phases: 1 started, 4 its process is known, 2 ended, 3 restarted. */

export const session = `
  1     kernel  .  debugSession  session=1 process=101 type=debugpy name=server.py phase=4
  1     kernel  .  debugThread   session=1 process=101 debugThread=1 name=MainThread phase=1
`;

/** The first handler stops at line 7 for 100 to 250 ms; the thread that accepts stops along once a client has come to it, at 140. */
export const stoppedHandler = `
  0        101  .    image       command="python3 server.py" parent=1
  1        101  .    bind        descriptor=3 address=127.0.0.1:9999 type=1
  2        101  .    listen      descriptor=3 address=127.0.0.1:9999 backlog=5
  ${session}
  5..20    101  .    accept      descriptor=3 result=4 sinceEstablished=0 site=server.py:12
  20.1     101  .    endpoints   descriptor=4 local=127.0.0.1:9999 peer=127.0.0.1:50001
  21       101  201  threadBegin name="Thread-5 (handle)" target=handle startedBy=101 site=server.py:15
  20.5..22 101  .    threadStart thread=201 site=server.py:15
  23..90   101  201  receive     descriptor=4 result=5 site=server.py:6
  100..    101  201  suspended   site=server.py:7:handle
  100..250 101  201  suspended   site=server.py:7:handle
  103.5    kernel .  debugThread  session=1 process=101 debugThread=3 name="Thread-5 (handle)" phase=1
  104      kernel .  debugStop    at=103 session=1 process=101 debugThread=3 reason=breakpoint file=/srv/server.py line=7 all=1
  23..139  101  .    accept      descriptor=3 result=5 sinceEstablished=0 site=server.py:12
  139.1    101  .    endpoints   descriptor=5 local=127.0.0.1:9999 peer=127.0.0.1:50002
  140..251 101  .    suspended   site=server.py:14:main
  250      kernel .  debugContinue at=249 session=1 process=101 debugThread=1 all=1 how=1
  252      101  202  threadBegin name="Thread-6 (handle)" target=handle startedBy=101 site=server.py:15
  251.5..253 101 .   threadStart thread=202 site=server.py:15
  254..255 101  201  send        descriptor=4 result=5 site=server.py:8
  256      101  201  close       descriptor=4
  257      101  201  threadEnd
  254..400 101  .    accept      descriptor=3 result=6 sinceEstablished=0 site=server.py:12
`;

