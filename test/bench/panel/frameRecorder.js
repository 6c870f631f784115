/**
 * Frames as the page sees them: when each began, how long the main thread was at it from its first callback until after the paint was
 * handed over, and what it was for. Runs from the page's begin on; `forkscopeFrames.mark` names what follows. This recorder wants every
 * frame, so there are ones in which nothing moved: whether the lanes were painted, or else anything changed, stands in the list and, as
 * a time stamp, in the trace.
 */
(() => {
  const frames = (window.forkscopeFrames = { list: [], phase: 'opening', mark: (phase) => (frames.phase = phase), firstPaint: null });
  const { port1, port2 } = new MessageChannel();
  let began = 0;
  let at = 0;
  /** 0 nothing moved, 1 something did, 2 the lanes were painted. */
  let moved = 0;
  port1.onmessage = () => {
    frames.list.push([frames.phase, at, performance.now() - began, moved]);
    moved = 0;
  };
  function frame(stamp) {
    began = performance.now();
    at = stamp;
    requestAnimationFrame(frame);
    port2.postMessage(null);
    if (frames.firstPaint === null) {
      const canvas = document.querySelector('canvas.lanes');
      if (canvas !== null && Number(canvas.dataset.drawnSequence ?? 0) > 0) frames.firstPaint = began;
    }
  }
  requestAnimationFrame(frame);
  new MutationObserver((changes) => {
    // Set at the end of each paint, also to what it was.
    const painted = changes.some(({ attributeName }) => attributeName === 'data-drawn-sequence');
    if (painted || moved === 0) console.timeStamp(painted ? 'painted' : 'changed');
    moved = Math.max(moved, painted ? 2 : 1);
  }).observe(document, { subtree: true, attributes: true, childList: true, characterData: true });
})();
