import type { BrazeClient } from "@braze-connectors/shared/braze/client";
import { attributeSchema, type CustomAttribute } from "@braze-connectors/shared/braze/custom-attributes";
import { notOffered, refusals } from "@braze-connectors/shared/braze/errors";
import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";

type Asks = Pick<BrazeClient, "get">;

/** A campaign or Canvas that can be triggered over the API. */
export interface Triggered {
  id: string;
  name: string;
}

export interface WorkspaceCatalog {
  name: string;
  fields: { name: string; type: string }[];
}

export const catalogsPermission = "catalogs.get";

/** The catalogs of the workspace (get_list_catalogs). @returns undefined when the key may not list them */
export async function listCatalogs(braze: Asks): Promise<WorkspaceCatalog[] | undefined> {
  const { status, body } = await braze.get("/catalogs", {
    permission: catalogsPermission,
    accept: notOffered,
  });
  if (notOffered.includes(status)) return undefined;
  return objectsIn(body, "catalogs").flatMap(({ name, fields }) =>
    typeof name === "string" ? [{ name, fields: fieldsIn(fields) }] : [],
  );
}

const fieldsIn = (fields: Json | undefined): WorkspaceCatalog["fields"] =>
  (Array.isArray(fields) ? fields : [])
    .filter(isObject)
    .flatMap(({ name, type }) =>
      typeof name === "string" && typeof type === "string" ? [{ name, type }] : [],
    );

/** JSON Schema of the types of catalog fields (post_create_catalog). */
const fieldSchemas: Readonly<Record<string, JsonObject>> = {
  string: { type: ["null", "string"], maxLength: 5000 },
  number: { type: ["null", "number"] },
  boolean: { type: ["null", "boolean"] },
  time: { type: ["null", "string"], format: "date-time" },
  object: { type: ["null", "object"], additionalProperties: true },
  array: { type: ["null", "array"] },
};

/** The fields of a catalog as JSON Schema, without `id`. */
export const catalogFields = ({ fields }: WorkspaceCatalog): JsonObject =>
  Object.fromEntries(
    fields
      .filter(({ name }) => name !== "id")
      .map(({ name, type }) => [
        name,
        (Object.hasOwn(fieldSchemas, type) ? fieldSchemas[type] : undefined) ?? {},
      ]),
  );

/** Custom attributes as JSON Schema. */
export const attributeFields = (attributes: readonly CustomAttribute[]): JsonObject =>
  Object.fromEntries(attributes.map((attribute) => [attribute.name, attributeSchema(attribute)]));

/** Where campaigns or Canvases are listed, and where one tells how it is started. */
export interface TriggerLists {
  list: { path: string; key: string; permission: string };
  details: { path: string; idKey: string; permission: string };
}

export const campaignLists: TriggerLists = {
  list: { path: "/campaigns/list", key: "campaigns", permission: "campaigns.list" },
  details: { path: "/campaigns/details", idKey: "campaign_id", permission: "campaigns.details" },
};

export const canvasLists: TriggerLists = {
  list: { path: "/canvas/list", key: "canvases", permission: "canvas.list" },
  details: { path: "/canvas/details", idKey: "canvas_id", permission: "canvas.details" },
};

/** Entries of a page of these lists (get_campaigns, get_canvases). */
const pageSize = 100;
const mostPages = 100;
const concurrency = 8;

/**
 * What can be triggered over the API: only the details of a campaign say how it is started
 * (`schedule_type`, get_campaign_details and get_canvas_details).
 * @returns the permission that is missing, where one is
 */
export async function listTriggered(
  braze: Asks,
  { list, details }: TriggerLists,
): Promise<Triggered[] | { missing: string }> {
  const entries: Triggered[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const { status, body } = await braze.get(list.path, {
      query: { page, include_archived: false },
      permission: list.permission,
      accept: notOffered,
    });
    if (notOffered.includes(status)) return { missing: list.permission };
    const found = objectsIn(body, list.key);
    for (const { id, name } of found) {
      if (typeof id === "string") entries.push({ id, name: typeof name === "string" ? name : id });
    }
    if (found.length < pageSize) break;
  }
  const triggered = new Map<string, Triggered>();
  const left = [...entries];
  let forbidden = false;
  const worker = async (): Promise<void> => {
    for (let entry = left.shift(); entry && !forbidden; entry = left.shift()) {
      const { status, body } = await braze.get(details.path, {
        query: { [details.idKey]: entry.id },
        permission: details.permission,
        accept: [400, 404, ...refusals],
      });
      if (refusals.includes(status)) forbidden = true;
      if (isObject(body) && body.schedule_type === "api_triggered") triggered.set(entry.id, entry);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  if (forbidden) return { missing: details.permission };
  return entries.filter(({ id }) => triggered.has(id));
}

const objectsIn = (body: unknown, key: string): JsonObject[] => {
  const list = isObject(body) ? body[key] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
};
