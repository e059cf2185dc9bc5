import destinationSchema from "@braze-connectors/spec/schemas/destination-braze";
import sourceSchema from "@braze-connectors/spec/schemas/source-braze";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { releasedSpec } from "../released";
import { branchesOf, nameOf, propertiesOf, type Schema, schemasIn, typesOf } from "../schema-walk";
import { incompatibilities } from "../spec-compatibility";
import type { Check, Subject } from "../subject";

const committed = { "source-braze": sourceSchema, "destination-braze": destinationSchema };

/** Names that say that a text is a secret. */
const secretNames =
  /^(api_key|.*(token|secret|password|certificate|jwt|credentials|refresh_token)|secret_access_key|access_key_id)$/;
/** What the form that Airbyte makes of a specification can't show. */
const notInForms = ["not", "anyOf", "allOf", "patternProperties", "prefixItems", "if", "then", "else"];
/**
 * Fields of more than one type, which Airbyte's own tests would not let pass: a word or an object in
 * `removed_profiles`, and any value in the `static` entries of a mapping. People have both in their configs.
 */
const isKnownMixture = /^\/properties\/removed_profiles$|\/static\/items\/properties\/value(\/items)?$/;

const connectionSpecification = async (subject: Subject): Promise<Schema> =>
  (await subject.spec()).connectionSpecification as Schema;

/** Paths of the schemas in the connection specification for which something holds. */
async function pathsWhere(
  subject: Subject,
  holds: (schema: Schema, path: string) => boolean,
): Promise<string[]> {
  const found = [...schemasIn(await connectionSpecification(subject))];
  return found.filter(({ schema, path }) => holds(schema, path)).map(({ path }) => path);
}

const isArrayOfOneType = ({ items }: Schema): boolean => typesOf((items ?? {}) as Schema).length === 1;

/** Whether variants are objects with one property in common that is a constant, another one in each. */
function areToldApart(schema: Schema): boolean {
  const variants = branchesOf(schema);
  const [first = {}] = variants;
  const constants = Object.keys(propertiesOf(first)).filter((name) =>
    variants.every((variant) => "const" in ((propertiesOf(variant)[name] ?? {}) as Schema)),
  );
  const [name = ""] = constants;
  const values = variants.map((variant) => (propertiesOf(variant)[name] ?? {}) as Schema);
  return (
    typesOf(schema)[0] === "object" &&
    constants.length === 1 &&
    new Set(values.map((value) => value.const)).size === variants.length &&
    values.every((value) => !("default" in value) && !("enum" in value))
  );
}

export const specChecks: Check[] = [
  {
    name: "spec: one message, and nothing else",
    async verify(subject) {
      const finished = await subject.run("spec", "", {});
      expect(finished.messages.map(({ type }) => type)).toEqual(["SPEC"]);
      expect(finished).toMatchObject({ exitCode: 0, invalidLines: [], stderr: "" });
    },
  },
  {
    name: "spec: says what is committed",
    async verify(subject) {
      expect(await connectionSpecification(subject)).toEqual(committed[subject.given.connector]);
    },
  },
  {
    name: "spec: is JSON Schema, and takes the config of these tests",
    async verify(subject) {
      const ajv = new Ajv({ strict: false });
      addFormats(ajv);
      const specification = await connectionSpecification(subject);
      expect(specification.$schema).toBe("http://json-schema.org/draft-07/schema#");
      expect(ajv.validate(specification, subject.given.config)).toBe(true);
    },
  },
  {
    name: "spec: points to documentation",
    async verify(subject) {
      expect((await subject.spec()).documentationUrl).toMatch(/^https:\/\/\S+$/);
    },
  },
  {
    name: "spec: no value twice in an enum",
    async verify(subject) {
      const isRepeated = ({ enum: values }: Schema) =>
        Array.isArray(values) && new Set(values).size !== values.length;
      expect(await pathsWhere(subject, isRepeated)).toEqual([]);
    },
  },
  {
    name: "spec: variants are objects, told apart by one constant",
    async verify(subject) {
      const isMuddled = (schema: Schema) => "oneOf" in schema && !areToldApart(schema);
      expect(await pathsWhere(subject, isMuddled)).toEqual([]);
    },
  },
  {
    name: "spec: secrets, and only texts, are marked as secret",
    async verify(subject) {
      const isWrong = (schema: Schema, path: string) =>
        secretNames.test(nameOf(path))
          ? schema.airbyte_secret !== true
          : schema.airbyte_secret === true && typesOf(schema)[0] !== "string";
      expect(await pathsWhere(subject, isWrong)).toEqual([]);
      expect(await pathsWhere(subject, ({ airbyte_secret }) => airbyte_secret === true)).not.toEqual([]);
    },
  },
  {
    name: "spec: a field has one type, or one and null",
    async verify(subject) {
      const hasMore = (schema: Schema, path: string) =>
        typesOf(schema).filter((type) => type !== "null").length > 1 && !isKnownMixture.test(path);
      expect(await pathsWhere(subject, hasMore)).toEqual([]);
    },
  },
  {
    name: "spec: an object has properties, an array has items of one type",
    async verify(subject) {
      const isEmpty = (schema: Schema) =>
        (typesOf(schema)[0] === "object" &&
          Object.keys(propertiesOf(schema)).length === 0 &&
          branchesOf(schema).length === 0) ||
        (typesOf(schema)[0] === "array" && !isArrayOfOneType(schema));
      expect(await pathsWhere(subject, isEmpty)).toEqual([]);
    },
  },
  {
    name: "spec: nothing that a form can't show",
    async verify(subject) {
      expect(await pathsWhere(subject, (schema) => notInForms.some((key) => key in schema))).toEqual([]);
    },
  },
  {
    name: "spec: dates have a pattern",
    async verify(subject) {
      const lacks = ({ format, pattern }: Schema) => /^date/.test(String(format)) && pattern === undefined;
      expect(await pathsWhere(subject, lacks)).toEqual([]);
    },
  },
  {
    name: "spec: stands alone, and takes keys that it does not know",
    async verify(subject) {
      const specification = await connectionSpecification(subject);
      expect(JSON.stringify(specification)).not.toContain('"$ref"');
      expect(specification.additionalProperties).toBe(true);
      expect(await pathsWhere(subject, (schema) => schema.additionalProperties === false)).toEqual([]);
    },
  },
  {
    name: "spec: configs of the last release stay valid",
    async verify(subject) {
      const released = releasedSpec(subject.given.connector).connectionSpecification as Schema;
      expect(incompatibilities(released, await connectionSpecification(subject))).toEqual([]);
    },
  },
];
