import { itemColumns } from "./catalog-items";

test("the fields of all catalogs are columns beside the key; a field of two types may be of both", () => {
  const columns = itemColumns([
    {
      name: "a",
      fields: [
        { name: "id", type: "string" },
        { name: "price", type: "number" },
        { name: "since", type: "time" },
      ],
    },
    {
      name: "b",
      fields: [
        { name: "price", type: "string" },
        { name: "since", type: "time" },
        { name: "new", type: "surprise" },
      ],
    },
    { name: "c" },
  ]);
  expect(columns).toMatchObject({
    catalog_name: { type: "string" },
    id: { type: "string" },
    price: { type: ["null", "number", "string"] },
    since: { type: ["null", "string"], format: "date-time" },
    new: {},
  });
});

test("a field may be called as the members of objects are", () => {
  const fields = ["__proto__", "constructor"].map((name) => ({ name, type: "number" }));
  expect(Object.keys(itemColumns([{ name: "a", fields }]))).toEqual(
    expect.arrayContaining(["__proto__", "constructor"]),
  );
});
