/**
 * The extension host as the page sees it where there is no VS Code: messages go to the bench's server and come from it, with an
 * answer's buffers as they are. A worker asks the server: in VS Code too the page's thread has only messages to hand on. What they cost
 * it is counted in `forkscopeBridge`.
 *
 *     answer   ┌────────┬──────────────────────────────┬─────┬────────┬────────┐
 *              │ length │ JSON: message, buffers' names │ pad │ buffer │ buffer │ …
 *              └────────┴──────────────────────────────┴─────┴────────┴────────┘
 */
(() => {
  // Before the page itself there is an empty one.
  if (!location.protocol.startsWith('http')) return;
  const counted = (window.forkscopeBridge = { busyMs: 0, answers: 0, bytes: 0, roundTrips: [], readyAt: null });
  /** By number: when a tile was asked for. */
  const asked = new Map();
  let next = 0;
  let saved;

  /** Runs in the worker. */
  function inWorker(origin) {
    function take(whole, number) {
      const view = new DataView(whole);
      const length = view.getUint32(0, true);
      const { message, buffers } = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, length)));
      let at = Math.ceil((4 + length) / 8) * 8;
      const moved = buffers.map(({ path, bytes }) => {
        const buffer = whole.slice(at, at + bytes);
        at = Math.ceil((at + bytes) / 8) * 8;
        const place = path.slice(0, -1).reduce((holder, name) => holder[name], message);
        place[path.at(-1)] = buffer;
        return buffer;
      });
      self.postMessage({ number, message, buffers: moved, bytes: whole.byteLength }, moved);
    }
    self.onmessage = async ({ data: { number, url, body } }) => {
      const response = await fetch(origin + url, { method: 'POST', body });
      const whole = await response.arrayBuffer();
      if (response.status === 200 && url === '/host') take(whole, number);
      else self.postMessage({ number, message: null, buffers: [], bytes: whole.byteLength });
    };
    new EventSource(origin + '/events').onmessage = ({ data }) => {
      // News that nobody asked for brings its buffers along.
      const buffers = [];
      const message = JSON.parse(data, (_, value) => {
        if (typeof value?.base64 !== 'string') return value;
        const { buffer } = Uint8Array.from(atob(value.base64), (each) => each.charCodeAt(0));
        buffers.push(buffer);
        return buffer;
      });
      self.postMessage({ number: null, message, buffers, bytes: data.length }, buffers);
    };
  }

  const script = new Blob([`(${inWorker.toString()})(${JSON.stringify(location.origin)})`], { type: 'text/javascript' });
  const worker = new Worker(URL.createObjectURL(script));
  worker.onmessage = ({ data: { number, message, buffers, bytes } }) => {
    const began = performance.now();
    const heard = asked.get(number);
    asked.delete(number);
    if (message !== null) {
      // As VS Code's own script does: the page's listener gets a message event.
      window.postMessage(message, '*', buffers);
      counted.bytes += bytes;
      if (number !== null) counted.answers++;
    }
    heard?.(performance.now());
    counted.busyMs += performance.now() - began;
  };

  /** @param heard is told when the answer came, ms. */
  function ask(url, body, heard) {
    const number = next++;
    if (heard !== null) asked.set(number, heard);
    worker.postMessage({ number, url, body });
  }

  function say(message) {
    const began = performance.now();
    const { phase } = window.forkscopeFrames;
    if (message.type === 'ready') counted.readyAt ??= began;
    ask('/host', JSON.stringify(message), message.type === 'tile' ? (at) => counted.roundTrips.push([phase, at - began]) : null);
    counted.busyMs += performance.now() - began;
  }

  window.forkscopeEcho = () => {
    const began = performance.now();
    return new Promise((resolve) => ask('/echo', '{}', (at) => resolve(at - began)));
  };

  window.acquireVsCodeApi = () => ({
    postMessage: say,
    getState: () => saved,
    setState: (state) => (saved = state),
  });
})();
