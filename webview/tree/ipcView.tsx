/** The lines between processes that talk; each has a wider, unseen one under it, for the pointer. */
import type { JSX } from 'preact';
import { flowWords, linksWords } from '../edgeWords';
import { t } from '../words';
import type { IpcLine } from './ipcLines';
import { nodeName } from './nodeCard';

/** An open head: the filled ones of the timeline mean that one made another go on. */
export function IpcHead(): JSX.Element {
  return (
    <defs>
      {['', 'strong', 'over'].map((look) => (
        <marker key={look} id={`ipc-head-${look}`} class={`ipc-head ${look}`} viewBox="0 0 8 10" refX="7" refY="5" markerWidth="8" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto-start-reverse">
          <path d="M 1 1 L 7 5 L 1 9" />
        </marker>
      ))}
    </defs>
  );
}

export function IpcLineView({ line, select }: { line: IpcLine; select(): void }): JSX.Element {
  const look = line.strong ? 'strong' : line.over ? 'over' : '';
  const head = (flows: boolean): string | undefined => (flows ? `url(#ipc-head-${look})` : undefined);
  const d = { d: `path("${line.path}")` };
  return (
    <g class={`ipc ${look}`} data-edge-id={line.id} onClick={select}>
      <path class="ipc-reach" style={d} />
      <path class="ipc-line" style={d} marker-start={head(line.back !== null)} marker-end={head(line.forth !== null)} />
      <title>{lineTitle(line)}</title>
    </g>
  );
}

function lineTitle(line: IpcLine): string {
  const [from, to] = [nodeName(line.from), nodeName(line.to)];
  const lines = [t('{0} and {1} talk', from, to), linksWords(line)];
  if (line.forth !== null) lines.push(`${from} → ${to}: ${flowWords(line.forth)}`);
  if (line.back !== null) lines.push(`${to} → ${from}: ${flowWords(line.back)}`);
  return lines.join('\n');
}
