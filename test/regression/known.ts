/** Tests that end otherwise when traced, and will: each with its reason. They are told where they differ, and not counted. */

const tests: readonly (readonly [RegExp, string])[] = [
  [
    /^test\.test_sys_settrace\..*\.test_no_line_event_after_creating_generator$/,
    'a tracer of _testcapi, in C, is turned off by sys.settrace, and is shown the function that stands in for that',
  ],
];

/** Takes a test's id as the runner writes it. */
export function reasonFor(test: string): string | undefined {
  return tests.find(([pattern]) => pattern.test(test))?.[1];
}
