import { selectedColumns } from "@braze-connectors/shared/airbyte/catalog";
import { configError } from "@braze-connectors/shared/airbyte/errors";
import { isHostColumn } from "@braze-connectors/shared/airbyte/host-columns";
import type { Logger } from "@braze-connectors/shared/airbyte/output";
import type { BrazeClient } from "@braze-connectors/shared/braze/client";
import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import type { CompiledMapping } from "@braze-connectors/shared/mapping/compiled";
import { getOwn } from "@braze-connectors/shared/mapping/own";
import type {
  ConfiguredAirbyteCatalog,
  ConfiguredAirbyteStream,
} from "@braze-connectors/spec/airbyte/protocol";
import { catalogsPermission, listCatalogs } from "../../discover/workspace";
import { type Routes, streamKey } from "../../routes";
import type { RateLimits } from "../rate-groups";

/** A field of a Braze catalog. */
interface Field {
  name: string;
  type: "string" | "number" | "boolean" | "time" | "object" | "array";
}

/** Fields that one request may add (post_create_catalog_fields). */
const fieldsPerRequest = 50;

export interface EnsureOptions {
  /** Whether missing catalogs and fields are created. */
  create: boolean;
  dryRun: boolean;
}

/**
 * Sees to it that the catalogs that streams are written to are there, with fields for the streams' columns.
 * @throws config_error for a catalog that is missing and not to be created
 */
export async function ensureCatalogs(
  configured: ConfiguredAirbyteCatalog,
  routes: Routes,
  braze: Pick<BrazeClient, "get" | "post">,
  limits: Pick<RateLimits, "of">,
  { create, dryRun }: EnsureOptions,
  log: Logger,
): Promise<void> {
  const wanted = wantedFields(configured, routes);
  if (wanted.size === 0) return;
  const found = await listCatalogs(braze);
  if (found === undefined) {
    log.warn(
      `Without the permission ${catalogsPermission} nobody can tell whether the catalogs ${[...wanted.keys()].join(", ")} are there.`,
    );
    return;
  }
  const limit = limits.of("catalogs");
  const createCatalog = async (name: string, fields: readonly Field[]): Promise<void> => {
    const all = [{ name: "id", type: "string" }, ...fields];
    await braze.post("/catalogs", {
      body: { catalogs: [{ name, description: "Created by destination-braze.", fields: all }] },
      permission: "catalogs.create",
      limit,
    });
  };
  const addFields = async (name: string, fields: readonly Field[]): Promise<void> => {
    for (let from = 0; from < fields.length; from += fieldsPerRequest) {
      await braze.post(`/catalogs/${encodeURIComponent(name)}/fields`, {
        body: { fields: fields.slice(from, from + fieldsPerRequest) },
        permission: "catalogs.create_fields",
        limit,
      });
    }
  };
  for (const [name, fields] of wanted) {
    const catalog = found.find((each) => each.name === name);
    const missing = fields.filter((field) => !catalog?.fields.some((each) => each.name === field.name));
    if (catalog && missing.length === 0) continue;
    const names = missing.map((field) => field.name).join(", ");
    if (!create) {
      if (!catalog)
        throw configError(
          noCatalog(
            name,
            found.map((each) => each.name),
          ),
          { help: "catalog-missing" },
        );
      log.warn(
        `The catalog "${name}" has no fields for the columns ${names}: Braze refuses items with values there. Leave these columns out, add the fields, or set create_catalogs to true.`,
      );
      continue;
    }
    log.info(
      catalog ? `Fields are added to the catalog "${name}": ${names}.` : `The catalog "${name}" is created.`,
    );
    if (dryRun) continue;
    try {
      await (catalog ? addFields(name, missing) : createCatalog(name, missing));
    } catch (error) {
      // Another sync, or another shard of this one, may have been quicker.
      const now = (await listCatalogs(braze))?.find((each) => each.name === name);
      if (!now || !fields.every((field) => now.fields.some((each) => each.name === field.name))) throw error;
    }
  }
}

function noCatalog(name: string, names: readonly string[]): string {
  const there = names.length === 0 ? "it has none" : `it has ${names.slice(0, 20).join(", ")}`;
  return `The workspace has no catalog "${name}" (${there}): create it in Braze, or set create_catalogs to true.`;
}

/** For each catalog that is written to, the fields that the columns of its streams need, without `id`. */
export function wantedFields(configured: ConfiguredAirbyteCatalog, routes: Routes): Map<string, Field[]> {
  const wanted = new Map<string, Field[]>();
  for (const stream of configured.streams) {
    const key = streamKey(stream.stream.name, stream.stream.namespace);
    for (const { object, mapping } of routes.get(key) ?? []) {
      const [, name] = /^catalog_items\/(.+)$/.exec(object.name) ?? [];
      if (name === undefined) continue;
      const fields = wanted.get(name) ?? [];
      wanted.set(name, fields);
      if (stream.destination_sync_mode === "soft_delete") continue;
      for (const field of writtenFields(stream, mapping)) {
        if (field.name !== "id" && !fields.some((each) => each.name === field.name)) fields.push(field);
      }
    }
  }
  return wanted;
}

/** The fields that a stream writes. */
function writtenFields(stream: ConfiguredAirbyteStream, mapping: CompiledMapping | undefined): Field[] {
  const schema = stream.stream.json_schema as JsonObject;
  const columns = selectedColumns(stream).filter((column) => !isHostColumn(column));
  if (!mapping) return columns.map((column) => ({ name: column, type: typeOf(schema, column) }));
  const { fields, statics, remaining } = mapping;
  const written = [
    ...fields.map(({ field, slot }) => ({ column: field, path: slot.path })),
    ...columns.map((column) => ({ column, path: remaining?.slotOf(column)?.path ?? [] })),
  ];
  const mapped = written.flatMap(({ column, path: [name, ...parts] }): Field[] =>
    name === undefined ? [] : [{ name, type: parts.length > 0 ? "object" : typeOf(schema, column) }],
  );
  // A static value shows where it is put.
  const example: JsonObject = {};
  for (const { put, value } of statics) put(example, value);
  return [...mapped, ...Object.entries(example).map(([name, value]) => ({ name, type: typeOfValue(value) }))];
}

function typeOfValue(value: Json): Field["type"] {
  if (Array.isArray(value)) return "array";
  if (isObject(value)) return "object";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "string";
}

/** The type of a catalog field that takes what a column's schema says. */
function typeOf(schema: JsonObject, column: string): Field["type"] {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const property = getOwn(properties, column);
  if (!isObject(property)) return "string";
  const types = [property.type].flat().filter((type) => type !== "null");
  if (types.length !== 1) return "string";
  switch (types[0]) {
    case "integer":
    case "number":
      return "number";
    case "boolean":
    case "object":
    case "array":
      return types[0];
    default:
      return property.format === "date-time" || property.format === "date" ? "time" : "string";
  }
}
