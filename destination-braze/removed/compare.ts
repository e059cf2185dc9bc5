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

/** What may leave at a time when the config does not say it: this share, and always so many. */
const usualPercent = 30;
const alwaysAllowed = 100;

/**
 * Whether so many removals look like a mistake in the source rather than like people leaving.
 * @param configuredPercent the share that may leave, if the config names one: then it counts for few profiles, too
 */
export const exceedsLimit = (left: number, known: number, configuredPercent: number | undefined): boolean =>
  left > (known * percentOf(configuredPercent)) / 100 &&
  (configuredPercent !== undefined || left > alwaysAllowed);

/** The share that may leave. */
export const percentOf = (configuredPercent: number | undefined): number => configuredPercent ?? usualPercent;
