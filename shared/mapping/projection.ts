import type { SourceMapping } from "@braze-connectors/spec/mapping-source";
import type { JsonObject } from "../json";
import { aliasName, type Mapped, writeFields } from "./apply";
import { Compiler } from "./compile";
import type { CompiledIdentifier } from "./compiled";
import { identifierNames, type ObjectRules } from "./objects";
import { setOwn } from "./own";
import { Problems } from "./problems";
import { projectSchema } from "./projected-schema";

/** What the mapping of a source's stream is compiled for. */
export interface ProjectionContext {
  /** Where the mapping stands in the config: `segment_export.mapping`. */
  position: string;
  /** The stream, as people are told. */
  stream: string;
  /** The schema of the records as they are without mapping. */
  schema: JsonObject;
  /** Columns that every record keeps under their own names: its primary key, and what tells that it left. */
  keep: readonly string[];
  /** Columns whose entries are among the remaining ones in their place, such as `custom_attributes`. */
  spreadColumns?: ReadonlySet<string>;
}

/** The mapping of a source: which columns its records have, and under which names. */
export interface Projection {
  /** The schema of the mapped records. */
  readonly schema: JsonObject;
  /** A record with the mapped columns; the given one is not changed. */
  readonly apply: (record: JsonObject) => JsonObject;
}

/** Records take any column, keep their nulls, and are emitted as Braze exported them. */
const columns: ObjectRules = {
  name: "columns",
  fields: new Map(),
  reserved: new Set(),
  others: [],
  isClosed: false,
  required: [],
  identifiers: identifierNames,
  ofUser: false,
  isProfile: false,
  keepsNulls: true,
  normalises: false,
  normalisers: new Map(),
};

/**
 * Compiles the mapping of a source.
 * @throws config_error that names every key of the mapping that is not consistent
 */
export function compileProjection(mapping: SourceMapping, context: ProjectionContext): Projection {
  const problems = new Problems(context.position, `the stream "${context.stream}"`);
  const compiler = new Compiler(
    mapping,
    {
      ...context,
      object: columns.name,
      nullValues: "clear",
      keptColumns: context.keep,
      excludedColumns: new Set(context.keep),
    },
    columns,
    problems,
  );
  const compiled = compiler.compile();
  problems.throwIfAny();
  const { identifiers } = compiled;
  return {
    schema: projectSchema(mapping, compiled.remaining, context.schema, context.keep),
    apply(record) {
      const mapped: Mapped = { identifier: undefined, body: {}, setIfEmpty: undefined };
      for (const column of context.keep) {
        if (Object.hasOwn(record, column)) setOwn(mapped.body, column, record[column] ?? null);
      }
      identify(identifiers, record, mapped.body);
      writeFields(compiled, record, mapped);
      return mapped.body;
    },
  };
}

/** The first identifier with a value fills its column. */
function identify(identifiers: readonly CompiledIdentifier[], record: JsonObject, body: JsonObject): void {
  for (const { name, label, read } of identifiers) {
    const found = read(record);
    const value = label === undefined ? found : aliasName(found, label);
    if (value === undefined || value === null || value === "") continue;
    setOwn(body, name, value);
    return;
  }
}
