import { randomUUID } from "node:crypto";
import type { Context } from "@braze-connectors/shared/airbyte/context";
import { configError, errorMessage } from "@braze-connectors/shared/airbyte/errors";
import {
  customAttributesPermission,
  listCustomAttributes,
} from "@braze-connectors/shared/braze/custom-attributes";
import { brisk } from "@braze-connectors/shared/braze/retry";
import { openStorage } from "@braze-connectors/shared/storage/open";
import { ObjectNotFoundError, type ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { type Braze, openBraze } from "./braze";
import { IndexStore } from "./segment-export/changes/index-store";
import { segmentFolder } from "./segment-export/listing";
import { shapeOf } from "./segment-export/shape";
import { probeNotes } from "./segment-export/shards/sharing";
import { findSegments, probeApiKey, probeExportPermission, segmentSize } from "./segments";
import { missingForShards, type Settings } from "./settings";

/**
 * Finds out whether a sync can work, without exporting anything. What only makes a sync nicer (sizes,
 * types of custom attributes) is a WARN.
 *
 * Whether Braze delivers to the configured storage can't be known before it exports: `read` says so then.
 */
export async function check(settings: Settings, context: Context): Promise<void> {
  // Says what is wrong with the mapping, if anything.
  shapeOf(settings.segmentExport, undefined);
  const missing = settings.segmentIds.length > 0 ? missingForShards(settings) : undefined;
  if (missing !== undefined) throw configError(`Segments can't be exported: ${missing}`, { help: "shards" });
  const braze = openBraze(settings, context, brisk);
  const storage = await openStorage(settings.storage);
  try {
    await checkBraze(braze, settings, context);
    const [segmentId = "none"] = settings.segmentIds;
    if (storage) {
      await checkStorage(storage, segmentId);
      if (settings.shard) await probeNotes(storage);
      else await checkIndexes(storage, segmentId, context);
    }
  } finally {
    storage?.close();
    await braze.close();
  }
}

async function checkBraze(braze: Braze, { segmentIds }: Settings, { log }: Context): Promise<void> {
  const [firstId] = segmentIds;
  if (firstId === undefined) {
    await probeApiKey(braze);
    log.warn('The stream segment_users is not offered: "segment_ids" is empty.');
    return;
  }
  await probeExportPermission(braze);
  const warn = (message: string): void => log.warn(message);
  await findSegments(braze, segmentIds, warn);
  if ((await segmentSize(braze, firstId)) === "forbidden") {
    warn("Without the permission segments.data_series it can't be told whether a segment is empty.");
  }
  if ((await listCustomAttributes(braze)) === undefined) {
    warn(`Without the permission ${customAttributesPermission} the custom attributes have no types.`);
  }
}

/** Lists and reads in the bucket, where the exports of a segment lie; a file that can't exist is enough to try. */
async function checkStorage(storage: ObjectStorage, segmentId: string): Promise<void> {
  const nowhere = `${segmentFolder(segmentId)}check-${randomUUID()}/`;
  await storage.list(nowhere);
  try {
    (await storage.read(`${nowhere}nothing`)).destroy();
  } catch (error) {
    // S3 says "not found" only to those who may read.
    if (!(error instanceof ObjectNotFoundError)) throw error;
  }
}

/** Only incremental syncs of segment_users write to the bucket. */
async function checkIndexes(storage: ObjectStorage, segmentId: string, { log }: Context): Promise<void> {
  try {
    await new IndexStore(storage, segmentId).probe();
  } catch (error) {
    log.warn(`The stream segment_users can't be read incrementally: ${errorMessage(error)}`);
  }
}
