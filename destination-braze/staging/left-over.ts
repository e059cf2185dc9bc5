import type { LeftObject } from "./part-file";

/** An object that an earlier run staged. */
export interface LeftOver extends LeftObject {
  stream: string;
  run: string;
  commit: number;
  /** Whether it is known that its batch was settled. */
  settled: boolean;
}

/**
 * What is to be delivered of what earlier runs staged, in the order in which it was to be sent. Left out
 * is what was settled, and what was followed by something settled of the same identity: of an identity
 * nothing is sent before what came earlier is settled, so it was, although that could not be noted any
 * more. To send it now would put an older value over a newer one.
 */
export function toBeDelivered(objects: readonly LeftOver[]): LeftOver[] {
  const inOrder = [...objects].sort(compare);
  const settledLater = new Set<string>();
  const open: LeftOver[] = [];
  for (const object of inOrder.reverse()) {
    const identities = [object.identity, ...(object.also ?? [])];
    if (object.settled) for (const identity of identities) settledLater.add(identity);
    else if (!identities.some((identity) => settledLater.has(identity))) open.push(object);
  }
  return open.reverse();
}

const compare = (a: LeftOver, b: LeftOver): number =>
  a.run === b.run ? a.commit - b.commit || a.batch - b.batch : a.run < b.run ? -1 : 1;
