import { configError } from "@braze-connectors/shared/airbyte/errors";
import type { BrazeClient } from "@braze-connectors/shared/braze/client";
import { listCatalogs } from "./discover/workspace";
import { deletionEndpoint } from "./objects/delete-users/delete-users";
import type { Endpoint } from "./objects/endpoint";
import { findObject } from "./objects/registry";
import { track, trackUnder } from "./objects/track/track";
import type { Settings } from "./settings";

type Asked = Pick<Endpoint, "method" | "path" | "permission">;

/**
 * Returns when the key may write what the config speaks of: profiles, and the objects of its mappings.
 * Nothing is written: a request without data is refused with 400, but only to a key that may send it.
 * @throws config_error naming the permission, or the catalog, that is missing
 */
export async function checkObjects(
  settings: Settings,
  braze: Pick<BrazeClient, "get" | "send">,
): Promise<void> {
  for (const { method, path, permission } of endpointsOf(settings)) {
    await braze.send({ method, path, body: {}, accept: [400, 404, 422], permission });
  }
  if (!settings.createCatalogs) await checkCatalogs(settings, braze);
}

/** One endpoint a permission. */
function endpointsOf(settings: Settings): Asked[] {
  const asked = new Map<string, Asked>();
  const add = (endpoint: Asked): void => {
    asked.set(endpoint.permission, endpoint);
  };
  const { action } = settings.removedProfiles;
  const objects = settings.streams.map(({ object, stream }) => findObject(object ?? stream));
  // A key for catalogs or messages alone needs nothing else, where the config speaks of nothing else.
  const elsewhere = objects.every((object) => object && object.slot.endpoint !== track);
  if (objects.length === 0 || !elsewhere || action === "mark" || action === "clear_attributes") {
    add({ method: "POST", ...trackUnder(settings.limits) });
  }
  if (action === "delete_user") add({ method: "POST", ...deletionEndpoint });
  for (const object of objects) {
    const slot = object?.slot;
    // Items are named by their catalog: one that is missing answers 404, which says nothing of the key.
    for (const each of [slot, slot?.whenKnown]) {
      if (each) add({ ...each.endpoint, ...each.endpoint.replacedBy?.(settings.limits) });
    }
  }
  return [...asked.values()];
}

async function checkCatalogs({ streams }: Settings, braze: Pick<BrazeClient, "get">): Promise<void> {
  const named = streams.flatMap(
    ({ object, stream }) => /^catalog_items\/(.+)$/.exec(object ?? stream)?.[1] ?? [],
  );
  if (named.length === 0) return;
  const found = await listCatalogs(braze);
  const missing = named.filter((name) => found && !found.some((catalog) => catalog.name === name));
  if (missing.length === 0) return;
  throw configError(
    `The workspace has no catalog ${missing.map((name) => `"${name}"`).join(", ")}, which "streams" writes to: create it in Braze, or set create_catalogs to true.`,
    { help: "catalog-missing" },
  );
}
