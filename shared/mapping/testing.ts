import type { Mapping } from "@braze-connectors/spec/mapping";
import type { JsonObject } from "../json";
import { applyMapping, type Mapped, type Unmappable } from "./apply";
import { compileMapping, type MappingContext } from "./compile";
import type { CompiledMapping } from "./compiled";

type Entry = Omit<Partial<Mapping>, "stream"> &
  Pick<Mapping, "identifiers" | "fields" | "static" | "remaining">;

/** A mapping entry for tests: users identified by `id`, of a stream without schema, unless said otherwise. */
export function compile(entry: Entry, context: Partial<MappingContext> = {}): CompiledMapping {
  return compileMapping(
    { stream: "contacts", identifiers: [{ field: "id", as: "external_id" }], ...entry },
    {
      position: "streams.0",
      stream: "contacts",
      object: "users",
      schema: {},
      nullValues: "ignore",
      ...context,
    },
  );
}

/** What a record becomes; the identifier `id` is given. */
export function map(
  entry: Entry,
  record: JsonObject,
  context: Partial<MappingContext> = {},
): Mapped | Unmappable {
  return applyMapping(compile(entry, context), { id: "7", ...record });
}

/** The attributes that a record becomes, without its identifier. */
export function attributes(entry: Entry, record: JsonObject, context: Partial<MappingContext> = {}): unknown {
  const mapped = map(entry, record, context);
  if (mapped.reasons) throw new Error(JSON.stringify(mapped.reasons));
  const { external_id: _, ...rest } = mapped.body;
  return rest;
}

/** The schema of a stream with these columns. */
export const schemaOf = (properties: JsonObject, additionalProperties = true): JsonObject => ({
  type: "object",
  properties,
  additionalProperties,
});
