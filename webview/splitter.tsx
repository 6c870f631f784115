/** A line that is dragged, or moved with the arrow keys, to share room between two parts. */
import type { CSSProperties, JSX } from 'preact';
import { useRef } from 'preact/hooks';

export interface SplitterProps {
  /** The direction it moves in. */
  axis: 'x' | 'y';
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  style?: CSSProperties;
  /** What it sizes lies after it: dragging it back makes that larger. */
  reversed?: boolean;
  change(value: number): void;
  /** The value for a pointer, given the box of the splitter's parent. */
  measure(event: PointerEvent, box: DOMRect): number;
}

export function Splitter({ axis, label, value, min, max, step, style, reversed = false, change, measure }: SplitterProps): JSX.Element {
  const line = useRef<HTMLDivElement>(null);
  const limit = (wanted: number): number => Math.min(Math.max(wanted, min), max);
  const onKeyDown = (event: KeyboardEvent): void => {
    const keys = axis === 'x' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const [less, more] = reversed ? keys.reverse() : keys;
    const target = event.key === less ? value - step : event.key === more ? value + step : event.key === 'Home' ? min : event.key === 'End' ? max : null;
    if (target === null) return;
    event.preventDefault();
    change(limit(target));
  };
  const onPointerMove = (event: PointerEvent): void => {
    const element = line.current;
    const parent = element?.parentElement ?? null;
    if (element === null || parent === null || !element.hasPointerCapture(event.pointerId)) return;
    change(limit(measure(event, parent.getBoundingClientRect())));
  };
  return (
    <div
      ref={line} class={`splitter splitter-${axis}`} role="separator" tabIndex={0} aria-label={label} aria-orientation={axis === 'x' ? 'vertical' : 'horizontal'}
      aria-valuenow={Math.round(value * 100) / 100} aria-valuemin={min} aria-valuemax={max} style={style ?? {}}
      onKeyDown={onKeyDown} onPointerMove={onPointerMove}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
    />
  );
}
