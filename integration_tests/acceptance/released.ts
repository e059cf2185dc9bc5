/** Specification and catalog of the last release, as it said them. Written by `write-released.ts`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AirbyteStream, ConnectorSpecification } from "@braze-connectors/spec/airbyte/protocol";
import type { Connector } from "../harness";
import type { RememberedStream } from "./catalog-compatibility";
import { isSchema, propertiesOf, type Schema, withoutProse } from "./schema-walk";

const folder = join(__dirname, "released");
export const specFile = (connector: Connector): string => join(folder, `${connector}.spec.json`);
export const catalogFile = join(folder, "source-braze.catalog.json");

const parsed = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

export const releasedSpec = (connector: Connector): ConnectorSpecification =>
  parsed(specFile(connector)) as ConnectorSpecification;

export const releasedStreams = (): RememberedStream[] => parsed(catalogFile) as RememberedStream[];

/** What is kept of discovered streams: enough to see what breaks a table. */
export const rememberedStreams = (streams: readonly AirbyteStream[]): RememberedStream[] =>
  streams.map(
    ({ name, json_schema, supported_sync_modes, source_defined_primary_key, default_cursor_field }) => ({
      name,
      json_schema: withoutWorkspace(withoutProse(json_schema) as Schema),
      supported_sync_modes,
      ...(source_defined_primary_key === undefined ? {} : { source_defined_primary_key }),
      ...(default_cursor_field === undefined ? {} : { default_cursor_field }),
    }),
  );

/** Which custom attributes there are is up to the workspace, not to the release. */
function withoutWorkspace(schema: Schema): Schema {
  const { custom_attributes: attributes, ...others } = propertiesOf(schema);
  if (!isSchema(attributes)) return schema;
  const { properties: _, ...open } = attributes;
  return { ...schema, properties: { ...others, custom_attributes: open } };
}
