/**
 * Frames as the page sees them: when each began, and how long the main thread was at it from its first callback until after the paint
 * was handed over. Runs from the page's begin on; `forkscopeFrames.mark` names what follows. A frame that painted the lanes says so in the
 * trace: this recorder wants every frame, and those in which the panel had nothing to do are not counted.
 */
(() => {
  const frames = (window.forkscopeFrames = { list: [], phase: 'opening', mark: (phase) => (frames.phase = phase), firstPaint: null });
  const { port1, port2 } = new MessageChannel();
  let began = 0;
  let at = 0;
  port1.onmessage = () => frames.list.push([frames.phase, at, performance.now() - began]);
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
  // Set at the end of each paint, also to what they were.
  new MutationObserver(() => console.timeStamp('painted')).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-drawn-sequence'] });
})();
