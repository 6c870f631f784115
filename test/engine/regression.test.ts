/** A few seconds of `npm run regression`, so that it can't rot: modules of CPython's own tests that end the same traced. */
import { expect, it } from 'vitest';
import { findPythons } from '../probes/support/pythons';
import { compareModule } from '../regression/compare';
import { hasTests } from '../regression/modules';

const python = findPythons().filter(hasTests).at(-1);

it.each(['test_fork1', 'test_poll', 'test_select'])('%s ends the same', { timeout: 180_000 }, async (module) => {
  if (python === undefined) throw new Error('no CPython with its tests (the package test) was found: install one with pyenv');
  const { plain, traced, differences } = await compareModule({ python, module, timeoutSeconds: 120 });
  expect(plain.outcomes.size).toBeGreaterThan(0);
  expect(differences).toEqual([]);
  expect(traced.faults).toEqual([]);
});
