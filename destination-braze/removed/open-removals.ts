import type { Context } from "@braze-connectors/shared/airbyte/context";
import type { BrazeClient } from "@braze-connectors/shared/braze/client";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { ConfiguredAirbyteCatalog } from "@braze-connectors/spec/airbyte/protocol";
import type { DeltaIndex } from "../delta/delta-index";
import { partitionOf } from "../delta/partition";
import { folderName } from "../pipeline/rejected";
import type { SyncReport } from "../report/report";
import { streamKey } from "../routes";
import type { Settings } from "../settings";
import { AttributeChanger, type ChangeOptions, clearingBody, unmarkingBody } from "./change-attributes";
import { UserDeleter } from "./delete-users";
import type { RemovedProfiles } from "./policy";
import { newId, Removals } from "./removals";
import type { Remover } from "./remover";
import { Seal } from "./sealed";
import { SealedFiles } from "./sealed-files";
import { StreamRemoval } from "./stream-removal";

export interface RemovalParts extends Omit<ChangeOptions, "limits"> {
  settings: Settings;
  catalog: ConfiguredAirbyteCatalog;
  storage: ObjectStorage;
  /** By stream; their locks guard the member lists too. */
  indexes: ReadonlyMap<string, DeltaIndex>;
  braze: BrazeClient;
  report: SyncReport;
  dryRun: boolean;
}

/** Prepares the removal for each stream that is refreshed and written to profiles; undefined when nobody is removed. */
export async function openRemovals(parts: RemovalParts, { log }: Context): Promise<Removals | undefined> {
  const { settings, catalog, storage, indexes, deltas, braze, report, dryRun, halt } = parts;
  const { removedProfiles: policy, removedProfilesLimitPercent: limitPercent } = settings;
  if (policy.action === "keep") return undefined;
  const files = new SealedFiles(storage, new Seal(settings.apiKey.trim(), braze.endpoint), log, dryRun);
  const remover = removerFor(policy, parts, log);
  const streams = new Map<string, StreamRemoval>();
  for (const { stream, sync_mode, sync_id, generation_id } of catalog.streams) {
    const key = streamKey(stream.name, stream.namespace);
    const index = indexes.get(key);
    if (!index || sync_mode !== "full_refresh") continue;
    const removal = await StreamRemoval.open({
      stream: key,
      folder: `_braze/${folderName(key)}/`,
      sync: sync_id === undefined ? null : `${sync_id}:${generation_id ?? ""}`,
      policy,
      limitPercent,
      storage,
      files,
      index,
      others: [...indexes.values()].filter((other) => other !== index),
      noteUndone: (identities) => deltas.noteUndone(identities),
      partitionOf,
      remover,
      log,
      halt,
      dryRun,
      newId,
    });
    streams.set(key, removal);
  }
  return new Removals(streams, { policy, report, log, dryRun });
}

function removerFor(policy: RemovedProfiles, parts: RemovalParts, log: Context["log"]): Remover {
  const options = { ...parts, limits: parts.settings.limits };
  switch (policy.action) {
    case "delete_user":
      return new UserDeleter(parts.braze, log, parts.halt);
    case "mark":
      return new AttributeChanger(unmarkingBody(policy.attribute), options);
    default:
      return new AttributeChanger(clearingBody, options);
  }
}
