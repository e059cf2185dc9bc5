import Ajv from "ajv";
import addFormats from "ajv-formats";
import { type FormNode, formNodes, isSchema, type Schema, variantsOf } from "./form-nodes";
import destination from "./generated/destination-braze.schema.json";
import source from "./generated/source-braze.schema.json";

/** Keys that say something secret, whatever they stand in. */
const secretName = /key$|key_id$|secret|password|token|external_id$/;
const ajv = addFormats(new Ajv({ strict: false }));
const problemOf = (schema: Schema, value: unknown): string =>
  ajv.validate(schema, value) ? "" : ajv.errorsText();

const isConst = ({ schema }: FormNode): boolean => "const" in schema;
const examplesOf = ({ examples }: Schema): unknown[] => (Array.isArray(examples) ? examples : []);

/**
 * What Airbyte's form builder (airbyte-webapp, schemaToFormBlock) refuses: it then shows no form at all. Every variant
 * of a `oneOf` has to be an object, and they need a constant in common by which they are told apart.
 */
function builderProblem({ schema }: FormNode): string | undefined {
  if (!Array.isArray(schema.oneOf)) return undefined;
  if (schema.type !== "object") return "oneOf in something that is no object";
  const constants = variantsOf(schema).map(({ properties }) =>
    Object.entries(isSchema(properties) ? properties : {})
      .filter(([, property]) => isSchema(property) && "const" in property)
      .map(([name]) => name),
  );
  const [first = [], ...others] = constants;
  return first.some((name) => others.every((each) => each.includes(name)))
    ? undefined
    : "oneOf without a const";
}

