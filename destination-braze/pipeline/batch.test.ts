import fc from "fast-check";
import { type TrackArray, track, trackArrays } from "../objects/track/track";
import { limitsWith, outgoing } from "../testing/updates";
import { Batch, isTooLarge } from "./batch";
import type { Outgoing } from "./update";

const objects = fc.array(
  fc.record({
    array: fc.constantFrom(...trackArrays),
    text: fc.string({ unit: "grapheme", maxLength: 300 }),
  }),
  { maxLength: 60 },
);

/** Fills batch after batch, as long as each takes at least one object. */
function batches(waiting: Outgoing[], limits: ReturnType<typeof limitsWith>): Outgoing[][] {
  const filled: Outgoing[][] = [];
  const left = [...waiting];
  while (left.length > 0) {
    const batch = new Batch(limits);
    for (let next = left[0]; next && batch.add(next); next = left[0]) left.shift();
    expect(batch.objects.length).toBeGreaterThan(0);
    filled.push(batch.objects);
  }
  return filled;
}

const countOf = (batch: readonly Outgoing[], array: TrackArray): number =>
  batch.filter((each) => each.slot.name === array).length;

describe("Batch", () => {
  it("never exceeds a limit, loses nothing and keeps the order", () => {
    const counting = fc.constantFrom("combined" as const, "per_array" as const);
    fc.assert(
      fc.property(objects, counting, fc.integer({ min: 1, max: 9 }), (contents, countObjects, count) => {
        const limits = limitsWith({ objectsPerRequest: count, countObjects, maxRequestBytes: 3000 });
        const waiting = contents
          .map(({ array, text }, index) => outgoing(String(index), { text }, array))
          .filter((each) => !isTooLarge(each, limits));
        const filled = batches(waiting, limits);
        for (const batch of filled) {
          const counts = trackArrays.map((array) => countOf(batch, array));
          const counted = countObjects === "combined" ? batch.length : Math.max(...counts);
          expect(counted).toBeLessThanOrEqual(count);
          expect(track.requestBody(batch).length).toBeLessThanOrEqual(3000);
        }
        expect(filled.flat()).toEqual(waiting);
      }),
    );
  });

  it("takes as many objects as are allowed, by array or in all", () => {
    const mixed = Array.from({ length: 9 }, (_, index) =>
      outgoing(String(index), {}, trackArrays[index % 3] as TrackArray),
    );
    const taken = (countObjects: "combined" | "per_array") =>
      batches(mixed, limitsWith({ objectsPerRequest: 3, countObjects })).map(({ length }) => length);
    expect(taken("combined")).toEqual([3, 3, 3]);
    expect(taken("per_array")).toEqual([9]);
  });

  it("takes bytes, not characters, for the size", () => {
    const limits = limitsWith({ maxRequestBytes: 1000 });
    expect(isTooLarge(outgoing("1", { text: "é".repeat(400) }), limits)).toBe(false);
    expect(isTooLarge(outgoing("1", { text: "é".repeat(480) }), limits)).toBe(true);
  });
});

describe("requestBody", () => {
  it("puts each object into its array, in order, and leaves out empty arrays", () => {
    const body = track.requestBody([
      outgoing("1", { name: "a" }, "events"),
      outgoing("2", { x: 1 }),
      outgoing("3", { name: "b" }, "events"),
    ]);
    expect(JSON.parse(body.toString())).toEqual({
      attributes: [{ external_id: "2", x: 1 }],
      events: [
        { external_id: "1", name: "a" },
        { external_id: "3", name: "b" },
      ],
    });
  });
});
