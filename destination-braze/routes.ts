import { selectedColumns } from "@braze-connectors/shared/airbyte/catalog";
import { configError } from "@braze-connectors/shared/airbyte/errors";
import type { JsonObject } from "@braze-connectors/shared/json";
import { compileMapping } from "@braze-connectors/shared/mapping/compile";
import type { CompiledMapping } from "@braze-connectors/shared/mapping/compiled";
import { mappingsForStream, type PlacedMapping } from "@braze-connectors/shared/mapping/pattern";
import type {
  ConfiguredAirbyteCatalog,
  ConfiguredAirbyteStream,
} from "@braze-connectors/spec/airbyte/protocol";
import type { Mapping } from "@braze-connectors/spec/mapping";
import { type IdentifierColumn, identifierColumns } from "./objects/identity";
import type { BrazeObject, ObjectOptions } from "./objects/object";
import { modesOf } from "./objects/offer";
import { findObject, objectNames } from "./objects/registry";
import { exportOnlyColumns, isSegmentExport } from "./objects/users/segment-export";
import type { Settings } from "./settings";

/** Where the records of a configured stream go, and how. */
export interface Route {
  /** Name for people and for folders: `namespace.name`, or the name alone. */
  stream: string;
  object: BrazeObject;
  options: ObjectOptions;
  /** What makes a record an object; without one its columns are the object's own. */
  mapping?: CompiledMapping;
  /** Columns that do not travel. */
  ignoredColumns: readonly string[];
}

/** The routes of each stream: one stream may become several objects. */
export type Routes = ReadonlyMap<string, readonly Route[]>;

/** Names a stream uniquely; the namespace is part of its name. */
export const streamKey = (name: string, namespace: string | undefined): string =>
  namespace === undefined ? name : `${namespace}.${name}`;

/**
 * Chooses the objects of each configured stream, before the first record is read.
 * @throws config_error for a stream that fits no object, for an object that does not exist, and for a
 *   mapping that is not consistent
 */
export function planRoutes(catalog: ConfiguredAirbyteCatalog, settings: Settings): Routes {
  const routes = new Map<string, readonly Route[]>();
  for (const configured of catalog.streams) {
    const key = streamKey(configured.stream.name, configured.stream.namespace);
    if (routes.has(key)) {
      throw configError(`Two streams of the catalog are called "${key}" with their namespaces: rename one.`, {
        help: "catalog-file",
      });
    }
    routes.set(key, planStream(key, configured, settings));
  }
  return routes;
}

function planStream(key: string, configured: ConfiguredAirbyteStream, settings: Settings): Route[] {
  const named = configured.destination_object_name;
  const asked = named === undefined ? undefined : requireObject(named, `The stream "${key}"`);
  const fallback = asked?.name ?? findObject(configured.stream.name)?.name ?? "users";
  const mappings = mappingsForStream(settings.streams, configured.stream, fallback).filter(
    ({ mapping }) => asked === undefined || (mapping.object ?? fallback) === asked.name,
  );
  if (mappings.length > 0) {
    return mappings.map((placed) => mappedRoute(key, configured, placed, fallback, settings));
  }
  return [plainRoute(key, configured, asked ?? chooseObject(key, configured), settings)];
}

/**
 * Checks the mappings as far as that goes without the streams that they are for.
 * @throws config_error for one that can't be right whatever the stream's columns are
 */
export function checkMappings({ streams, nullValues }: Settings): void {
  for (const [index, mapping] of streams.entries()) {
    const position = `streams.${index}`;
    const fallback = findObject(mapping.stream)?.name ?? "users";
    const { name: object } = requireObject(mapping.object ?? fallback, `"${position}"`);
    compileMapping(mapping, { position, stream: mapping.stream, object, schema: {}, nullValues });
  }
}

