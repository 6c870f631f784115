/**
 * Whether gdb can call a function inside a running process here. A Python debugger attaches by that, and where gdb stops half-way (no right to trace; a gdb that is older
 * than the processor, and can't put all of its registers back) the program that was to be looked at may end by it. So gdb is first tried on a process of our own.
 */
import { execFile, spawn } from 'node:child_process';

const withinMs = 20_000;

/**
 * What keeps gdb from it, in gdb's own words, as "Couldn't write extended state status: Bad address."; null where nothing does.
 * @param gdb the program to ask.
 */
export async function gdbTrouble(gdb = 'gdb'): Promise<string | null> {
  const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    await new Promise<void>((resolve, reject) => sleeper.once('spawn', resolve).once('error', reject));
    const { said, failed } = await outputOf(gdb, ['--nw', '--nh', '--nx', '--batch', '--pid', String(sleeper.pid), '--eval-command=call (int)getpid()']);
    if (said.includes(`$1 = ${sleeper.pid}`)) return null;
    // It says what is wrong last, and then that it lets the process go.
    return said.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('[Inferior')).at(-1) ?? failed ?? 'gdb says nothing.';
  } catch (error) {
    return String(error);
  } finally {
    sleeper.kill('SIGKILL');
  }
}

function outputOf(program: string, words: readonly string[]): Promise<{ readonly said: string; readonly failed: string | null }> {
  return new Promise((resolve) => {
    execFile(program, words, { timeout: withinMs, env: { ...process.env, LC_ALL: 'C' } }, (error, output, errors) => resolve({ said: `${output}\n${errors}`, failed: error?.message ?? null }));
  });
}
