/** Sizes in CSS pixels, shared by the canvas, the row headers and their style sheet. */
export const rowHeight = 22;
export const axisHeight = 24;
