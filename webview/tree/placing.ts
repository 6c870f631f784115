/**
 * Where the nodes stand. The tidy tree places every change at once; ELK's result replaces it when it comes and still fits.
 * Both get the same sizes and gaps, so a settled picture moves little.
 */
import { batch, effect, signal } from '@preact/signals';
import { toDisposable, type Disposable } from '../../src/base/disposable';
import type { LayoutClient } from '../layout/client';
import type { LayoutRequest } from '../layout/shape';
import { tidyTree } from '../layout/tidy';
import type { TreeNode } from './model';

/** As in styles.css: `exit code 0`, an age and a tag have room beside one another. */
export const nodeWidth = 228;
export const nodeHeight = 44;
export const gapX = 44;
export const gapY = 10;
/** A burst of forks is laid out once. */
const settleMs = 120;

export interface Placed {
  node: TreeNode;
  x: number;
  y: number;
}

export class Placing implements Disposable {
  readonly placed = signal<readonly Placed[]>([]);
  readonly size = signal({ width: 0, height: 0 });
  /** Which layout the picture has, for tests and the log. */
  readonly by = signal<'tidy' | 'elk'>('tidy');
  private structure = '';
  private places: Float64Array = new Float64Array();
  private sequence = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stop: Disposable;

  constructor(nodes: { readonly value: readonly TreeNode[] }, private readonly layout: LayoutClient) {
    this.stop = toDisposable(effect(() => this.update(nodes.value)));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.stop.dispose();
    this.layout.dispose();
  }

  private update(nodes: readonly TreeNode[]): void {
    const structure = nodes.map((node) => `${node.id}<${node.parent ?? ''}`).join('\n');
    if (structure !== this.structure) {
      this.structure = structure;
      const request = requestFor(nodes, ++this.sequence);
      this.places = tidyTree(request);
      this.by.value = 'tidy';
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(request, nodes), settleMs);
    }
    this.publish(nodes);
  }

  private async ask(request: LayoutRequest, nodes: readonly TreeNode[]): Promise<void> {
    if (nodes.length < 2) return;
    const outcome = await this.layout.layOut(request);
    if (!('places' in outcome) || request.id !== this.sequence) return;
    this.places = outcome.places;
    this.by.value = 'elk';
    this.publish(this.placed.peek().map((placed) => placed.node));
  }

  private publish(nodes: readonly TreeNode[]): void {
    let width = 0;
    let height = 0;
    const placed = nodes.map((node, at) => {
      const x = Math.round(this.places[at * 2] ?? 0);
      const y = Math.round(this.places[at * 2 + 1] ?? 0);
      width = Math.max(width, x + nodeWidth);
      height = Math.max(height, y + nodeHeight);
      return { node, x, y };
    });
    batch(() => {
      this.placed.value = placed;
      this.size.value = { width, height };
    });
  }
}

function requestFor(nodes: readonly TreeNode[], id: number): LayoutRequest {
  const at = new Map(nodes.map((node, index) => [node.id, index]));
  const parents = Int32Array.from(nodes, (node) => (node.parent === null ? -1 : at.get(node.parent) ?? -1));
  return { id, parents, nodeWidth, nodeHeight, gapX, gapY };
}
