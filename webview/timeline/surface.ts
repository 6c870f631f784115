/** The part of a canvas that painters use: the real context has it, and a test's recording context. */
export type Surface = Pick<
  CanvasRenderingContext2D,
  | 'save' | 'restore' | 'beginPath' | 'closePath' | 'moveTo' | 'lineTo' | 'bezierCurveTo' | 'arc' | 'rect' | 'clip' | 'fill' | 'stroke'
  | 'drawImage' | 'fillRect' | 'strokeRect' | 'fillText' | 'measureText' | 'setLineDash' | 'setTransform'
  | 'fillStyle' | 'strokeStyle' | 'lineWidth' | 'font' | 'textAlign' | 'textBaseline'
>;
