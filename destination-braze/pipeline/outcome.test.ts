import type { Json } from "@braze-connectors/shared/json";
import { outgoing } from "../testing/updates";
import { type Fate, judge } from "./outcome";

const accepted: Fate = { kind: "accepted" };
const rejected = (reason: string): Fate => ({ kind: "rejected", reason });
const notAccepted = (reason: string): Fate => ({ kind: "not accepted", reason });
const unknown = (reason: string): Fate => ({ kind: "unknown", reason });

/** Two attributes objects, an event, and another attributes object. */
const objects = [outgoing("1"), outgoing("2"), outgoing("3", { name: "seen" }, "events"), outgoing("4")];
const bad = { type: "bad", input_array: "attributes" };
const nothingValid = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields.";

describe("judge", () => {
  test.each<[string, number, Json | undefined, Fate[]]>([
    ["201 without errors", 201, { message: "success" }, [accepted, accepted, accepted, accepted]],
    ["201 with no body", 201, undefined, [accepted, accepted, accepted, accepted]],
    ["202 queued", 202, { message: "queued" }, [accepted, accepted, accepted, accepted]],
    [
      "an index counts inside its array",
      201,
      {
        errors: [
          { ...bad, index: 2 },
          { type: "late", input_array: "events", index: 0 },
        ],
      },
      [accepted, accepted, rejected("late"), rejected("bad")],
    ],
    [
      "two errors about one object",
      201,
      {
        errors: [
          { ...bad, index: 0 },
          { ...bad, type: "worse", index: 0 },
        ],
      },
      [rejected("bad; worse"), accepted, accepted, accepted],
    ],
    [
      "an error without index concerns its array",
      201,
      { errors: [bad] },
      [unknown("bad"), unknown("bad"), accepted, unknown("bad")],
    ],
    [
      "an error without index nor array concerns all",
      201,
      { errors: [{ type: "bad" }] },
      [unknown("bad"), unknown("bad"), unknown("bad"), unknown("bad")],
    ],
    [
      "an index beyond the array concerns the array",
      201,
      { errors: [{ ...bad, index: 3 }] },
      [unknown("bad"), unknown("bad"), accepted, unknown("bad")],
    ],
    [
      "an error without array, the request having two",
      201,
      { errors: [{ type: "bad", index: 0 }] },
      [unknown("bad"), unknown("bad"), unknown("bad"), unknown("bad")],
    ],
    [
      "an error as text",
      201,
      { errors: ["something is wrong"] },
      Array<Fate>(4).fill(unknown("something is wrong")),
    ],
    [
      "a stray error when the counts say that all was processed",
      201,
      { errors: [bad], attributes_processed: 3 },
      [accepted, accepted, accepted, accepted],
    ],
    [
      "a stray error when only the named object is missing from the counts",
      201,
      { errors: [{ ...bad, index: 1 }, { type: "odd" }], attributes_processed: 2, events_processed: 1 },
      [accepted, rejected("bad"), accepted, accepted],
    ],
    [
      "a stray error when the counts say which array it concerns",
      201,
      { errors: [{ type: "odd" }], attributes_processed: 3, events_processed: 0 },
      [accepted, accepted, unknown("odd"), accepted],
    ],
    [
      "400 that names all",
      400,
      {
        message: nothingValid,
        errors: [0, 1, 2]
          .map((index) => ({ ...bad, index }))
          .concat({ type: "x", input_array: "events", index: 0 }),
      },
      [rejected("bad"), rejected("bad"), rejected("x"), rejected("bad")],
    ],
    [
      "400 that names some",
      400,
      { message: "no", errors: [{ ...bad, index: 0 }, "odd"] },
      [rejected("bad"), notAccepted("no; odd"), notAccepted("no; odd"), notAccepted("no; odd")],
    ],
    ["errors that are null", 201, { errors: null }, [accepted, accepted, accepted, accepted]],
  ])("%s", (_, status, body, fates) => {
    expect(judge(status, body, objects)).toEqual({ kind: "settled", fates });
  });

  it("takes an error without array to concern the only array", () => {
    const body = { errors: [{ type: "bad", index: 1 }] };
    expect(judge(201, body, objects.slice(0, 2))).toEqual({
      kind: "settled",
      fates: [accepted, rejected("bad")],
    });
  });

  test.each<[string, number, Json | undefined, string]>([
    ["413", 413, undefined, "The request is larger than Braze accepts."],
    ["400 without errors", 400, { message: "Max Input Length Exceeded" }, "Max Input Length Exceeded"],
    ["400 with errors that name nobody", 400, { errors: [bad] }, "bad"],
    ["400 with texts", 400, { message: "no", errors: ["x is bad"] }, "x is bad"],
    ["400 with a page of a proxy", 400, undefined, "Braze answered 400"],
  ])("splits after %s", (_, status, body, reason) => {
    expect(judge(status, body, objects)).toEqual({ kind: "split", reason });
  });
});
