/**
 * The engine lives in VS Code's Node, whose compiler is not that of the Node which happens to run a script: what took the one 8 s took the other 16
 * (HISTORY.md). So measurements run in the newest VS Code's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ensureNpmVscode, VSCODE_VERSIONS } from '../harness/npmVscode';

/** FORKSCOPE_BENCH_NODE: another one, by its path; `this`: the one that runs already. */
const wanted = process.env.FORKSCOPE_BENCH_NODE;

/** Runs this program with the same arguments in that Node. Null: this is it. @returns what it ended with. */
export async function inEditorsNode(): Promise<number | null> {
  if (wanted === 'this') return null;
  const node = wanted ?? (await ensureNpmVscode(VSCODE_VERSIONS[0])).node;
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit', env: { ...process.env, FORKSCOPE_BENCH_NODE: 'this' } });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
