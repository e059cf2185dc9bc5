import { selectedColumns } from "@braze-connectors/shared/airbyte/catalog";
import { configError } from "@braze-connectors/shared/airbyte/errors";
import type {
  ConfiguredAirbyteCatalog,
  ConfiguredAirbyteStream,
} from "@braze-connectors/spec/airbyte/protocol";
import { identifierColumns } from "./objects/identity";
import type { BrazeObject, ObjectOptions } from "./objects/object";
import { findObject, objects } from "./objects/registry";
import { isSegmentExport } from "./objects/users/segment-export";
import type { Settings } from "./settings";

/** Where the records of a configured stream go, and how. */
export interface Route {
  /** Name for people and for folders: `namespace.name`, or the name alone. */
  stream: string;
  object: BrazeObject;
  options: ObjectOptions;
  /** Columns that do not travel. */
  ignoredColumns: string[];
}

export type Routes = ReadonlyMap<string, Route>;

/** Names a stream uniquely; the namespace is part of its name. */
export const streamKey = (name: string, namespace: string | undefined): string =>
  namespace === undefined ? name : `${namespace}.${name}`;

/**
 * Chooses the object of each configured stream, before the first record is read.
 * @throws config_error for a stream that fits no object, and for an object that does not exist
 */
export function planRoutes(catalog: ConfiguredAirbyteCatalog, settings: Settings): Routes {
  const routes = new Map<string, Route>();
  for (const configured of catalog.streams) {
    const key = streamKey(configured.stream.name, configured.stream.namespace);
    if (routes.has(key)) {
      throw configError(`Two streams of the catalog are called "${key}" with their namespaces: rename one.`);
    }
    routes.set(key, planRoute(key, configured, settings));
  }
  return routes;
}

function planRoute(key: string, configured: ConfiguredAirbyteStream, settings: Settings): Route {
  const mode = configured.destination_sync_mode;
  if (mode === "soft_delete") {
    throw configError(`The stream "${key}" asks for the sync mode soft_delete, which is not supported yet.`);
  }
  const columns = selectedColumns(configured);
  const object = chooseObject(key, configured, columns);
  const options: ObjectOptions = {
    createUsers: settings.createUsers && mode !== "update",
    nullValues: settings.nullValues,
    segmentExport: object.name === "users" && isSegmentExport(configured.stream.name, columns),
  };
  return { stream: key, object, options, ignoredColumns: object.ignoredColumns(columns, options) };
}

function chooseObject(
  key: string,
  configured: ConfiguredAirbyteStream,
  columns: readonly string[],
): BrazeObject {
  const available = objects.map(({ name }) => name).join(", ");
  const named = configured.destination_object_name;
  if (named !== undefined) {
    const object = findObject(named);
    if (object) return object;
    throw configError(`The stream "${key}" is to be written to "${named}", which is none of: ${available}.`);
  }
  const sameName = findObject(configured.stream.name);
  if (sameName) return sameName;
  const users = findObject("users");
  if (users && identifierColumns.some((column) => columns.includes(column))) return users;
  throw configError(
    `Nothing says where the stream "${key}" is to be written: set its destination object to one of ${available}, or give it one of the columns ${identifierColumns.join(", ")}.`,
  );
}
