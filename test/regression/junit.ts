/** Reads the JUnit file that CPython's own test runner writes (`--junit-xml`): what became of each test. */

/** skipped carries its reason: a test that is skipped for another reason than before did notice something. */
export type Outcome = 'passed' | 'failed' | 'error' | `skipped: ${string}`;

/** Test id → outcome. A test whose id comes twice (it failed, and so did its cleanup) has the worse one. */
export function readOutcomes(xml: string): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const [, attributes = '', body = ''] of xml.matchAll(/<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const name = /\bname="([^"]*)"/.exec(attributes)?.[1];
    if (name === undefined) continue;
    const id = unescaped(name);
    const outcome = outcomeOf(body);
    const before = outcomes.get(id);
    if (before === undefined || rank(outcome) > rank(before)) outcomes.set(id, outcome);
  }
  return outcomes;
}

function outcomeOf(body: string): Outcome {
  if (/<error\b/.test(body)) return 'error';
  if (/<failure\b/.test(body)) return 'failed';
  const skipped = /<skipped\b[^>]*?(?:\/>|>([\s\S]*?)<\/skipped>)/.exec(body);
  return skipped === null ? 'passed' : `skipped: ${unescaped(skipped[1] ?? '').trim()}`;
}

function rank(outcome: Outcome): number {
  return outcome === 'error' ? 3 : outcome === 'failed' ? 2 : outcome === 'passed' ? 1 : 0;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? '');
}
