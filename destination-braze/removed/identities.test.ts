import { compileMapping } from "@braze-connectors/shared/mapping/compile";
import { findObject } from "../objects/registry";
import type { Route } from "../routes";
import { identityOfRejected, otherIdentities } from "./identities";

const object = findObject("users");
if (!object) throw new Error("There are no users");
const route: Route = {
  stream: "s",
  object,
  options: { createUsers: true, nullValues: "ignore", segmentExport: false, messagesInDoubt: "reject" },
  ignoredColumns: [],
};

describe("whose record was rejected", () => {
  it("is told by its columns", () => {
    expect(identityOfRejected({ external_id: "1", dob: "no date" }, route)).toBe("external_id:1");
    expect(identityOfRejected({ dob: "no date" }, route)).toBeUndefined();
    expect(identityOfRejected({ external_id: true }, route)).toBeUndefined();
  });

  it("is told by its mapping", () => {
    const mapping = compileMapping(
      {
        stream: "s",
        identifiers: [{ field: "id", as: "external_id" }],
        fields: [{ field: "points", as: "points", merge: "sum" }],
      },
      {
        position: "streams.0",
        stream: "s",
        object: "users",
        schema: { type: "object" },
        nullValues: "ignore",
      },
    );
    expect(identityOfRejected({ id: 1, points: "many" }, { ...route, mapping })).toBe("external_id:1");
    expect(identityOfRejected({ points: "many" }, { ...route, mapping })).toBeUndefined();
  });
});

test("a user may be found under email address and phone number too", () => {
  expect(otherIdentities({ email: "A@b.c", phone: "+1" }, "external_id:1")).toEqual([
    "email:a@b.c",
    "phone:+1",
  ]);
  expect(otherIdentities({ email: "A@b.c", phone: null }, "email:a@b.c")).toEqual([]);
});
