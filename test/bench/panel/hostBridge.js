/**
 * The extension host as the page sees it where there is no VS Code: messages go to the bench's server and come from it, with an
 * answer's buffers as they are. What the bridge itself costs the page's main thread is counted in `forkscopeBridge`.
 *
 *     answer   ┌────────┬──────────────────────────────┬─────┬────────┬────────┐
 *              │ length │ JSON: message, buffers' names │ pad │ buffer │ buffer │ …
 *              └────────┴──────────────────────────────┴─────┴────────┴────────┘
 */
(() => {
  const counted = (window.forkscopeBridge = { busyMs: 0, answers: 0, bytes: 0, roundTrips: [], readyAt: null });
  let saved;

  function deliver(message, buffers) {
    // As VS Code's own script does: the page's listener gets a message event.
    window.postMessage(message, '*', buffers);
  }

  /** Of news that nobody asked for. */
  function bytesOf(base64) {
    const text = atob(base64);
    return Uint8Array.from(text, (each) => each.charCodeAt(0)).buffer;
  }

  function take(whole) {
    const began = performance.now();
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
    deliver(message, moved);
    counted.busyMs += performance.now() - began;
    counted.bytes += whole.byteLength;
  }

  async function say(message) {
    const began = performance.now();
    if (message.type === 'ready') counted.readyAt ??= began;
    const body = JSON.stringify(message);
    counted.busyMs += performance.now() - began;
    const response = await fetch('/host', { method: 'POST', body });
    if (response.status !== 200) return;
    take(await response.arrayBuffer());
    if (message.type === 'tile') counted.roundTrips.push(performance.now() - began);
    counted.answers++;
  }

  window.forkscopeEcho = async () => {
    const began = performance.now();
    await (await fetch('/echo', { method: 'POST', body: '{}' })).arrayBuffer();
    return performance.now() - began;
  };

  window.acquireVsCodeApi = () => ({
    postMessage: (message) => void say(message),
    getState: () => saved,
    setState: (state) => (saved = state),
  });

  new EventSource('/events').onmessage = ({ data }) => {
    const began = performance.now();
    deliver(JSON.parse(data, (_, value) => (typeof value?.base64 === 'string' ? bytesOf(value.base64) : value)), []);
    counted.busyMs += performance.now() - began;
    counted.bytes += data.length;
  };
})();
