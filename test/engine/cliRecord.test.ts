/** `forkscope record` is not noticed: streams, signals and status are the program's own, and the recording is there at the end. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPythons } from '../probes/support/pythons';
import { CliBundle, eventually, isRunning } from './cliBundle';

let bundle: CliBundle;
/** A real interpreter: a version manager's shim would be a process tree of its own. */
const python = findPythons().at(-1)?.path ?? 'python3';
beforeAll(() => {
  bundle = new CliBundle();
});
afterAll(() => bundle.dispose());

const saved = (file: string): string => `forkscope: recording saved to ${bundle.path(file)}\n`;

describe('a recorded program', () => {
  it.each([
    ['exit 3', 3],
    ['exit 0', 0],
    ['kill -9 $$', 137],
    ['kill -TERM $$', 143],
    ['kill -SEGV $$', 139],
  ])('%s ends with %i', async (script, code) => {
    const ended = await bundle.run(['record', '-o', 'status.forkscope', '--', 'sh', '-c', script]);
    expect(ended).toEqual({ code, signal: null, stdout: '', stderr: saved('status.forkscope') });
    const { recording } = await bundle.report('status.forkscope');
    expect(recording.complete).toBe(true);
    expect(recording.exit).toEqual(code > 128 ? { code: null, signal: { 137: 'SIGKILL', 143: 'SIGTERM', 139: 'SIGSEGV' }[code] } : { code, signal: null });
    expect(existsSync(bundle.path('status.forkscope.run'))).toBe(false);
    expect(statSync(bundle.path('status.forkscope')).mode & 0o777).toBe(0o600);
  });

  it('reads its stdin and writes its stdout and stderr unchanged', async () => {
    const { child, ended } = bundle.start(['record', '-o', 'cat.forkscope', '--', 'sh', '-c', 'cat; echo aside >&2; exit 5']);
    const bytes = Buffer.alloc(300_000, 'binary \u0000 bytes\n');
    child.stdin!.end(bytes);
    const { code, stdout, stderr } = await ended;
    expect([code, stdout === bytes.toString(), stderr]).toEqual([5, true, `aside\n${saved('cat.forkscope')}`]);
  });

  it('finds limits, arguments and environment as they are without us', () => {
    const script = 'ulimit -S -n; echo "$0" "$@"; env | grep -c "^FORKSCOPE_STRIP\\|^ELECTRON" ; true';
    const program = ['sh', '-c', script, 'name', 'two words', '--help', ''];
    const shell = (command: string[]): string =>
      `ulimit -S -n 512; ${command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')}`;
    const plain = spawnSync('sh', ['-c', shell(program)], { encoding: 'utf8', cwd: bundle.folder });
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', FORKSCOPE_STRIP: 'ELECTRON_RUN_AS_NODE' };
    const traced = spawnSync('sh', ['-c', `${shell([process.execPath, bundle.cli, 'record', '-o', 'same.forkscope', '--', ...program])}; true`], {
      encoding: 'utf8', cwd: bundle.folder, env,
    });
    expect(plain.stdout).toContain('512\n');
    expect(traced.stdout).toBe(plain.stdout);
    expect(traced.stderr).toBe(saved('same.forkscope'));
  });

  it('gets signals that are sent to the supervisor', async () => {
    const script = 'for s in TERM USR1 USR2 HUP INT QUIT; do trap "echo $s" $s; done; echo ready; while :; do sleep 0.05; done';
    for (const signal of ['SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) {
      const { child, ended } = bundle.start(['record', '-o', 'signal.forkscope', '--', 'sh', '-c', script], { detached: true });
      let out = '';
      child.stdout!.on('data', (text: Buffer) => (out += text.toString()));
      await eventually('the program is ready', () => out.includes('ready'));
      child.kill(signal);
      await eventually(`${signal} arrived`, () => out.includes(signal.slice(3)));
      const pid = Number(/(\d+)/.exec(readFileSync(join(bundle.path('signal.forkscope.run'), 'run.json'), 'utf8').split('"root"')[1]!)![1]);
      process.kill(pid, 'SIGKILL');
      expect((await ended).code).toBe(137);
      expect(out).toBe(`ready\n${signal.slice(3)}\n`);
    }
  });

  it('gets one Ctrl-C from its terminal, not two', () => {
    const driver = `
import os, pty, sys, time, select
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
out = b""
sent = False
end = time.time() + 30
while time.time() < end:
    if not select.select([fd], [], [], 1)[0]:
        continue
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data: break
    out += data
    if b"ready" in out and not sent:
        sent = True
        os.write(fd, b"\\x03")
_, status = os.waitpid(pid, 0)
print(out.decode().replace("\\r", ""), os.waitstatus_to_exitcode(status), sep="|")
`;
    const program = `
import signal, sys, time
count = 0
def handler(*_):
    global count
    count += 1
signal.signal(signal.SIGINT, handler)
print("ready", sys.stdin.isatty(), flush=True)
end = time.time() + 1.0
while time.time() < end: time.sleep(0.05)
print("interrupts", count, flush=True)
sys.exit(9)
`;
    writeFileSync(bundle.path('interrupted.py'), program);
    const args = ['-c', driver, process.execPath, bundle.cli, 'record', '-o', 'ctrlc.forkscope', '--', python, bundle.path('interrupted.py')];
    const out = execFileSync('python3', args, { encoding: 'utf8', cwd: bundle.folder });
    expect(out.replace('^C', '')).toBe(`ready True\ninterrupts 1\n${saved('ctrlc.forkscope')}|9\n`);
  });

  it('gets a name of its own in the folder of --into, also where several begin at once', async () => {
    mkdirSync(bundle.path('into'));
    const ended = await Promise.all([1, 2, 3].map(() => bundle.run(['record', '--into', 'into', '--', 'true'])));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    const names = readdirSync(bundle.path('into'));
    expect(names.length).toBe(3);
    for (const name of names) expect(name).toMatch(/^true-\d{8}-\d{6}(-\d)?\.forkscope$/);
    await bundle.run(['record', '--into', 'into', '--', 'no-such-program']);
    expect(readdirSync(bundle.path('into'))).toEqual(names);
  });

  it('that daemonises is recorded to its daemon’s end', async () => {
    const script = '(setsid sh -c "sleep 0.7; exit 4" >/dev/null 2>&1 &) ; exit 1';
    const began = Date.now();
    const { code } = await bundle.run(['record', '-o', 'daemon.forkscope', '--', 'sh', '-c', script]);
    expect(code).toBe(1);
    expect(Date.now() - began).toBeGreaterThan(650);
    const { processes } = await bundle.report('daemon.forkscope');
    expect(processes.length).toBeGreaterThanOrEqual(2);
  });

  it('that leaves a daemon can be left alone by SIGTERM', async () => {
    const script = '(setsid sleep 60 >/dev/null 2>&1 & echo $! >daemon.pid); exit 6';
    const { child, ended } = bundle.start(['record', '-o', 'left.forkscope', '--', 'sh', '-c', script]);
    const manifest = bundle.path('left.forkscope.run/run.json');
    await eventually('the root ends', () => existsSync(bundle.path('daemon.pid')) && existsSync(manifest));
    const daemon = Number(readFileSync(bundle.path('daemon.pid'), 'utf8'));
    await new Promise((next) => setTimeout(next, 1500));
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect(code).toBe(6);
    expect(stderr).toBe(`forkscope: recording stopped; still running without it: process ${String(daemon)}\n${saved('left.forkscope')}`);
    expect(isRunning(daemon)).toBe(true);
    process.kill(daemon, 'SIGKILL');
  });

  it('runs on where its folder is deleted under it', async () => {
    const program = 'import os,shutil,socket,sys,threading\nshutil.rmtree(os.environ["FORKSCOPE_RUN"])\nfor n in range(200):\n t=threading.Thread(target=print,args=(n,));t.start();t.join()\nif os.fork()==0: os._exit(0)\nos.wait()\nsys.exit(7)';
    const { code, stdout, stderr } = await bundle.run(['record', '-o', 'gone.forkscope', '--', python, '-c', program]);
    expect([code, stdout]).toEqual([7, Array.from({ length: 200 }, (_, number) => `${String(number)}\n`).join('')]);
    expect(stderr).toMatch(/^forkscope: no recording was saved: its folder .* was deleted while the program ran\n$/);
  });

  it('that is Python is reported with its processes and threads', async () => {
    const program = 'import os,threading,time\nt=threading.Thread(target=time.sleep,args=(.05,),name="worker");t.start();t.join()\np=os.fork()\nif p==0: os._exit(3)\nos.waitpid(p,0)';
    await bundle.run(['record', '-o', 'python.forkscope', python, '-c', program]);
    const report = await bundle.report('python.forkscope');
    expect(report.processes.map(({ birth, exit }) => [birth, exit?.code])).toEqual([['root', 0], ['fork', 3]]);
    expect(report.processes[0]!.threads.map(({ name }) => name)).toEqual(['MainThread', 'worker']);
    const text = await bundle.run(['report', 'python.forkscope']);
    expect(text.stdout).toMatch(/Processes \(2\)\n {2}p1 .*\n {4}t1 MainThread.*\n {4}t2 worker: waited sleep .*\n {4}p2 .*fork at .*exit status 3/);
  });
});

describe('what can’t be recorded', () => {
  const none = { stdout: '' };

  it('says so in one sentence before the program starts', async () => {
    const run = (...args: string[]) => bundle.run(['record', ...args]);
    expect(await run('-o', 'x.forkscope', '--', 'no-such-program')).toMatchObject({
      ...none, code: 127, stderr: 'forkscope: no-such-program can\'t be started: it is in no folder of PATH. Check its name.\n',
    });
    writeFileSync(bundle.path('plain.txt'), 'text');
    expect(await run('--', './plain.txt')).toMatchObject({ ...none, code: 126, stderr: expect.stringMatching(/^forkscope: .*is not executable.*\n$/) as string });
    writeFileSync(bundle.path('badbang'), '#!/no/such/interpreter\n', { mode: 0o755 });
    expect(await run('-o', 'bang.forkscope', '--', './badbang')).toMatchObject({ ...none, code: 127 });
    expect(await run('-o', '/proc/x.forkscope', '--', 'touch', bundle.path('started'))).toMatchObject({ ...none, code: 1, stderr: expect.stringMatching(/^forkscope: .*\n$/) as string });
    mkdirSync(bundle.path('full'));
    writeFileSync(bundle.path('full/mine.txt'), 'mine');
    expect(await run('--folder', 'full', '-o', 'y.forkscope', '--', 'touch', bundle.path('started'))).toMatchObject({ code: 1 });
    expect(existsSync(bundle.path('started'))).toBe(false);
    expect(readdirSync(bundle.path('full'))).toEqual(['mine.txt']);
    expect(readdirSync(bundle.folder).filter((name) => /bang\.|^x\.|^y\.|\.part$/.test(name))).toEqual([]);
  });

  it.each([[], ['record'], ['record', '-o'], ['nonsense'], ['report'], ['report', 'a', 'b'], ['record', '--nonsense', '--', 'true']])(
    'explains wrong usage: %j',
    async (...args) => {
      expect(await bundle.run(args)).toMatchObject({ ...none, code: 2, stderr: expect.stringMatching(/^forkscope: .*\(forkscope --help shows how\)\n$/) as string });
    },
  );

  it('tells what is wrong with a recording', async () => {
    writeFileSync(bundle.path('empty.forkscope'), '');
    writeFileSync(bundle.path('other.forkscope'), 'something else');
    for (const file of ['empty.forkscope', 'other.forkscope', 'absent.forkscope']) {
      expect(await bundle.run(['report', file])).toMatchObject({ ...none, code: 1, stderr: expect.stringMatching(/^forkscope: [^\n]+\.\n$/) as string });
    }
  });

  it('shows help and version on stdout', async () => {
    expect((await bundle.run(['--help'])).stdout).toMatch(/^Usage:/);
    expect((await bundle.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

const mounts = process.getuid?.() === 0 && spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs none $d && umount $d && rmdir $d']).status === 0;

describe.runIf(mounts)('a full disk', () => {
  it('that fills while the program runs keeps what was recorded, and says where', async () => {
    const disk = bundle.path('disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'none', disk]);
    try {
      const fill = `import os,threading\nt=threading.Thread(target=print,args=("a",));t.start();t.join()\nf=open(${JSON.stringify(join(disk, 'fill'))},"wb",0)\ntry:\n while True: f.write(bytes(4096))\nexcept OSError: print("full",flush=True)\nfor n in range(3000):\n t=threading.Thread(target=int);t.start();t.join()\nprint("b")\nos._exit(8)`;
      const { code, stdout, stderr } = await bundle.run(['record', '-o', join(disk, 'run.forkscope'), '--', python, '-c', fill]);
      expect([code, stdout]).toEqual([8, 'a\nfull\nb\n']);
      expect(stderr).toMatch(/^forkscope: the recording stays in .*run\.forkscope\.run: The disk is full.*\n$/m);
      rmSync(join(disk, 'fill'));
      const report = await bundle.report(join(disk, 'run.forkscope.run'));
      expect(report.processes[0]!.threads.length).toBeGreaterThan(1);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('is told before the program starts', async () => {
    const disk = bundle.path('small');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', disk]);
    try {
      const ended = await bundle.run(['record', '-o', join(disk, 'run.forkscope'), '--', 'echo', 'started']);
      expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^forkscope: The disk that holds .* is full/) as string });
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
