/**
 * Icons of the panel as inline SVG on a grid of 16, drawn in the text's colour: no font to load, nothing for the content
 * policy to allow. They are decoration: whoever uses one says the words beside it or in a label.
 */
import type { JSX } from 'preact';

export type IconName =
  | 'stop' | 'restart' | 'save' | 'open' | 'live' | 'fit' | 'play' | 'process' | 'thread' | 'connection' | 'listener' | 'chevron'
  | 'search' | 'filter' | 'picture' | 'note' | 'copy'
  | 'warning' | 'error' | 'info' | 'close' | 'goto' | 'alive' | 'ended' | 'zombie' | 'unknown' | 'stack' | 'killed' | 'client' | 'counter' | 'keys' | 'pause' | 'pin' | 'pinned' | 'replay';

const strokes: Readonly<Record<IconName, string>> = {
  stop: 'M4 4h8v8H4z',
  restart: 'M12.5 5.5A5 5 0 1 0 13 8M13 2.5v3.3H9.7',
  save: 'M3 3h8l2 2v8H3zM5.5 3v3.5h5V3M5 13V9.5h6V13',
  open: 'M2.5 12.5V4h4l1.5 1.5h4.5V7M2.5 12.5 4.5 7h10l-2 5.5z',
  live: 'M3 3v10M6 4l6 4-6 4z',
  fit: 'M2.5 3v10M13.5 3v10M5 8h6M7 6 5 8l2 2M9 6l2 2-2 2',
  play: 'M5 3.5v9l7.5-4.5z',
  process: 'M2.5 3.5h11v9h-11zM2.5 6h11',
  thread: 'M5 2.5c4 2-2 4 1.5 5.5S4 11.5 8 13.5M9.5 2.5c4 2-2 4 1.5 5.5s-2.5 3.5 1.5 5.5',
  connection: 'M2.5 6h9M9 3.5 11.5 6 9 8.5M13.5 10h-9M7 7.5 4.5 10 7 12.5',
  counter: 'M2.5 13.5v-4H5V6h3v4h2.5V3h3v10.5z',
  client: 'M2.5 8h10M9 4.5 12.5 8 9 11.5',
  listener: 'M8 13.5V8M5.2 10.8a4 4 0 1 1 5.6 0M3.2 12.8a6.8 6.8 0 1 1 9.6 0M8 8m-.8 0a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0',
  chevron: 'M6 4l4 4-4 4',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 1 0 0-9zM10.3 10.3 14 14',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
  picture: 'M2.5 3.5h11v9h-11zM2.5 11l3.5-3.5 2.5 2.5 2-2 3 3M10.5 6.2m-.7 0a.7.7 0 1 0 1.4 0a.7.7 0 1 0-1.4 0',
  note: 'M3 2.5h10v8l-3 3H3zM10 13.5v-3h3M5.5 5.5h5M5.5 8h3.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  warning: 'M8 2.5 14.5 13.5h-13zM8 6.5v3.5M8 11.4v.6',
  error: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  info: 'M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2zM8 7v4M8 4.8v.6',
  close: 'M4 4l8 8M12 4l-8 8',
  goto: 'M9 3.5h4v9H3v-4M3 6h5M6 4l2 2-2 2',
  alive: 'M8 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 1 0 0-7z',
  ended: 'M3.5 8.5 6.5 11.5 12.5 5',
  zombie: 'M8 2.5C5 2.5 3.5 4.8 3.5 7.2c0 1.6.8 2.6 1.5 3.2v2.1h6v-2.1c.7-.6 1.5-1.6 1.5-3.2 0-2.4-1.5-4.7-4.5-4.7zM6.2 7.2v.9M9.8 7.2v.9M7 12.5v-1.3M9 12.5v-1.3',
  killed: 'M4 4l8 8M12 4l-8 8M8 1.5v2M8 12.5v2',
  unknown: 'M5.8 6a2.2 2.2 0 1 1 3.3 1.9c-.8.5-1.1.8-1.1 1.7M8 11.6v.6',
  stack: 'M4.5 6.5h9v7h-9zM2.5 11.5v-7h9',
  keys: 'M1.5 4h13v8h-13zM4 6.5h.1M6.6 6.5h.1M9.3 6.5h.1M12 6.5h.1M4 9.5h.1M6.5 9.5h3.2M12 9.5h.1',
  pause: 'M4.5 3.5h2.5v9H4.5zM9 3.5h2.5v9H9z',
  pin: 'M6 2.5h4M6.5 2.5v4L4.5 9h7l-2-2.5v-4M8 9v4.5',
  pinned: 'M6 2.5h4M6.5 2.5v4L4.5 9h7l-2-2.5v-4zM8 9v4.5',
  replay: 'M3.2 5.5A5.5 5.5 0 1 1 2.5 8M3 2.6v3.1h3.1M7 6v4l3.2-2z',
};

const filled: ReadonlySet<IconName> = new Set<IconName>(['stop', 'play', 'alive', 'pause', 'pinned']);

/** Made once: what is the same object as before is not compared, and each of thirty row headers has some. */
const made = new Map<string, JSX.Element>();

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): JSX.Element {
  const key = `${name} ${size}`;
  let icon = made.get(key);
  if (icon === undefined) made.set(key, (icon = drawn(name, size)));
  return icon;
}

function drawn(name: IconName, size: number): JSX.Element {
  return (
    <svg class={`icon icon-${name}`} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={strokes[name]} fill={filled.has(name) ? 'currentColor' : 'none'} stroke="currentColor" stroke-width="1.1" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
