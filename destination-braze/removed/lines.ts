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
  const [head = "[]", ...lines] = text.split("\n");
  const sets = parse(head) as string[][];
  return new Map(
    lines.map((line) => {
      const [identity, set] = parse(line) as [string, number];
      return [identity, sets[set] ?? []];
    }),
  );
}

/** The line of somebody who came along. */
export const seenLine = (identity: string): string => `${JSON.stringify(identity)}\n`;

/** The line of somebody who was only mentioned. */
export const mentionLine = (identity: string): string => `${JSON.stringify([identity])}\n`;

/** Adds what such lines say. @throws SealedError */
export function decodeSeen(text: string, into: Seen): void {
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const value = parse(line);
    if (typeof value === "string") into.seen.add(value);
    else if (Array.isArray(value) && typeof value[0] === "string") into.mentioned.add(value[0]);
  }
}

function parse(line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch {
    throw new SealedError("it does not hold what it should");
  }
}
