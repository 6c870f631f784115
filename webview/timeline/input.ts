/**
 * Wheel and drag over the lanes, and the way of keys to the actions. A press is offered to the features first; what none of them takes
 * pans. What a click means is decided by the component. Keys count only while the canvas has the focus: letters belong to the editor otherwise.
 */
import { DisposableStore, toDisposable, type Disposable } from '../../src/base/disposable';
import type { Gesture } from '../feature';
import type { TimelineController } from './controller';
import { spanOf, xToTime } from './geometry';
import { rowHeight } from './metrics';

export interface InputTargets {
  canvas: HTMLCanvasElement;
  axis: HTMLCanvasElement;
  /** Scrolls the lanes up and down. */
  scroller: HTMLElement;
  /** Words and fields that lie over the lanes. */
  over: HTMLElement;
}

export interface InputActions {
  click(x: number, y: number): void;
  hover(event: PointerEvent): void;
  leave(): void;
  /** False where the key means nothing. */
  key(event: KeyboardEvent): boolean;
  /** A press that a feature takes for itself. */
  press(event: PointerEvent, on: 'lanes' | 'axis'): Gesture | null;
}

/** A press that moves less is a click. */
const dragAfterPx = 4;

export function attachInput(controller: TimelineController, targets: InputTargets, actions: InputActions): Disposable {
  const owned = new DisposableStore();
  const { canvas, axis, scroller, over } = targets;
  const listen = <K extends keyof HTMLElementEventMap>(element: HTMLElement, name: K, run: (event: HTMLElementEventMap[K]) => void): void => {
    element.addEventListener(name, run, { passive: false });
    owned.add(toDisposable(() => element.removeEventListener(name, run)));
  };
  const wheel = (event: WheelEvent): void => onWheel(controller, scroller, event);
  listen(scroller, 'wheel', wheel);
  listen(axis, 'wheel', wheel);
  // What lies over the lanes hides them, not their wheel.
  listen(over, 'wheel', (event) => {
    if (!scrollsItself(event.target, over)) wheel(event);
  });
  listen(canvas, 'keydown', (event) => void actions.key(event));
  listen(canvas, 'pointerleave', () => actions.leave());
  for (const element of [canvas, axis]) listen(element, 'pointerleave', () => (controller.pointerX.value = null));

  // The axis takes no focus, and would take it away from the lanes: keys would mean nothing after a press.
  listen(axis, 'mousedown', (event) => {
    event.preventDefault();
    controller.focus();
  });

  let taken: Gesture | null = null;
  let press: { x: number; y: number; lastX: number; lastY: number; moved: boolean; element: HTMLElement } | null = null;
  for (const element of [canvas, axis]) {
    listen(element, 'pointerdown', (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      taken = actions.press(event, element === canvas ? 'lanes' : 'axis');
      if (taken !== null) {
        actions.leave();
        return;
      }
      press = { x: event.clientX, y: event.clientY, lastX: event.clientX, lastY: event.clientY, moved: false, element };
    });
    listen(element, 'pointermove', (event) => {
      controller.pointerX.value = event.offsetX;
      if (taken !== null) {
        taken.move(event);
        return;
      }
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
      const gesture = taken;
      taken = null;
      gesture?.end(event, event.type === 'pointercancel');
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

/** Whether something from the target up to `within` has more than it shows. */
function scrollsItself(target: EventTarget | null, within: HTMLElement): boolean {
  for (let each = target instanceof HTMLElement ? target : null; each !== null && each !== within; each = each.parentElement) {
    if (each.scrollHeight > each.clientHeight && /auto|scroll/.test(getComputedStyle(each).overflowY)) return true;
  }
  return false;
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