/** Airbyte renders the connection specification as a form. */
describe.each<[string, Schema]>([
  ["source-braze", source],
  ["destination-braze", destination],
])("the form of %s", (_, schema) => {
  const nodes = formNodes(schema);
  const properties = nodes.filter(({ kind }) => kind === "property");
  /** The paths of nodes for which something is not so. */
  const without = (which: readonly FormNode[], isSo: (node: FormNode) => boolean): string[] =>
    which.filter((node) => !isSo(node)).map(({ path }) => path);

  test("stands alone: no reference leads out of it", () => {
    expect(JSON.stringify(schema)).not.toContain('"$ref"');
  });

  test("has the fields that people look for first on top", () => {
    const places = properties
      .filter(({ path }) => !path.includes("."))
      .sort((a, b) => Number(a.schema.order) - Number(b.schema.order));
    expect(places.slice(0, 2).map(({ name }) => name)).toEqual(["url", "api_key"]);
    expect(properties.length).toBeGreaterThan(15);
  });

  test("calls everything by a title that is not its key", () => {
    const titled = ({ name, schema: { title } }: FormNode): boolean =>
      typeof title === "string" && /^[A-Z][^_]*$/.test(title) && !/[.:]$/.test(title) && title !== name;
    expect(without(nodes, titled)).toEqual([]);
  });

  test("describes everything in one sentence", () => {
    const described = ({ schema: { description } }: FormNode): boolean =>
      typeof description === "string" && /^[A-Z].*\.$/.test(description) && !/[.!?] [A-Z]/.test(description);
    expect(without(nodes, described)).toEqual([]);
  });

  test("gives examples of everything that can be filled in", () => {
    const filledIn = nodes.filter((node) => node.kind !== "variant" && !isConst(node));
    expect(without(filledIn, (node) => examplesOf(node.schema).length > 0)).toEqual([]);
  });

  test("its examples and defaults are right", () => {
    const wrong = nodes.flatMap(({ path, schema: each }) => {
      const values = [...examplesOf(each), ...("default" in each ? [each.default] : [])];
      return values
        .map((value) => problemOf(each, value))
        .flatMap((problem) => (problem ? [`${path}: ${problem}`] : []));
    });
    expect(wrong).toEqual([]);
  });

  test("what is required has no default, which the acceptance tests want of what decides a choice, too", () => {
    const isRequired = ({ name, parent }: FormNode): boolean =>
      Array.isArray(parent.required) && parent.required.includes(name);
    const wrong = properties.filter((node) => isRequired(node) && "default" in node.schema);
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test("booleans, enumerations and numbers say what they are when they are left alone", () => {
    const saysWithWords = /leave (it )?empty|the default is/;
    const decided = properties.filter(
      ({ schema: each, parent, name }) =>
        (each.type === "boolean" || "enum" in each || each.type === "number" || each.type === "integer") &&
        !(Array.isArray(parent.required) && parent.required.includes(name)),
    );
    const isDecided = ({ schema: each }: FormNode): boolean =>
      "default" in each || saysWithWords.test(String(each.description));
    expect(decided.length).toBeGreaterThan(2);
    expect(without(decided, isDecided)).toEqual([]);
  });

  test("every field of an object has a place of its own", () => {
    expect(without(properties, ({ schema: { order } }) => Number.isInteger(order))).toEqual([]);
    const places = new Map<string, string>();
    for (const { path, schema: each } of properties) {
      const place = `${path.split(".").slice(0, -1).join(".")}#${each.order}`;
      expect([place, places.get(place)]).toEqual([place, undefined]);
      places.set(place, path);
    }
  });

  test("fields stand in the file in the order in which they are shown", () => {
    for (const { path, parent } of properties) {
      const fields = Object.values(isSchema(parent.properties) ? parent.properties : {}).filter(isSchema);
      const orders = fields.map(({ order }) => Number(order));
      expect([path, orders]).toEqual([path, [...orders].sort((a, b) => a - b)]);
    }
  });

  test("what is secret is marked so, and nothing else is", () => {
    const isRight = ({ name, schema: each }: FormNode): boolean =>
      (each.airbyte_secret === true) === (secretName.test(name) && each.type === "string");
    expect(without(properties, isRight)).toEqual([]);
    expect(
      properties.filter(({ schema: each }) => each.airbyte_secret === true).map(({ name }) => name),
    ).toEqual(expect.arrayContaining(["api_key", "access_key_id", "secret_access_key", "external_id"]));
  });

  test("hides what no person sets", () => {
    const hidden = properties.filter(({ name, path }) => name === "shard" && !path.includes("."));
    expect(without(hidden, ({ schema: each }) => each.airbyte_hidden === true)).toEqual([]);
  });

  test("can be built by Airbyte", () => {
    expect(schema.type).toBe("object");
    expect(nodes.flatMap((node) => builderProblem(node) ?? []).length).toBe(0);
    const choices = nodes.filter(({ schema: each }) => variantsOf(each).length > 0);
    for (const { schema: each } of choices) {
      const titles = variantsOf(each).map(({ title }) => title);
      expect(new Set(titles).size).toBe(titles.length);
      for (const { properties: own, required } of variantsOf(each)) {
        const [name, first] = Object.entries(isSchema(own) ? own : {})[0] ?? [];
        expect(first).toMatchObject({ const: expect.anything(), order: 0 });
        expect(required).toContain(name);
      }
    }
  });

  test("a pattern says in words what it asks for", () => {
    const patterned = nodes.filter(({ schema: each }) => "pattern" in each);
    expect(without(patterned, ({ schema: each }) => typeof each.pattern_descriptor === "string")).toEqual([]);
  });

  test("offers every instance of Braze, and takes others too", () => {
    const { url } = schema.properties as Record<string, Schema>;
    // user_guide/administer/personal/sdk_endpoints
    expect(url?.examples).toEqual([
      ...["01", "02", "03", "04", "05", "06", "07", "08"].map(
        (number) => `https://rest.iad-${number}.braze.com`,
      ),
      "https://rest.us-10.braze.com",
      "https://rest.fra-01.braze.eu",
      "https://rest.fra-02.braze.eu",
      ...["au", "id", "jp", "kr"].map((country) => `https://rest.${country}-01.braze.com`),
    ]);
    expect(url).not.toHaveProperty("enum");
  });

  test("offers the regions of S3, and takes others too", () => {
    const regions = properties.filter(({ name }) => name === "s3_bucket_region");
    expect(regions).toHaveLength(1);
    for (const { schema: each } of regions) {
      expect(examplesOf(each).length).toBeGreaterThan(30);
      expect(new Set(examplesOf(each)).size).toBe(examplesOf(each).length);
      expect(each).not.toHaveProperty("enum");
    }
  });
});
