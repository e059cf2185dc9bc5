/** What is measured in a round: a name for each contender, and what it reached. */
export type Contenders<Name extends string> = Record<Name, () => Promise<number>>;

/**
 * Measures contenders by turns, in every round each once, so that what else the machine does falls on all
 * of them; every second round goes the other way.
 * @returns the values of each, by round
 */
export async function interleave<Name extends string>(
  contenders: Contenders<Name>,
  rounds: number,
  { inOrder = false }: { inOrder?: boolean } = {},
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    const order = inOrder || round % 2 === 0 ? names : names.toReversed();
    for (const name of order) values[name].push(await contenders[name]());
  }
  return values;
}

/** Ratios of the values of the same rounds. */
export const ratios = (values: readonly number[], yardsticks: readonly number[]): number[] =>
  values.map((value, round) => value / (yardsticks[round] ?? Number.NaN));
