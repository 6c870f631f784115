/** The one owner of animation frames: any number of asks before a frame make one paint. */
export class Frame {
  private asked = false;

  constructor(
    private readonly paint: () => void,
    private readonly request: (run: () => void) => void = (run) => void requestAnimationFrame(run),
  ) {}

  /** Paint soon. */
  ask(): void {
    if (this.asked) return;
    this.asked = true;
    this.request(() => this.run());
  }

  private run(): void {
    this.asked = false;
    this.paint();
  }
}
