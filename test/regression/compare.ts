/**
 * One module of CPython's tests, plain against traced: what differs, and whether it differs again.
 *
 * Some of these tests measure time or race by design, and fail now and then by themselves. A test with two outcomes is
 * therefore run again alone, on both sides, and counts as a difference only where no outcome was ever seen on both.
 */
import { runModule, type Job, type Result } from './regrtest';

/** How often a test whose outcomes differ is run again on each side. */
const repetitions = 3;

export interface Difference {
  readonly test: string;
  /** Every outcome seen, first run first. */
  readonly plain: readonly string[];
  readonly traced: readonly string[];
}

export interface Comparison {
  readonly plain: Result;
  readonly traced: Result;
  readonly differences: readonly Difference[];
  /** Differed once, and then did not: the test's own unsteadiness. */
  readonly unsteady: readonly Difference[];
}

/** Stands beside the tests' names for the module's own verdict. */
export const whole = '(the module as a whole)';

export async function compareModule(job: Omit<Job, 'traced' | 'only'>): Promise<Comparison> {
  const plain = await runModule({ ...job, traced: false });
  const traced = await runModule({ ...job, traced: true });
  const differing = differ(plain, traced);
  if (differing.length === 0) return { plain, traced, differences: [], unsteady: [] };

  const seen = new Map(differing.map((test) => [test, { plain: [said(plain, test)], traced: [said(traced, test)] }]));
  for (let attempt = 0; attempt < repetitions && open(seen).length > 0; attempt++) {
    const tests = open(seen).filter((test) => test !== whole);
    const only = tests.length > 0 ? { only: tests.map(matchable) } : {};
    for (const side of ['plain', 'traced'] as const) {
      const again = await runModule({ ...job, ...only, traced: side === 'traced' });
      for (const test of tests) seen.get(test)?.[side].push(said(again, test));
      if (tests.length === 0) seen.get(whole)?.[side].push(again.verdict);
    }
    // The verdict follows from the tests, where it is not the only thing that differs.
    if (tests.length > 0 && open(seen).every((test) => test === whole)) seen.delete(whole);
  }
  const all = [...seen].map(([test, outcomes]) => ({ test, ...outcomes }));
  const differences = all.filter((each) => !agrees(each));
  return {
    plain,
    traced,
    // With a test the exit status of the whole differs too; that says nothing new, but what the module left behind does.
    differences: differences.filter(
      (each) => each.test !== whole || differences.length === 1 || changes(plain.verdict) !== changes(traced.verdict),
    ),
    unsteady: all.filter(agrees),
  };
}

function differ(plain: Result, traced: Result): string[] {
  const tests = new Set([...plain.outcomes.keys(), ...traced.outcomes.keys()]);
  const differing = [...tests].filter((test) => said(plain, test) !== said(traced, test));
  return plain.verdict === traced.verdict ? differing : [...differing, whole];
}

function said(result: Result, test: string): string {
  return test === whole ? result.verdict : (result.outcomes.get(test) ?? 'did not run');
}

function changes(verdict: string): boolean {
  return verdict.includes('altered');
}

function open(seen: ReadonlyMap<string, { plain: string[]; traced: string[] }>): string[] {
  return [...seen].filter(([, outcomes]) => !agrees(outcomes)).map(([test]) => test);
}

function agrees({ plain, traced }: { readonly plain: readonly string[]; readonly traced: readonly string[] }): boolean {
  return plain.some((outcome) => traced.includes(outcome));
}

/** The runner knows a class's set-up by the class: `setUpClass (test.test_ssl.X)`. */
function matchable(test: string): string {
  const [, owner] = /^\w+ \((.*)\)$/.exec(test) ?? [];
  return owner === undefined ? test : `${owner}.*`;
}
