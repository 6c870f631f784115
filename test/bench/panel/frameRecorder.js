/**
 * Frames as the page sees them: when each began, how long the main thread was at it from its first callback until after the paint was
 * handed over, and what it was for. Runs from the page's begin on; `forkscopeFrames.mark` names what follows. This recorder wants every
 * frame, so there are ones in which nothing moved: whether the lanes were painted, or else anything changed, stands in the list and, as
 * a time stamp, in the trace.
 */
(() => {
  const frames = (window.forkscopeFrames = { list: [], phase: 'opening', mark: (phase) => (frames.phase = phase), firstPaint: null });
  const { port1, port2 } = new MessageChannel();
  /** Phase, the refresh that it is for, how long it took, what moved (0 nothing, 1 something, 2 the lanes were painted), when it began. */
  let current = null;
  /** Something has moved since the last frame began. */
  let movedSince = 0;
  /** Frames whose end is not known yet: while keys come, Chromium gives frames precedence over messages, and ends of several come together. */
  const open = [];
  port1.onmessage = () => {
    const ended = open.shift();
    ended[2] = performance.now() - ended[4];
  };
  function frame(stamp) {
    const began = performance.now();
    current = [frames.phase, stamp, 0, movedSince, began];
    movedSince = 0;
    frames.list.push(current);
    open.push(current);
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
    if (painted || movedSince === 0) console.timeStamp(painted ? 'painted' : 'changed');
    // The lanes are painted in a frame; what else changes is seen with the next one.
    if (painted && current !== null) current[3] = 2;
    else movedSince = 1;
  }).observe(document, { subtree: true, attributes: true, childList: true, characterData: true });
})();
