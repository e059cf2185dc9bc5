import { branchesOf, propertiesOf, type Schema, typesOf } from "./schema-walk";

/** Keywords that bound a value, and whether a larger bound lets less through. */
const bounds: readonly [keyword: string, largerIsTighter: boolean][] = [
  ["minimum", true],
  ["exclusiveMinimum", true],
  ["minLength", true],
  ["minItems", true],
  ["maximum", false],
  ["exclusiveMaximum", false],
  ["maxLength", false],
  ["maxItems", false],
];

/**
 * Why configs that were right under an earlier connection specification may be wrong under a later one:
 * a sentence each, none if it accepts them all.
 */
export function incompatibilities(before: Schema, after: Schema, path = ""): string[] {
  const at = path === "" ? "The config" : path;
  return [
    ...narrowedTypes(before, after, at),
    ...narrowedValues(before, after, at),
    ...tightened(before, after, at),
    ...changedProperties(before, after, path, at),
    ...removedVariants(before, after, path, at),
    ...itemsOf(before).flatMap((was) =>
      itemsOf(after).flatMap((is) => incompatibilities(was, is, `${path}[]`)),
    ),
  ];
}

function narrowedTypes(before: Schema, after: Schema, at: string): string[] {
  const is = typesOf(after);
  const refused = typesOf(before).filter((type) => is.length > 0 && !accepts(is, type));
  if (typesOf(before).length === 0 && is.length > 0) return [`${at} may no longer be of any type.`];
  return refused.map((type) => `${at} may no longer be of type ${type}.`);
}

const accepts = (types: readonly string[], type: string): boolean =>
  types.includes(type) || (type === "integer" && types.includes("number"));

/** The values that a schema lists, if it does. */
function listed(schema: Schema): string[] | undefined {
  const values = "const" in schema ? [schema.const] : schema.enum;
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : undefined;
}

function narrowedValues(before: Schema, after: Schema, at: string): string[] {
  const is = listed(after);
  if (is === undefined) return [];
  const was = listed(before);
  if (was === undefined) return [`${at} may no longer have any value but ${is.join(", ")}.`];
  return was.filter((value) => !is.includes(value)).map((value) => `${at} may no longer be ${value}.`);
}

function tightened(before: Schema, after: Schema, at: string): string[] {
  const reasons: string[] = [];
  for (const [keyword, largerIsTighter] of bounds) {
    const { [keyword]: was } = before;
    const { [keyword]: is } = after;
    if (typeof is !== "number") continue;
    if (typeof was !== "number" || (largerIsTighter ? is > was : is < was))
      reasons.push(`${at} has a tighter ${keyword}: ${is}.`);
  }
  for (const keyword of ["pattern", "format"]) {
    if (after[keyword] !== undefined && after[keyword] !== before[keyword])
      reasons.push(`${at} has another ${keyword}: ${after[keyword]}.`);
  }
  if (after.uniqueItems === true && before.uniqueItems !== true)
    reasons.push(`${at} may no longer hold an item twice.`);
  if (after.additionalProperties === false && before.additionalProperties !== false)
    reasons.push(`${at} may no longer have other keys.`);
  return reasons;
}

function changedProperties(before: Schema, after: Schema, path: string, at: string): string[] {
  const was = propertiesOf(before);
  const is = propertiesOf(after);
  const needed = required(after).filter((name) => !required(before).includes(name));
  return [
    ...needed.map((name) => `${at} must have ${name} now.`),
    ...Object.entries(was).flatMap(([name, schema]) => {
      const now = is[name];
      const inner = path === "" ? name : `${path}.${name}`;
      return now === undefined
        ? [`${inner} is no longer there.`]
        : incompatibilities(schema as Schema, now as Schema, inner);
    }),
  ];
}

const required = (schema: Schema): unknown[] => (Array.isArray(schema.required) ? schema.required : []);

const itemsOf = ({ items }: Schema): Schema[] => (items === undefined ? [] : [items as Schema]);

/** Each variant must have one among the later ones that takes its configs. */
function removedVariants(before: Schema, after: Schema, path: string, at: string): string[] {
  const was = branchesOf(before);
  const is = branchesOf(after);
  if (was.length === 0) return is.length > 0 ? [`${at} has variants now.`] : [];
  return was.flatMap((variant) => {
    const name = discriminator(variant);
    const now = is.find((candidate) => discriminator(candidate) === name);
    return now === undefined
      ? [`${at} no longer has the variant ${name}.`]
      : incompatibilities(variant, now, `${path}(${name})`);
  });
}

/** What tells a variant from the others: the values of its constants, else its types. */
export function discriminator(variant: Schema): string {
  const constants = Object.values(propertiesOf(variant)).flatMap((property) => {
    const value = (property as Schema).const;
    return value === undefined ? [] : [String(value)];
  });
  return constants.length > 0 ? constants.join(", ") : typesOf(variant).join(", ");
}
