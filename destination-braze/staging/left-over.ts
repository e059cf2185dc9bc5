import { findSlot } from "../objects/registry";
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
 *
 * Messages are never sent again but given up, and for that each of them has to be known: nothing else
 * keeps the host from bringing it once more.
 */
export function toBeDelivered(objects: readonly LeftOver[]): LeftOver[] {
  const inOrder = [...objects].sort(compare);
  const settledLater = new Set<string>();
  const open: LeftOver[] = [];
  for (const object of inOrder.reverse()) {
    const identities = [object.identity, ...(object.also ?? [])];
    if (object.settled) for (const identity of identities) settledLater.add(identity);
    else if (isMessage(object) || !identities.some((identity) => settledLater.has(identity)))
      open.push(object);
  }
  return open.reverse();
}

const isMessage = ({ slot }: LeftOver): boolean => findSlot(slot, "reject")?.endpoint.inDoubt === "reject";

const compare = (a: LeftOver, b: LeftOver): number =>
  a.run === b.run ? a.commit - b.commit || a.batch - b.batch : a.run < b.run ? -1 : 1;
