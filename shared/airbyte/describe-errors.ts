import type { ErrorObject } from "ajv";
import { isObject, type Json } from "../json";

/** What was validated. */
export interface Validated {
  /** What people call it as a whole: "the config". */
  name: string;
  /** Its schema; it says what a pattern means and which variants of an object there are. */
  schema?: unknown;
}

/** Validation errors as one line: each key with what is expected of it. */
export function describeErrors(
  errors: readonly ErrorObject[],
  validated: Validated = { name: "the config" },
): string {
  const sentences = errors
    .filter(({ keyword }) => keyword !== "oneOf" && keyword !== "if")
    .map((error) => describeError(error, validated));
  return [...new Set(sentences)].join("; ");
}

function describeError(
  { instancePath, keyword, params, message }: ErrorObject,
  validated: Validated,
): string {
  const segments = segmentsOf(instancePath);
  const key = segments.length === 0 ? validated.name : quoted(segments);
  switch (keyword) {
    case "required":
      return `${quoted([...segments, params.missingProperty])} is missing`;
    case "discriminator":
      return `${quoted([...segments, params.tag])} must be one of ${list(variants(validated.schema, segments, params.tag))}`;
    case "enum":
      return `${key} must be one of ${list(params.allowedValues)}`;
    case "const":
      return `${key} must be ${JSON.stringify(params.allowedValue)}`;
    case "type":
      return `${key} must be ${[params.type].flat().map(withArticle).join(" or ")}`;
    case "minLength":
      return params.limit === 1 ? `${key} must not be empty` : `${key} ${message}`;
    case "pattern":
      return `${key} must have the form ${formOf(validated.schema, segments) ?? params.pattern}`;
    default:
      return `${key} ${message ?? "is not valid"}`;
  }
}

/** The keys of a JSON pointer (RFC 6901). */
const segmentsOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));

const quoted = (segments: readonly string[]): string => `"${segments.join(".")}"`;

const list = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(", ");

const withArticle = (type: string): string => `${/^[aeio]/.test(type) ? "an" : "a"} ${type}`;

/** The example that a schema gives for its pattern. */
const formOf = (schema: unknown, segments: readonly string[]): Json | undefined =>
  schemasAt(schema, segments)
    .map((found) => (isObject(found) ? found.pattern_descriptor : undefined))
    .find((descriptor) => descriptor !== undefined);

/** The values that the discriminating key of a oneOf may have. */
const variants = (schema: unknown, segments: readonly string[], tag: string): Json[] =>
  schemasAt(schema, [...segments, tag]).flatMap((found) =>
    isObject(found) && found.const !== undefined ? [found.const] : [],
  );

/** The schemas that may apply to the value at a path: several, where a oneOf stands on the way. */
function schemasAt(schema: unknown, segments: readonly string[]): unknown[] {
  if (!isObject(schema)) return [];
  const [segment, ...deeper] = segments;
  if (segment === undefined) return [schema];
  const properties = isObject(schema.properties) ? schema.properties : {};
  return [
    ...schemasAt(properties[segment] ?? schema.items, deeper),
    ...(Array.isArray(schema.oneOf) ? schema.oneOf.flatMap((branch) => schemasAt(branch, segments)) : []),
  ];
}
