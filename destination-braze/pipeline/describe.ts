import type { ErrorObject } from "ajv";
import type { Reason } from "../objects/object";

/** More reasons than a person reads; one value can break a rule in each of its thousand elements. */
export const maxReasons = 20;

/** Validation errors of an object as reasons that people understand. */
export function describeAll(errors: readonly ErrorObject[]): Reason[] {
  const reasons = errors.flatMap((error) => describe(error, errors)).slice(0, maxReasons);
  return reasons.length > 0 ? reasons : [invalid(undefined, "is not valid")];
}

/** @param all of the same object; those that only sum up or detail others are left out */
function describe(error: ErrorObject, all: readonly ErrorObject[]): Reason[] {
  const { instancePath, schemaPath, keyword, params, message, propertyName } = error;
  if (keyword === "propertyNames" || keyword === "if" || /\/(anyOf|oneOf)\/\d+\//.test(schemaPath)) return [];
  const field = fieldOf(instancePath);
  if (propertyName !== undefined) return [invalid(field, nameProblem(propertyName, params.pattern))];
  switch (keyword) {
    case "required":
      return [invalid(fieldOf(`${instancePath}/${params.missingProperty}`), "is missing")];
    case "dependencies":
      return [
        invalid(
          fieldOf(`${instancePath}/${params.missingProperty}`),
          `is missing, which ${params.property} needs`,
        ),
      ];
    case "additionalProperties":
      return [
        invalid(fieldOf(`${instancePath}/${params.additionalProperty}`), "is not a field of this object"),
      ];
    case "false schema":
      return [invalid(field, "does not go with the other fields of the record")];
    case "enum":
      return [invalid(field, `must be one of ${params.allowedValues.map(print).join(", ")}`)];
    case "type":
      return [invalid(field, `must be ${[params.type].flat().join(" or ")}`)];
    case "minLength":
    case "minItems":
      return [invalid(field, "must not be empty")];
    case "maxLength":
      return [invalid(field, `must have at most ${params.limit} characters`)];
    case "uniqueItems":
      return [invalid(field, "must not hold the same value twice")];
    case "format":
      return [invalid(field, "must be a day in the form 1980-12-21")];
    case "pattern":
      return [invalid(field, formats[field ?? ""] ?? time)];
    case "anyOf":
    case "oneOf":
      return [invalid(field, alternatives(error, all) ?? time)];
    default:
      return [invalid(field, message ?? "is not valid")];
  }
}

/** Where an object must have one of several fields: which. */
function alternatives({ instancePath, schemaPath, params }: ErrorObject, all: readonly ErrorObject[]) {
  if (Array.isArray(params.passingSchemas))
    return "says in more than one way what it is about: leave one of them";
  const branches = all.filter(
    (error) => error.instancePath === instancePath && error.schemaPath.startsWith(`${schemaPath}/`),
  );
  if (branches.length === 0 || branches.some(({ keyword }) => keyword !== "required")) return undefined;
  const names = [...new Set(branches.map((error) => String(error.params.missingProperty)))];
  return `needs one of ${names.join(", ")}`;
}

const time = "must be a time in ISO 8601, such as 2026-05-04T10:00:00Z";
const itemName = "1 to 250 letters, digits, hyphens and underscores";
/** What the schemas' other patterns mean. */
const formats: Record<string, string> = {
  currency: "must be a currency code of ISO 4217, such as EUR",
  id: `must have ${itemName}`,
  phone: "must be a phone number in E.164 format, such as +12223334444",
};

function nameProblem(name: string, pattern: unknown): string {
  const shown = JSON.stringify(name.slice(0, 300));
  const rule = /A-Z/.test(String(pattern)) ? itemName : "1 to 255 characters and no leading $";
  return `holds the name ${shown}: names have ${rule}`;
}

const print = (value: unknown): string => JSON.stringify(value);

/** The keys of a JSON pointer (RFC 6901), joined by dots. */
function fieldOf(pointer: string): string | undefined {
  if (pointer === "") return undefined;
  const keys = pointer.slice(1).split("/");
  return keys
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".")
    .slice(0, 300);
}

/** @param problem the end of a sentence that begins with the field */
export const invalid = (field: string | undefined, problem: string): Reason => ({
  code: "invalid_value",
  message: `${field ?? "The record"} ${problem}.`,
  ...(field === undefined ? {} : { field }),
});
