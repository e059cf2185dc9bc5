import { randomUUID } from "node:crypto";
import type { Context } from "@braze-connectors/shared/airbyte/context";
import { systemError } from "@braze-connectors/shared/airbyte/errors";
import { brisk } from "@braze-connectors/shared/braze/retry";
import { openStorage } from "@braze-connectors/shared/storage/open";
import { type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";
import type { BrazeDestinationConfig } from "@braze-connectors/spec/destination-braze";
import { openBraze } from "./braze";
import { checkObjects } from "./check-objects";
import { checkMappings } from "./routes";
import { settingsOf } from "./settings";

/** Returns when the key may write to Braze and the storage can be used; writes nothing to Braze. */
export async function check(config: BrazeDestinationConfig, context: Context): Promise<void> {
  const settings = settingsOf(config);
  checkMappings(settings);
  const braze = openBraze(settings, context, brisk, context.stop);
  try {
    await checkObjects(settings, braze);
  } finally {
    await braze.close();
  }
  const storage = await openStorage(settings.storage);
  if (storage) await checkStorage(storage).finally(() => storage.close());
}

/** Writes, lists, reads and removes a probe: the four things that a sync does. */
async function checkStorage(storage: ObjectStorage): Promise<void> {
  const key = `_braze/check-${randomUUID()}`;
  const content = Buffer.from(
    "destination-braze checks that it can use this place. This file may be deleted.\n",
  );
  await storage.write(key, content);
  try {
    const listed = await storage.list(key);
    const found = await readAll(storage, key);
    if (listed.length !== 1 || !found.equals(content)) {
      throw systemError(
        `${storage.location} does not give back what was stored there: check object_storage_config.`,
        { help: "storage-trouble" },
      );
    }
  } catch (error) {
    await storage.remove([key]).catch(() => undefined);
    throw error;
  }
  await storage.remove([key]);
}
