import type { DeltaIndex } from "../delta/delta-index";
import { profileMemory as memory } from "../objects/track/track";
import type { RemovedProfiles } from "./policy";
import type { Leaver } from "./remover";

/**
 * What is to be done with somebody who left one stream, seeing what the other streams of this sync have
 * written: undefined when another stream still speaks for the whole profile. The parts of the identity must
 * be available in all indexes.
 * @param listed attributes that the member list has of the profile
 */
export function leaverOf(
  identity: string,
  listed: readonly string[],
  policy: RemovedProfiles,
  own: DeltaIndex,
  others: readonly DeltaIndex[],
): Leaver | undefined {
  switch (policy.action) {
    case "delete_user":
      return others.some((index) => index.attributesOf(identity)) ? undefined : { identity, names: [] };
    case "mark": {
      const marked = { [policy.attribute]: true };
      const isMarked = (index: DeltaIndex): boolean =>
        index.delta(identity, memory, marked, "changed_attributes").kind === "unchanged";
      return others.some(isMarked) ? undefined : { identity, names: [] };
    }
    default: {
      const names = new Set([...listed, ...(own.attributesOf(identity) ?? [])]);
      for (const index of others) for (const name of index.attributesOf(identity) ?? []) names.delete(name);
      return { identity, names: [...names] };
    }
  }
}
