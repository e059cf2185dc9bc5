import destination from "./generated/destination-braze.schema.json";
import source from "./generated/source-braze.schema.json";

type Schema = { [key: string]: unknown };

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;

/** Every property of a schema, with its path. */
function properties(schema: unknown, path: string[] = []): [path: string, property: Schema][] {
  if (!isSchema(schema)) return [];
  const own = Object.entries(isSchema(schema.properties) ? schema.properties : {});
  const branches = Array.isArray(schema.oneOf) ? schema.oneOf : [];
  return [
    ...own.flatMap(([name, property]): [string, Schema][] =>
      isSchema(property)
        ? [[[...path, name].join("."), property], ...properties(property, [...path, name])]
        : [],
    ),
    ...branches.flatMap((branch, index) => properties(branch, [...path, `[${index}]`])),
  ];
}

/** Airbyte renders the connection specification as a form. */
describe.each([
  ["source-braze", source],
  ["destination-braze", destination],
])("the form of %s", (_, schema) => {
  test("stands alone: no reference leads out of it", () => {
    expect(JSON.stringify(schema)).not.toContain('"$ref"');
  });

  test.each(properties(schema))("%s has a title, a description and a place", (_path, property) => {
    expect(property).toMatchObject({
      title: expect.stringMatching(/^[A-Z]/),
      description: expect.stringMatching(/\.$/),
      order: expect.any(Number),
    });
  });

  test("no two fields of an object have the same place", () => {
    const places = new Map<string, string>();
    for (const [path, { order }] of properties(schema)) {
      const place = `${path.split(".").slice(0, -1).join(".")}#${order}`;
      expect(places.get(place)).toBeUndefined();
      places.set(place, path);
    }
  });

  test("what is secret is marked so", () => {
    const secrets = properties(schema).filter(([, property]) => property.airbyte_secret === true);
    expect(secrets.map(([path]) => path.split(".").at(-1))).toEqual([
      "api_key",
      "access_key_id",
      "secret_access_key",
      "external_id",
    ]);
  });

  test("the variants of an object are told apart by storage_type", () => {
    for (const [, property] of properties(schema)) {
      // A text or an object need nothing to be told apart by.
      if (!Array.isArray(property.oneOf) || property.type !== "object") continue;
      const types = property.oneOf.map((branch) => branch.properties.storage_type.const);
      expect(new Set(types).size).toBe(types.length);
      for (const branch of property.oneOf) expect(branch.required).toContain("storage_type");
    }
  });
});
