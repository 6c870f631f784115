/**
 * What is not seen of a process, as sentences: one table for the sidebar, the panel and the command line, each with its own
 * way to translate. The keys stand in the bundles of l10n/.
 */
import type { Gap } from './report';

/** Looks a sentence up and puts the arguments in the places of {0}, {1} … */
export type Translate = (sentence: string, ...values: string[]) => string;

/** As it stands, for where nothing is translated. */
export const english: Translate = (sentence, ...values) => sentence.replace(/\{(\d)\}/g, (_, place: string) => values[Number(place)] ?? '');

/** What is missing, and why. */
export function gapSentence({ reason, detail }: Gap, t: Translate): string {
  const what = detail ?? '?';
  switch (reason) {
    case 'gevent':
      return t('Greenlets of gevent share its threads: while one of them waits, the thread serves others, and what is recorded of the thread is the sum. TLS inside gevent is not seen.');
    case 'eventlet':
      return t('Green threads of eventlet share its threads: while one of them waits, the thread serves others, and what is recorded of the thread is the sum.');
    case 'uvloop':
      return t('An event loop of uvloop works in C: its connections, its tasks and what they wait for are not seen. That none is shown does not mean that there was none.');
    case 'subinterpreter':
      return t('It has made a subinterpreter: what the code in there does is not recorded.');
    case 'free-threaded':
      return t('Its Python runs without a GIL; the recorder is not tested there.');
    case 'library':
      return t('It has loaded {0}, which talks to the network in C: those connections are not seen.', what);
    case 'recorder-off':
      return t('The recorder met a fault of its own and turned itself off: from then on only what the kernel shows is known.');
    case 'isolated':
      return t('Only what the kernel shows is known: python -I lets no recorder in.');
    case 'no-site':
      return t('Only what the kernel shows is known: python -S lets no recorder in.');
    case 'no-environment':
      return t('Only what the kernel shows is known: python -E lets no recorder in.');
    case 'old-python':
      return t('Only what the kernel shows is known: it runs on Python {0}, and the recorder needs 3.8 or newer.', what);
    case 'other-python':
      return t('Only what the kernel shows is known: it runs on {0}, and the recorder needs CPython.', what);
    case 'other-program':
      return t('Only what the kernel shows is known: {0} is not Python.', what);
    case 'resource-tracker':
      return t("Only what the kernel shows is known: it is multiprocessing's own helper, which the recorder leaves alone.");
    case 'environment':
      return t('Only what the kernel shows is known: it was started without the environment that lets the recorder in.');
    case 'no-probe':
      return t('Only what the kernel shows is known: no recorder has spoken from it, and nobody saw why.');
  }
}
