import {
  attributeSchema,
  customAttributesSchema,
  listCustomAttributes,
} from "@braze-connectors/shared/braze/custom-attributes";
import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { FakeBraze } from "./testing/fake-braze";

const open = { type: ["null", "object"], additionalProperties: true };
const attribute = (name: string, dataType: string) => ({ name, dataType, description: undefined });

test.each([
  ["String", { type: ["null", "string"] }],
  ["Number", { type: ["null", "number"] }],
  ["Boolean", { type: ["null", "boolean"] }],
  ["Time", { type: ["null", "string"], format: "date-time" }],
  ["Date (Automatically Detected)", { type: ["null", "string"], format: "date-time" }],
  ["Array", { type: ["null", "array"], items: { type: ["null", "string", "number", "boolean"] } }],
  ["Object", open],
  ["Object Array", { type: ["null", "array"], items: open }],
  ["Array of objects", { type: ["null", "array"], items: open }],
  ["Something new", {}],
])("the data type %s", (dataType, schema) => {
  expect(attributeSchema(attribute("a", dataType))).toEqual(schema);
});

describe("the column custom_attributes", () => {
  const attributes = [attribute("a", "Number"), attribute("b", "Boolean")];

  test("has the attributes of the workspace as properties, and room for more", () => {
    expect(customAttributesSchema(open, attributes, undefined)).toEqual({
      ...open,
      properties: { a: { type: ["null", "number"] }, b: { type: ["null", "boolean"] } },
    });
  });

  test("has only those that are exported", () => {
    expect(customAttributesSchema(open, attributes, ["b", "unheard of"]).properties).toEqual({
      b: { type: ["null", "boolean"] },
    });
  });

  test("is an open object when nothing is known, but for the names that the config has", () => {
    expect(customAttributesSchema(open, undefined, undefined)).toEqual(open);
    expect(customAttributesSchema(open, undefined, ["a"])).toEqual({ ...open, properties: { a: {} } });
  });
});

describe("the list of custom attributes", () => {
  const page = (name: string, next?: string) => ({
    body: { attributes: [{ name, data_type: "String", description: "" }] },
    headers:
      next === undefined
        ? {}
        : { link: `<https://rest.example.com/custom_attributes?cursor=${next}>; rel="next"` },
  });

  test("is read page by page", async () => {
    const braze = new FakeBraze({ "/custom_attributes": [page("a", "c1"), page("b", "c2"), page("c")] });
    const attributes = await listCustomAttributes(braze);
    expect(attributes?.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(braze.requests.map(({ query }) => query?.cursor)).toEqual([undefined, "c1", "c2"]);
  });

  test("that leads in a circle is an error, not half a list", async () => {
    const braze = new FakeBraze({
      "/custom_attributes": [page("a", "c1"), page("b", "c2"), page("c", "c1")],
    });
    const error = await thrownBy(() => listCustomAttributes(braze));
    expect(error.failureType).toBe("transient_error");
  });

  test("is undefined without the permission", async () => {
    expect(
      await listCustomAttributes(new FakeBraze({ "/custom_attributes": [{ status: 403 }] })),
    ).toBeUndefined();
  });
});
