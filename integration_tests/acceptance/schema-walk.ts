/** Looking through JSON Schemas: connection specifications, schemas of streams and objects. */

export type Schema = { readonly [keyword: string]: unknown };

export const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export interface Place {
  /** `/properties/url`; empty for the root. */
  path: string;
  schema: Schema;
}

const branches = ["oneOf", "anyOf", "allOf"] as const;

/** A schema and all schemas in it; names of properties are not mistaken for keywords. */
export function* schemasIn(schema: unknown, path = ""): Generator<Place> {
  if (!isSchema(schema)) return;
  yield { path, schema };
  for (const [name, property] of Object.entries(propertiesOf(schema)))
    yield* schemasIn(property, `${path}/properties/${name}`);
  for (const keyword of branches)
    for (const [index, branch] of branchesOf(schema, keyword).entries())
      yield* schemasIn(branch, `${path}/${keyword}/${index}`);
  for (const keyword of ["items", "additionalProperties", "not"])
    yield* schemasIn(schema[keyword], `${path}/${keyword}`);
}

export const propertiesOf = (schema: Schema): Schema =>
  isSchema(schema.properties) ? schema.properties : {};

export const branchesOf = (schema: Schema, keyword: (typeof branches)[number] = "oneOf"): Schema[] => {
  const found = schema[keyword];
  return Array.isArray(found) ? found.filter(isSchema) : [];
};

/** The types that a schema names, as a list; empty if it names none. */
export const typesOf = ({ type }: Schema): string[] =>
  [type].flat().filter((name): name is string => typeof name === "string");

/** The name of the property that a path ends in. */
export const nameOf = (path: string): string => path.split("/").at(-1) ?? "";

/** A schema without what is only for people. */
export function withoutProse(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutProse);
  if (!isSchema(schema)) return schema;
  const prose = new Set(["title", "description", "examples", "order", "pattern_descriptor", "$schema"]);
  return Object.fromEntries(
    Object.entries(schema)
      // A property may be called `description`; then it is a schema, and no text.
      .filter(([key, value]) => !prose.has(key) || isSchema(value))
      .map(([key, value]) => [key, withoutProse(value)]),
  );
}
