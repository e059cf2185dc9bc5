import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import { isSlotName } from "../objects/registry";
import { decodePart, type LeftObject } from "./part-file";

/** A staged part that an earlier run left. */
export interface LeftPart {
  key: string;
  run: string;
  commit: number;
}

/** The parts in a folder, `_braze/{stream}/staged/`. */
export async function listParts(storage: ObjectStorage, folder: string): Promise<LeftPart[]> {
  const objects = await storage.list(folder);
  return objects.flatMap(({ key }) => {
    const name = /^(.+)-(\d+)\.jsonl\.gz$/.exec(key.slice(folder.length));
    return name?.[1] === undefined ? [] : [{ key, run: name[1], commit: Number(name[2]) }];
  });
}

/** What is in a part; of a damaged one what can be read, with a warning. @returns also whether it is whole */
export async function readPart(
  storage: ObjectStorage,
  { key }: LeftPart,
  log: Logger,
): Promise<{ objects: LeftObject[]; reach: number; isWhole: boolean }> {
  const part = await decodePart(await readAll(storage, key));
  const objects = part.objects.filter(({ slot }) => isSlotName(slot));
  const unknown = objects.length === part.objects.length ? undefined : "it holds objects of unknown kinds";
  const damage = part.damage ?? unknown;
  if (damage !== undefined) {
    log.warn(
      `${storage.location}/${key} is damaged (${damage}): of it ${objects.length} objects can be used. What is missing is delivered when the host sends it again.`,
    );
  }
  return { objects, reach: part.reach, isWhole: damage === undefined };
}
