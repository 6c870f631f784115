/**
 * The layout worker: the only importer of elkjs. It is bundled as a classic script, fetched by the webview and started from
 * a blob, and needs no unsafe-eval. ELK's own worker script answers messages itself once it is loaded; here its engine is
 * used as an object instead, so that only numbers cross: parents in, places out.
 */
import { Worker as ElkEngine } from 'elkjs/lib/elk-worker.min.js';
import ELK, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk-api';
import { settle, type FromLayoutWorker, type LayoutReady, type LayoutRequest } from './shape';

const elk = new ELK({ workerFactory: () => new ElkEngine('') });

/** mrtree and not layered: measured on 200 nodes it takes a thirteenth of the time. */
const options = {
  'elk.algorithm': 'mrtree',
  'elk.direction': 'RIGHT',
  // Siblings stay in the order in which they began.
  'elk.mrtree.weighting': 'MODEL_ORDER',
};

/** Several roots hang under one that is not drawn, so that they keep their order. */
const topId = 'top';

async function layOut(request: LayoutRequest): Promise<Float64Array> {
  const { parents, nodeWidth, nodeHeight, gapY } = request;
  const children: ElkNode[] = [{ id: topId, width: 1, height: 1 }];
  const edges: ElkExtendedEdge[] = [];
  parents.forEach((parent, at) => {
    children.push({ id: `n${at}`, width: nodeWidth, height: nodeHeight });
    edges.push({ id: `e${at}`, sources: [parent < 0 ? topId : `n${parent}`], targets: [`n${at}`] });
  });
  const laid = await elk.layout({
    id: 'root',
    layoutOptions: { ...options, 'elk.spacing.nodeNode': String(gapY) },
    children,
    edges,
  });
  const places = new Float64Array(parents.length * 2);
  for (const node of laid.children ?? []) {
    if (node.id === topId) continue;
    const at = Number(node.id.slice(1));
    places[at * 2 + 1] = node.y ?? 0;
  }
  return settle(places, request);
}

/** A worker's global, as far as it is used here: the DOM's types describe a window. */
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<LayoutRequest>) => void) | null;
  postMessage(message: FromLayoutWorker | LayoutReady, transfer?: Transferable[]): void;
};

scope.onmessage = ({ data }) => {
  layOut(data).then(
    (places) => scope.postMessage({ id: data.id, places }, [places.buffer]),
    (error: unknown) => scope.postMessage({ id: data.id, error: error instanceof Error ? error.message : String(error) }),
  );
};

scope.postMessage({ ready: true });
