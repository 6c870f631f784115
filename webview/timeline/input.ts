/**
 * Wheel, drag and keys over the lanes. Every gesture lands in the viewport or the scroller; what a click means is decided by
 * the component. Keys count only while the canvas has the focus: letters belong to the editor otherwise.
 */
import { DisposableStore, toDisposable, type Disposable } from '../../src/base/disposable';
import type { TimelineController } from './controller';
import { fitView, spanOf, xToTime } from './geometry';
import { rowHeight } from './metrics';

export interface InputTargets {
  canvas: HTMLCanvasElement;
  axis: HTMLCanvasElement;
  /** Scrolls the lanes up and down. */
  scroller: HTMLElement;
}

export interface InputActions {
  click(x: number, y: number): void;
  hover(event: PointerEvent): void;
  leave(): void;
  /** The row above or below the selected one. */
  step(by: number): void;
  open(): void;
  clear(): void;
  toggle(): void;
}

/** A press that moves less is a click. */
const dragAfterPx = 4;

export function attachInput(controller: TimelineController, targets: InputTargets, actions: InputActions): Disposable {
  const owned = new DisposableStore();
  const { canvas, axis, scroller } = targets;
  const listen = <K extends keyof HTMLElementEventMap>(element: HTMLElement, name: K, run: (event: HTMLElementEventMap[K]) => void): void => {
    element.addEventListener(name, run, { passive: false });
    owned.add(toDisposable(() => element.removeEventListener(name, run)));
  };
  const wheel = (event: WheelEvent): void => onWheel(controller, scroller, event);
  listen(scroller, 'wheel', wheel);
  listen(axis, 'wheel', wheel);
  listen(canvas, 'keydown', (event) => onKey(controller, scroller, actions, event));
  listen(canvas, 'pointerleave', () => actions.leave());

  let press: { x: number; y: number; lastX: number; lastY: number; moved: boolean; element: HTMLElement } | null = null;
  for (const element of [canvas, axis]) {
    listen(element, 'pointerdown', (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      press = { x: event.clientX, y: event.clientY, lastX: event.clientX, lastY: event.clientY, moved: false, element };
    });
    listen(element, 'pointermove', (event) => {
      if (press === null) {
        if (element === canvas) actions.hover(event);
        return;
      }
      press.moved ||= Math.hypot(event.clientX - press.x, event.clientY - press.y) >= dragAfterPx;
      if (!press.moved) return;
      actions.leave();
      element.classList.add('dragging');
      const { width } = controller.size.peek();
      controller.viewport.panBy(((press.lastX - event.clientX) / width) * spanOf(controller.viewport.view.peek()));
      if (element === canvas) scroller.scrollTop += press.lastY - event.clientY;
      press.lastX = event.clientX;
      press.lastY = event.clientY;
    });
    const release = (event: PointerEvent): void => {
      const was = press;
      press = null;
      element.classList.remove('dragging');
      if (was !== null && !was.moved && event.type === 'pointerup' && element === canvas) actions.click(event.offsetX, event.offsetY);
    };
    listen(element, 'pointerup', release);
    listen(element, 'pointercancel', release);
  }
  return owned;
}

/** Ctrl (a pinch says Ctrl too): zoom at the cursor; sideways or Shift: pan; otherwise the lanes scroll. */
function onWheel(controller: TimelineController, scroller: HTMLElement, event: WheelEvent): void {
  event.preventDefault();
  const { viewport } = controller;
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowHeight : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? scroller.clientHeight : 1;
  const deltaX = (event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX) * unit;
  const deltaY = event.shiftKey ? 0 : event.deltaY * unit;
  const { width } = controller.size.peek();
  if (width <= 0) return;
  if (event.ctrlKey || event.metaKey) {
    // A mouse's notch is about 100 and a pinch's step about 4: one notch is a quarter.
    const change = event.deltaY * unit;
    const rate = Math.abs(change) < 40 ? 0.01 : 0.0022;
    const left = scroller.getBoundingClientRect().left + (scroller.clientWidth - width);
    viewport.zoomBy(Math.exp(change * rate), xToTime(viewport.view.peek(), width, Math.max(0, event.clientX - left)));
    return;
  }
  if (deltaX !== 0) viewport.panBy((deltaX / width) * spanOf(viewport.view.peek()));
  // Set from here and not left to the browser: canvas and headers then move in the same frame.
  if (deltaY !== 0) scroller.scrollTop += deltaY;
}

function onKey(controller: TimelineController, scroller: HTMLElement, actions: InputActions, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { viewport } = controller;
  const span = spanOf(viewport.view.peek());
  const step = event.shiftKey ? 0.5 : 0.12;
  switch (event.key) {
    case 'a': case 'A': case 'ArrowLeft': viewport.panBy(-span * step); break;
    case 'd': case 'D': case 'ArrowRight': viewport.panBy(span * step); break;
    case 'w': case 'W': case '+': case '=': viewport.zoomBy(1 / 1.25); break;
    case 's': case 'S': case '-': case '_': viewport.zoomBy(1.25); break;
    case 'ArrowUp': actions.step(-1); break;
    case 'ArrowDown': actions.step(1); break;
    case 'PageUp': scroller.scrollTop -= scroller.clientHeight - rowHeight; break;
    case 'PageDown': scroller.scrollTop += scroller.clientHeight - rowHeight; break;
    case 'Home': viewport.show({ fromNs: fitView(viewport.extentNs).fromNs, toNs: fitView(viewport.extentNs).fromNs + span }); break;
    case 'End': viewport.show({ fromNs: fitView(viewport.extentNs).toNs - span, toNs: fitView(viewport.extentNs).toNs }); break;
    case 'f': case 'F': viewport.fit(); break;
    case 'l': case 'L': viewport.follow(); break;
    case 'Enter': actions.open(); break;
    case ' ': actions.toggle(); break;
    case 'Escape': actions.clear(); break;
    default: return;
  }
  event.preventDefault();
}
