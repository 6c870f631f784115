/**
 * What can be done later gives way to a person: the browser that draws what was asked for wants the cores too, and there may be no more than two.
 *
 *     tile ▪        ▪        ▪                       asked for while the window is moved
 *     work   ▪▪  ▪▪   ▪▪  ▪▪   ▪▪  ▪▪  ▪▪▪▪▪▪▪▪▪▪▪   a fifth of the time until nothing was asked for a while, then all of it
 */

/** Who asked for something so lately goes on with what they do: of a recording at rest a panel asks four times a second while they move (`../../webview/timeline/asking.ts`). */
const interactingMs = 400;
/** Who has asked for nothing for so long looks at what there is. */
const quietMs = 600;
/** So many times as long as a piece of work took nothing is done, but no longer than a frame of a screen. */
const restFactor = 4;
const longestRestMs = 16;

export class GivingWay {
  private askedAt = -Infinity;

  constructor(private readonly milliseconds: () => number) {}

  /** Somebody asks, or was answered. */
  asked(): void {
    this.askedAt = this.milliseconds();
  }

  /** Milliseconds until what nobody waits for may be done, because nothing was asked for a while; 0: now. */
  get quietIn(): number {
    return Math.max(0, Math.ceil(quietMs - (this.milliseconds() - this.askedAt)));
  }

  /** How long to rest before going on. @param beganAt when the last piece of work began, ms. */
  restAfter(beganAt: number): number {
    const now = this.milliseconds();
    return now - this.askedAt < interactingMs ? Math.min(longestRestMs, Math.ceil(restFactor * (now - beganAt))) : 0;
  }
}
