import type { Context } from "@braze-connectors/shared/airbyte/context";
import { configError } from "@braze-connectors/shared/airbyte/errors";
import type { BrazeClient } from "@braze-connectors/shared/braze/client";
import {
  customAttributesPermission,
  listCustomAttributes,
} from "@braze-connectors/shared/braze/custom-attributes";
import { brisk } from "@braze-connectors/shared/braze/retry";
import type { DestinationCatalog } from "@braze-connectors/spec/airbyte/protocol";
import type { BrazeDestinationConfig } from "@braze-connectors/spec/destination-braze";
import { openBraze } from "../braze";
import { campaignTrigger } from "../objects/campaign-trigger/campaign-trigger";
import { canvasTrigger } from "../objects/canvas-trigger/canvas-trigger";
import { catalogItems } from "../objects/catalog-items/catalog-items";
import type { BrazeObject } from "../objects/object";
import { objects } from "../objects/registry";
import { type Settings, settingsOf } from "../settings";
import { endpointsOf, type ObjectOperations, operationsOf } from "./operations";
import { Permissions } from "./permissions";
import {
  attributeFields,
  campaignLists,
  canvasLists,
  catalogFields,
  catalogsPermission,
  listCatalogs,
  listTriggered,
  type TriggerLists,
} from "./workspace";

/**
 * What can be written to the workspace, as operations that a host maps columns onto. What the API key may
 * not write is left out with a WARN that names the permission.
 */
export async function discover(
  config: BrazeDestinationConfig,
  context: Context,
): Promise<DestinationCatalog> {
  const settings = settingsOf(config);
  const braze = openBraze(settings, context, brisk, context.stop);
  try {
    const offered = [
      ...(await ownObjects(braze, context)),
      ...(await catalogs(braze, settings, context)),
      ...(await triggers(braze, campaignLists, campaignTrigger, "campaigns", context)),
      ...(await triggers(braze, canvasLists, canvasTrigger, "Canvases", context)),
    ];
    const permissions = new Permissions(braze);
    await permissions.ask(
      offered.flatMap(({ object }) => object.offer.modes.flatMap((mode) => endpointsOf(object, mode))),
    );
    const operations = offered.flatMap((each) => operationsOf(each, (endpoint) => permissions.has(endpoint)));
    if (operations.length === 0) {
      throw configError(
        `The API key may write nothing to ${braze.endpoint}: check that api_key belongs to it and give it a permission such as users.track.`,
        { help: "missing-permission" },
      );
    }
    for (const warning of missingPermissions(offered, permissions)) context.log.warn(warning);
    return { operations };
  } finally {
    await braze.close();
  }
}

/** The objects that every workspace has, users with the attributes of this one. */
async function ownObjects(braze: BrazeClient, { log }: Context): Promise<ObjectOperations[]> {
  const attributes = await listCustomAttributes(braze);
  if (attributes === undefined) {
    log.warn(
      `Without the permission ${customAttributesPermission} the workspace's custom attributes are not listed; they can be written all the same.`,
    );
  }
  return objects.map((object) =>
    object.name === "users" && attributes ? { object, ownFields: attributeFields(attributes) } : { object },
  );
}

async function catalogs(
  braze: BrazeClient,
  { createCatalogs }: Settings,
  { log }: Context,
): Promise<ObjectOperations[]> {
  const found = await listCatalogs(braze);
  if (found === undefined) log.warn(leftOut("Catalogs", catalogsPermission));
  return (found ?? []).map((catalog) => ({
    object: catalogItems(catalog.name),
    ownFields: catalogFields(catalog),
    isComplete: !createCatalogs,
  }));
}

async function triggers(
  braze: BrazeClient,
  lists: TriggerLists,
  objectFor: (id: string) => BrazeObject,
  what: string,
  { log }: Context,
): Promise<ObjectOperations[]> {
  const found = await listTriggered(braze, lists);
  if ("missing" in found) {
    log.warn(leftOut(`API-triggered ${what}`, found.missing));
    return [];
  }
  return found.map(({ id, name }) => ({ object: objectFor(id), title: name }));
}

/** One sentence for each permission, with the objects and sync modes that need it. */
function missingPermissions(offered: readonly ObjectOperations[], permissions: Permissions): string[] {
  const needing = new Map<string, Set<string>>();
  for (const { object } of offered) {
    for (const mode of object.offer.modes) {
      for (const endpoint of endpointsOf(object, mode).filter((each) => !permissions.has(each))) {
        const names = needing.get(endpoint.permission) ?? new Set();
        names.add(`${object.name} (${mode})`);
        needing.set(endpoint.permission, names);
      }
    }
  }
  return [...needing].map(([permission, names]) => leftOut([...names].join(", "), permission));
}

const leftOut = (what: string, permission: string): string =>
  `Left out, for the API key lacks the permission ${permission}: ${what}.`;
