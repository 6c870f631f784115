/** The canvases that are painted by whole frames: the lanes, their axis, the overview. */

/**
 * Sizes the canvas in the frame that paints it: a resized canvas is empty until then, and one that is as large as before is left as it is.
 * @param dense device pixels per CSS pixel, in which the context then paints. @returns null where the browser has none to give.
 */
export function prepare(canvas: HTMLCanvasElement, width: number, height: number, dense: number): CanvasRenderingContext2D | null {
  const pixelWidth = Math.round(width * dense);
  const pixelHeight = Math.round(height * dense);
  if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
  if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
  const context = canvas.getContext('2d', { alpha: false });
  context?.setTransform(dense, 0, 0, dense, 0, 0);
  if (context !== null) context.imageSmoothingEnabled = false;
  return context;
}
