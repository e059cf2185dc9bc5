import type { JsonObject } from "@braze-connectors/shared/json";
import { bodyOf, objectNamed, objectOptions, outgoingTo, prepared } from "../../testing/objects";
import { judgeRenames } from "./judge-renames";

const object = objectNamed("rename_external_ids");
const rename = (current: string, renamed: string) => ({
  current_external_id: current,
  new_external_id: renamed,
});

describe("rename_external_ids", () => {
  it("concerns the old id and the new one", () => {
    expect(prepared(object, { current_external_id: 1, new_external_id: "b", other: 1 })).toEqual({
      body: rename("1", "b"),
      identity: "external_id:1",
      also: ["external_id:b"],
    });
    expect(bodyOf(outgoingTo(object, [rename("a", "b")]))).toEqual({
      external_id_renames: [rename("a", "b")],
    });
    expect(object.slot.repeatable).toBe(false);
  });

  it.each<[JsonObject, string]>([
    [{ new_external_id: "b" }, "current_external_id is missing."],
    [{ current_external_id: "a", new_external_id: null }, "new_external_id is missing."],
    [{ current_external_id: "a", new_external_id: false }, "new_external_id must be text."],
  ])("says what is wrong with %j", (record, expected) => {
    expect(object.prepare(record, objectOptions()).reasons?.[0]?.message).toBe(expected);
  });
});

describe("judgeRenames", () => {
  const objects = outgoingTo(object, [rename("a", "A"), rename("b", "B"), rename("c", "C")]);
  const fates = (body: unknown, status = 201) => {
    const outcome = judgeRenames(status, body, objects);
    return outcome.kind !== "settled" ? outcome.kind : outcome.fates.map(({ kind }) => kind);
  };

  it("accepts all without errors, and leaves other answers to the usual judge", () => {
    expect(fates({ external_ids: ["A", "B", "C"] })).toEqual(["accepted", "accepted", "accepted"]);
    expect(fates({ message: "no" }, 400)).toBe("split");
    expect(fates(undefined)).toEqual(["accepted", "accepted", "accepted"]);
  });

  it.each([
    ["a pair", [1, "in use"]],
    ["a sentence", "object at index 1: in use"],
    ["a sentence in a list", ["index: 1 is in use"]],
  ])("rejects the object that %s names", (_, error) => {
    expect(fates({ external_ids: ["A", "C"], rename_errors: [error] })).toEqual([
      "accepted",
      "rejected",
      "accepted",
    ]);
  });

  it("gives all sentences about an object", () => {
    const outcome = judgeRenames(
      201,
      {
        rename_errors: [
          [0, "one"],
          [0, "two"],
        ],
      },
      objects,
    );
    expect(outcome).toMatchObject({ fates: [{ kind: "rejected", reason: "one; two" }, {}, {}] });
  });

  it("knows of nobody where an error names no one, but of those in the list of new ids", () => {
    expect(fates({ external_ids: ["B"], rename_errors: ["something"] })).toEqual([
      "unknown",
      "accepted",
      "unknown",
    ]);
  });
});
