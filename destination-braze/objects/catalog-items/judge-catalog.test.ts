import { objectNamed, outgoingTo } from "../../testing/objects";
import { judgeCatalog } from "./judge-catalog";

const objects = outgoingTo(objectNamed("catalog_items/cars"), [{ id: "a" }, { id: 2 }, { id: "c" }]);
const error = (values: unknown, message = "wrong") => ({
  errors: [{ id: "invalid-fields", message, parameters: ["id"], parameter_values: values }],
});

describe("judgeCatalog", () => {
  it("accepts all with any success, for items are taken later", () => {
    const accepted = Array(3).fill({ kind: "accepted" });
    expect(judgeCatalog(202, { message: "success" }, objects)).toEqual({ kind: "settled", fates: accepted });
    expect(judgeCatalog(202, undefined, objects)).toEqual({ kind: "settled", fates: accepted });
  });

  it("rejects the items that an error names; the others go again", () => {
    expect(judgeCatalog(400, error(["2", "c"]), objects)).toEqual({
      kind: "settled",
      fates: [
        { kind: "not accepted", reason: "wrong" },
        { kind: "rejected", reason: "invalid-fields: wrong" },
        { kind: "rejected", reason: "invalid-fields: wrong" },
      ],
    });
  });

  it.each([
    ["nobody", { message: "no" }],
    ["somebody else", error(["z"])],
    [
      "something that is no item",
      { errors: [{ message: "no", parameters: ["field"], parameter_values: ["a"] }] },
    ],
    ["nonsense", { errors: ["x", null, { parameters: "id" }] }],
    ["nothing at all", undefined],
  ])("splits a request whose error names %s", (_, body) => {
    expect(judgeCatalog(400, body, objects).kind).toBe("split");
  });

  it("splits what is too large, and rejects all where the catalog is gone", () => {
    expect(judgeCatalog(413, undefined, objects)).toEqual({
      kind: "split",
      reason: "The request is larger than Braze accepts.",
    });
    expect(judgeCatalog(404, { message: "no catalog" }, objects)).toEqual({
      kind: "settled",
      fates: Array(3).fill({ kind: "rejected", reason: "no catalog" }),
    });
  });
});
