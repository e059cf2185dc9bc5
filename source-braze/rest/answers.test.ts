import { thrownBy } from "@braze-connectors/shared/testing/thrown";
import { objectAt, objectsAt, stringsAt } from "./answers";

test("entries are found where they are said to be", () => {
  expect(objectsAt("data.stats")({ data: { stats: [{ time: "2024-01-01" }] } }, "/p")).toEqual([
    { time: "2024-01-01" },
  ]);
  expect(stringsAt("events", "event_name")({ events: ["a", "b"] }, "/p")).toEqual([
    { event_name: "a" },
    { event_name: "b" },
  ]);
  expect(objectAt()({ name: "x" }, "/p")).toEqual([{ name: "x" }]);
  expect(objectAt("data")({ data: { name: "x" } }, "/p")).toEqual([{ name: "x" }]);
});

test("null is an empty list", () => {
  expect(objectsAt("cards")({ cards: null }, "/p")).toEqual([]);
});

test.each([
  ["no list", () => objectsAt("cards")({ message: "success" }, "/feed/list")],
  ["a list of another kind", () => stringsAt("cards", "x")({ cards: {} }, "/feed/list")],
  ["no JSON at all", () => objectAt()(undefined, "/feed/list")],
])("an answer with %s is not taken for an empty one", async (_, find) => {
  const error = await thrownBy(find);
  expect(error.failureType).toBe("system_error");
  expect(error.message).toContain("/feed/list");
});
