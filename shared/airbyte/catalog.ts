import type {
  ConfiguredAirbyteCatalog,
  ConfiguredAirbyteStream,
} from "@braze-connectors/spec/airbyte/protocol";
import validateConfiguredCatalog from "@braze-connectors/spec/validators/validateConfiguredCatalog";
import { isObject } from "../json";
import { describeErrors } from "./describe-errors";
import { configError } from "./errors";

/**
 * Checks a configured catalog.
 * @throws config_error for a catalog that is not one, or names a stream twice
 */
export function parseCatalog(raw: unknown): ConfiguredAirbyteCatalog {
  const catalog = withoutNulls(raw);
  if (!validateConfiguredCatalog(catalog)) {
    const wrong = describeErrors(validateConfiguredCatalog.errors ?? [], { name: "the catalog" });
    throw configError(`The catalog is not a configured Airbyte catalog: ${wrong}.`, { help: "catalog-file" });
  }
  const configured = catalog as ConfiguredAirbyteCatalog;
  const seen = new Set<string>();
  for (const { stream } of configured.streams) {
    const key = JSON.stringify([stream.namespace, stream.name]);
    if (seen.has(key))
      throw configError(`The catalog names the stream "${stream.name}" twice.`, { help: "catalog-file" });
    seen.add(key);
  }
  return configured;
}

/** Hosts print null for what a stream does not have. In `json_schema` a null may mean something. */
function withoutNulls(catalog: unknown): unknown {
  if (!isObject(catalog) || !Array.isArray(catalog.streams)) return catalog;
  const streams = catalog.streams.map((configured) => {
    if (!isObject(configured)) return configured;
    const { stream } = configured;
    return dropNulls({ ...configured, stream: isObject(stream) ? dropNulls(stream) : stream });
  });
  return { ...catalog, streams };
}

const dropNulls = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, child]) => child !== null));

/** The columns selected for a stream: the properties of its schema in the configured catalog. */
export function selectedColumns({ stream }: ConfiguredAirbyteStream): string[] {
  const properties = (stream.json_schema as { properties?: unknown }).properties;
  return isObject(properties) ? Object.keys(properties) : [];
}
