/**
 * Runs in the panel's page. Right after every paint of the lanes it looks at the pixels of one lane just left of the
 * present, and notes the moment and their mean colour. The canvas's data attributes are set at the end of each
 * paint, so a mutation observer runs then, before anything else. When each picture came is noted too.
 */
(canvas, lane) => {
  window.forkscopeBench?.stop();
  const context = canvas.getContext('2d');
  const paints = [];
  const look = () => {
    const scale = canvas.width / canvas.clientWidth;
    const present = 0.94 * canvas.clientWidth;
    const left = Math.floor((present - lane.left) * scale);
    const { data } = context.getImageData(left, Math.round(lane.top * scale), Math.max(1, Math.round(lane.width * scale)), Math.round(lane.height * scale));
    const mean = [0, 0, 0];
    for (let at = 0; at < data.length; at += 4) for (let part = 0; part < 3; part++) mean[part] += data[at + part] / (data.length / 4);
    paints.push([performance.now(), ...mean, Number(canvas.dataset.drawnSequence)]);
  };
  const came = [];
  const hear = ({ data: { type, sequence, head } }) => {
    const at = performance.now();
    if (type === 'patch' || type === 'tile') came.push([sequence ?? JSON.parse(head).sequence, at]);
  };
  window.addEventListener('message', hear, { capture: true });
  const observer = new MutationObserver(look);
  observer.observe(canvas, { attributes: true, attributeFilter: ['data-drawn-now'] });
  window.forkscopeBench = {
    paints, came,
    stop: () => {
      observer.disconnect();
      window.removeEventListener('message', hear, { capture: true });
    },
  };
}
