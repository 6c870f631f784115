/**
 * The tidy tree, from left to right: 3 ms for 1,000 nodes, so it runs on every change and keeps the live picture moving
 * until ELK's result is in.
 */
import { hierarchy, tree } from 'd3-hierarchy';
import { settle, type LayoutRequest } from './shape';

interface Item {
  at: number;
  children: Item[];
}

export function tidyTree(request: LayoutRequest): Float64Array {
  const { parents, nodeWidth, nodeHeight, gapX, gapY } = request;
  // Several roots hang under one that is not drawn.
  const top: Item = { at: -1, children: [] };
  const items: Item[] = Array.from(parents, (_, at) => ({ at, children: [] }));
  parents.forEach((parent, at) => (items[parent] ?? top).children.push(items[at]!));
  const places = new Float64Array(parents.length * 2);
  if (parents.length === 0) return places;
  const laid = tree<Item>().nodeSize([nodeHeight + gapY, nodeWidth + gapX]).separation(() => 1)(hierarchy(top));
  laid.each((node) => {
    if (node.data.at < 0) return;
    places[node.data.at * 2] = node.y;
    places[node.data.at * 2 + 1] = node.x;
  });
  return settle(places, request);
}
