import type { Members, Seen } from "./lines";

/** What a completed refresh says of the profiles of one part. */
export interface Comparison {
  /** Profiles known before it. */
  known: number;
  /** Those of them whom it did not bring. */
  left: string[];
  /** Who belongs to the stream from now on. */
  members: Set<string>;
}

/**
 * Finds out who left. Somebody known by email address or phone number has not left while a user identified
 * in another way has it: to Braze that may be the same profile.
 * @param earlier seen in refreshes that never came whole: known too
 * @param certain whether everybody who came along is among the seen; if not, nobody is said to have left
 */
export function compare(
  listed: Members,
  earlier: ReadonlySet<string>,
  { seen, mentioned }: Seen,
  certain: boolean,
): Comparison {
  const known = new Set([...listed.keys(), ...earlier]);
  const left: string[] = [];
  const members = new Set(seen);
  for (const identity of known) {
    if (seen.has(identity)) continue;
    if (certain && !mentioned.has(identity)) left.push(identity);
    else members.add(identity);
  }
  return { known: known.size, left, members };
}

/** Whether so many removals look like a mistake in the source rather than like people leaving. */
export const exceedsLimit = (left: number, known: number, limitPercent: number): boolean =>
  left > (known * limitPercent) / 100;
