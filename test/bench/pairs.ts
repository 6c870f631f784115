/**
 * Interleaved pairs. A machine's speed drifts by more than what is measured here, so arms are never run one after the
 * other: every round runs each arm once, in an order that rotates, and a ratio is taken within its round. The control arm is
 * the baseline once more: how far its ratio is from 1 is how far any other ratio may be from the truth.
 */
import { median, spread, table } from './statistics';

export interface Arm {
  readonly name: string;
  /** One measurement. */
  measure(): Promise<number>;
}

export interface Comparison {
  readonly unit: string;
  readonly digits: number;
  readonly rounds: number;
  /** No round is begun after so many milliseconds. */
  readonly budget: number;
  /** Also print by how much each arm differs from the baseline, in the unit. */
  readonly differences?: boolean;
}

/** Measures all arms and prints a row for each; the first arm is the baseline. */
export async function compare(arms: readonly Arm[], how: Comparison): Promise<void> {
  const values = arms.map((): number[] => []);
  const began = Date.now();
  let rounds = 0;
  for (; rounds < how.rounds && Date.now() - began < how.budget; rounds++) {
    for (let turn = 0; turn < arms.length; turn++) {
      const index = (turn + rounds) % arms.length;
      values[index]?.push(await arms[index]!.measure());
    }
  }
  const baseline = values[0] ?? [];
  const rows = arms.map((arm, index) => {
    const own = values[index] ?? [];
    const ratios = own.map((value, round) => value / baseline[round]!);
    const differences = own.map((value, round) => value - baseline[round]!);
    return [
      arm.name,
      median(own).toFixed(how.digits),
      index === 0 ? '1' : spread(ratios, 3),
      ...(how.differences === true ? [index === 0 ? '' : spread(differences, how.digits)] : []),
    ];
  });
  const heads = ['', how.unit, 'ratio (middle half)', ...(how.differences === true ? [`difference, ${how.unit}`] : [])];
  console.log(table([heads, ...rows]));
  console.log(`  ${rounds} rounds`);
}