/** Columns become the object under their own names. */
function plainRoute(
  stream: string,
  configured: ConfiguredAirbyteStream,
  chosen: BrazeObject,
  settings: Settings,
): Route {
  const object = inMode(chosen, stream, configured);
  const columns = selectedColumns(configured);
  const options: ObjectOptions = {
    createUsers: createsUsers(configured, settings),
    nullValues: settings.nullValues,
    segmentExport: object.name === "users" && isSegmentExport(configured.stream.name, columns),
    messagesInDoubt: settings.messagesInDoubt,
    matchBy: matchingKey(configured),
  };
  return { stream, object, options, ignoredColumns: object.ignoredColumns(columns, options) };
}

function mappedRoute(
  stream: string,
  configured: ConfiguredAirbyteStream,
  { mapping, index }: PlacedMapping,
  fallback: string,
  settings: Settings,
): Route {
  const position = `streams.${index}`;
  const chosen = requireObject(mapping.object ?? fallback, `"${position}"`);
  const object = inMode(chosen, stream, configured);
  const isExport = isSegmentExport(configured.stream.name, selectedColumns(configured));
  const compiled = compileMapping(mapping, {
    position,
    stream,
    // A mapping written for users also serves to delete them; one of identifiers alone could do nothing else.
    object: writesFields(mapping) ? chosen.name : object.name,
    schema: configured.stream.json_schema as JsonObject,
    nullValues: settings.nullValues,
    ...(isExport ? { excludedColumns, spreadColumns } : {}),
  });
  // The mapping has decided already which nulls are meant.
  const options: ObjectOptions = {
    createUsers: createsUsers(configured, settings),
    nullValues: "clear",
    segmentExport: false,
    messagesInDoubt: settings.messagesInDoubt,
  };
  return { stream, object, options, mapping: compiled, ignoredColumns: compiled.ignoredColumns };
}

const writesFields = ({ fields = [], static: statics = [], remaining }: Mapping): boolean =>
  fields.length > 0 || statics.length > 0 || remaining?.include === true;

const excludedColumns: ReadonlySet<string> = new Set([...exportOnlyColumns, "user_aliases"]);
/** Of an exported user each custom attribute counts as a column. */
const spreadColumns: ReadonlySet<string> = new Set(["custom_attributes"]);

/** A stream in the mode `update` never creates, whatever the config says. */
const createsUsers = (configured: ConfiguredAirbyteStream, { createUsers }: Settings): boolean =>
  createUsers && configured.destination_sync_mode !== "update";

const available = (): string => objectNames.join(", ");

/**
 * The identifier that the user has chosen where the host lets them match records with objects: then the
 * stream's primary key is a field of the object. Elsewhere it is the source's own.
 */
function matchingKey({
  destination_object_name: name,
  primary_key: key,
}: ConfiguredAirbyteStream): IdentifierColumn | undefined {
  if (name === undefined || key?.length !== 1) return undefined;
  const [field] = key[0] ?? [];
  return identifierColumns.find((column) => column === field);
}

/** The object as the stream's sync mode writes it. @throws config_error for a mode that it does not have */
function inMode(
  object: BrazeObject,
  stream: string,
  { destination_sync_mode: mode }: ConfiguredAirbyteStream,
): BrazeObject {
  const modes = modesOf(object.offer);
  if (modes.includes(mode)) return object.forMode?.(mode) ?? object;
  const choice = `${modes.length === 1 ? "" : "one of "}${modes.join(", ")}`;
  throw configError(
    `The stream "${stream}" asks for the sync mode ${mode}, which ${object.name} does not have: choose ${choice}.`,
    { help: "destination-object" },
  );
}

function requireObject(name: string, who: string): BrazeObject {
  const object = findObject(name);
  if (object) return object;
  throw configError(`${who} is to be written to "${name}", which is none of: ${available()}.`, {
    help: "destination-object",
  });
}

function chooseObject(key: string, configured: ConfiguredAirbyteStream): BrazeObject {
  const sameName = findObject(configured.stream.name);
  if (sameName) return sameName;
  const columns = selectedColumns(configured);
  if (identifierColumns.some((column) => columns.includes(column))) return requireObject("users", key);
  throw configError(
    `Nothing says where the stream "${key}" is to be written: give it an entry in "streams", set its destination object to one of ${available()}, or give it one of the columns ${identifierColumns.join(", ")}.`,
    { help: "destination-object" },
  );
}
