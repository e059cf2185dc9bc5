import { address } from "./endpoint";

test("parameters that the path names go there, encoded; the others into the query", () => {
  expect(address("/catalogs/{catalog_name}/items", { catalog_name: "a b/c", cursor: "x" })).toEqual({
    path: "/catalogs/a%20b%2Fc/items",
    query: { cursor: "x" },
  });
});

test("a path without its parameter is a defect", () => {
  expect(() => address("/catalogs/{catalog_name}/items", {})).toThrow("catalog_name");
});
