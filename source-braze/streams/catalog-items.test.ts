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
