import type { Json } from "@braze-connectors/shared/json";
import { SealedError } from "./sealed";

/** The members of one part: for each identity the attributes that it had from us, where that is kept. */
export type Members = Map<string, readonly string[]>;

/** Who came along in a part. */
export interface Seen {
  seen: Set<string>;
  /** Email addresses and phone numbers, as identities, of users who were identified in another way. */
  mentioned: Set<string>;
}

export const nobody = (): Seen => ({ seen: new Set(), mentioned: new Set() });

/** JSON lines: the sets of attribute names, then `[identity, number of its set]` each. */
export function encodeMembers(members: Members): string {
  const sets = new Map<string, number>();
  const lines: string[] = [];
  for (const [identity, names] of members) {
    const set = JSON.stringify(names);
    if (!sets.has(set)) sets.set(set, sets.size);
    lines.push(JSON.stringify([identity, sets.get(set) as number]));
  }
  return [`[${[...sets.keys()].join(",")}]`, ...lines].join("\n");
}

/** @throws SealedError */
export function decodeMembers(text: string): Members {
  const members: Members = new Map();
  let sets: string[][] | undefined;
  for (const line of linesOf(text)) {
    if (!sets) {
      sets = parse(line) as string[][];
      continue;
    }
    const [identity, set] = parse(line) as [string, number];
    members.set(identity, sets[set] ?? []);
  }
  return members;
}

/** The line of somebody who came along. */
export const seenLine = (identity: string): string => `${JSON.stringify(identity)}\n`;

/** The line of somebody who was only mentioned. */
export const mentionLine = (identity: string): string => `${JSON.stringify([identity])}\n`;

/** Adds what such lines say. @throws SealedError */
export function decodeSeen(text: string, into: Seen): void {
  for (const line of linesOf(text)) {
    const value = parse(line);
    if (typeof value === "string") into.seen.add(value);
    else if (Array.isArray(value) && typeof value[0] === "string") into.mentioned.add(value[0]);
  }
}

/** One after the other: an array of them all would be as large as the text once more. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    if (end > start) yield text.slice(start, end);
    start = end + 1;
  }
}

function parse(line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch {
    throw new SealedError("it does not hold what it should");
  }
}
