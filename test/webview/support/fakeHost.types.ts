/** The page's fake host as the tests' type checker knows it, without running it here. */
import type { FakeHost } from './fakeHost';

declare global {
  interface Window {
    fakeHost: FakeHost;
  }
}
