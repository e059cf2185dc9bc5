import { contentTypeOf } from "./content-type";

test.each([
  ["42/report.html", "text/html; charset=utf-8"],
  ["42/report.json", "application/json"],
  ["42/rejected/users/part.jsonl.gz", undefined],
])("%s has the content type %s", (key, type) => {
  expect(contentTypeOf(key)).toBe(type);
});
