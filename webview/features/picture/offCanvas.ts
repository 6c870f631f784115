/** A canvas that is never shown: for measuring, and for pictures. */
export function offCanvas(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the page has no canvas');
  return context;
}
