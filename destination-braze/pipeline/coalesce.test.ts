import { outgoing, updateOf } from "../testing/updates";
import { addToLane, type Lane, sendableTogether, splitInHalves } from "./coalesce";

const emptyLane = (): Lane => ({
  identity: "1",
  hashEnd: 0,
  also: undefined,
  waiting: [],
  inFlight: 0,
  place: undefined,
});

describe("addToLane", () => {
  it("merges an update into the last waiting object", () => {
    const lane = emptyLane();
    expect(addToLane(lane, updateOf("1", { a: 1 }))).toBe("appended");
    expect(addToLane(lane, updateOf("1", { b: 2 }))).toBe("merged");
    expect(lane.waiting.map(({ body }) => body)).toEqual([{ external_id: "1", a: 1, b: 2 }]);
    expect(lane.waiting[0]?.updates).toHaveLength(2);
  });

  it("forgets the JSON text of what was merged into", () => {
    const lane = emptyLane();
    addToLane(lane, updateOf("1", { a: 1 }));
    Object.assign(lane.waiting[0] ?? {}, { json: "old", sizeBytes: 3 });
    addToLane(lane, updateOf("1", { a: 2 }));
    expect(lane.waiting[0]).toMatchObject({ json: undefined, sizeBytes: undefined });
  });

  it("keeps apart, in order, what has no common effect", () => {
    const lane = emptyLane();
    addToLane(lane, updateOf("1", { a: "text" }));
    addToLane(lane, updateOf("1", { a: { inc: 1 } }));
    addToLane(lane, updateOf("1", { name: "seen" }, "events"));
    addToLane(lane, updateOf("1", { name: "seen" }, "events"));
    addToLane(lane, updateOf("1", { a: 3 }));
    expect(lane.waiting.map(({ slot }) => slot.name)).toEqual([
      "attributes",
      "attributes",
      "events",
      "events",
      "attributes",
    ]);
  });

  it("does not merge into what was split off", () => {
    const lane = emptyLane();
    lane.waiting = [{ ...outgoing("1", { a: 1 }), alone: true }];
    expect(addToLane(lane, updateOf("1", { a: 2 }))).toBe("appended");
  });
});

describe("sendableTogether", () => {
  test.each([
    [[], 0],
    [["attributes"], 1],
    [["attributes", "attributes"], 1],
    [["attributes", "events", "events", "purchases"], 4],
    [["events", "events"], 2],
    [["events", "attributes"], 1],
    [["purchases", "events"], 1],
    [["events", "purchases", "events"], 2],
  ] as const)("of %j: %d", (arrays, expected) => {
    expect(sendableTogether(arrays.map((array) => outgoing("1", {}, array)))).toBe(expected);
  });
});

describe("splitInHalves", () => {
  const merged = (...bodies: Parameters<typeof updateOf>[1][]): Lane => {
    const lane = emptyLane();
    for (const body of bodies) addToLane(lane, updateOf("1", body));
    return lane;
  };

  it("gives two halves in order, each merged again and left alone from then on", () => {
    const lane = merged({ a: 1 }, { b: 2 }, { c: 3 }, { a: 4 }, { b: 5 });
    const [whole] = lane.waiting;
    const halves = splitInHalves(whole as NonNullable<typeof whole>);
    expect(halves.map(({ body }) => body)).toEqual([
      { external_id: "1", a: 1, b: 2, c: 3 },
      { external_id: "1", a: 4, b: 5 },
    ]);
    expect(halves.every(({ alone }) => alone)).toBe(true);
    expect(halves.flatMap(({ updates }) => updates)).toEqual(whole?.updates);
  });

  it("ends with single updates", () => {
    const [whole] = merged({ a: 1 }, { b: 2 }).waiting;
    expect(splitInHalves(whole as NonNullable<typeof whole>).map(({ updates }) => updates.length)).toEqual([
      1, 1,
    ]);
  });
});
