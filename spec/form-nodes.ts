/** A schema as a form sees it. */
export type Schema = { [key: string]: unknown };

export const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a node of a schema is to a form. */
export type NodeKind = "property" | "item" | "variant";

export interface FormNode {
  kind: NodeKind;
  path: string;
  /** The key of a property, else the place. */
  name: string;
  schema: Schema;
  /** The schema that holds it. */
  parent: Schema;
}

/** Everything of a schema that a form shows: properties, items of lists, variants of a choice; each before its parts. */
export function formNodes(parent: unknown, path = ""): FormNode[] {
  if (!isSchema(parent)) return [];
  const below = (kind: NodeKind, name: string, schema: unknown): FormNode[] => {
    if (!isSchema(schema)) return [];
    const place = path === "" ? name : `${path}.${name}`;
    return [{ kind, path: place, name, schema, parent }, ...formNodes(schema, place)];
  };
  return [
    ...Object.entries(isSchema(parent.properties) ? parent.properties : {}).flatMap(([name, schema]) =>
      below("property", name, schema),
    ),
    ...below("item", "[]", parent.items),
    ...variantsOf(parent).flatMap((schema, index) => below("variant", `<${index}>`, schema)),
  ];
}

export const variantsOf = ({ oneOf }: Schema): Schema[] =>
  Array.isArray(oneOf) ? oneOf.filter(isSchema) : [];
