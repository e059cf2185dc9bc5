import { propertiesOf, type Schema, typesOf } from "./schema-walk";

/** What a host remembers of a stream. */
export interface RememberedStream {
  name: string;
  json_schema: Schema;
  supported_sync_modes: readonly string[];
  source_defined_primary_key?: readonly (readonly string[])[];
  default_cursor_field?: readonly string[];
}

/**
 * What of an earlier catalog a later one breaks for those who have the tables of it: a sentence each.
 * New streams, columns and sync modes break nothing.
 */
export function brokenStreams(
  before: readonly RememberedStream[],
  after: readonly RememberedStream[],
): string[] {
  return before.flatMap((was) => {
    const is = after.find(({ name }) => name === was.name);
    return is === undefined ? [`The stream ${was.name} is no longer there.`] : brokenStream(was, is);
  });
}

function brokenStream(was: RememberedStream, is: RememberedStream): string[] {
  const { name } = was;
  const modes = was.supported_sync_modes.filter((mode) => !is.supported_sync_modes.includes(mode));
  return [
    ...modes.map((mode) => `${name} can no longer be read with the sync mode ${mode}.`),
    ...changed(name, "primary key", was.source_defined_primary_key, is.source_defined_primary_key),
    ...(was.default_cursor_field === undefined
      ? []
      : changed(name, "cursor", was.default_cursor_field, is.default_cursor_field)),
    ...brokenColumns(was.json_schema, is.json_schema, name),
  ];
}

function changed(stream: string, what: string, was: unknown, is: unknown): string[] {
  const [before, after] = [JSON.stringify(was ?? []), JSON.stringify(is ?? [])];
  return before === after ? [] : [`${stream} has another ${what}: ${after}, not ${before}.`];
}

function brokenColumns(before: Schema, after: Schema, path: string): string[] {
  const is = propertiesOf(after);
  return Object.entries(propertiesOf(before)).flatMap(([column, schema]) => {
    const at = `${path}.${column}`;
    const now = is[column];
    if (now === undefined) return [`${at} is no longer there.`];
    const [was, types] = [kinds(schema as Schema), kinds(now as Schema)];
    const reasons = was === types ? [] : [`${at} is ${types}, not ${was}.`];
    return [...reasons, ...brokenColumns(schema as Schema, now as Schema, at)];
  });
}

/** The types that decide on the type of a column; null does not. */
const kinds = (schema: Schema): string =>
  typesOf(schema)
    .filter((type) => type !== "null")
    .sort()
    .concat(typeof schema.format === "string" ? schema.format : [])
    .join(" or ") || "anything";
