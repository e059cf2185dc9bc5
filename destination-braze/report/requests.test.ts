import fc from "fast-check";
import { RequestLog } from "./requests";
import { Slowest } from "./slowest";

describe("Slowest", () => {
  it("keeps the longest ones, the longest first", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 8 }), (durations, most) => {
        const slowest = new Slowest<{ durationMs: number }>(most);
        for (const durationMs of durations) slowest.add({ durationMs });
        const expected = [...durations].sort((a, b) => b - a).slice(0, most);
        expect(slowest.list.map(({ durationMs }) => durationMs)).toEqual(expected);
      }),
    );
  });
});

describe("RequestLog", () => {
  it("counts answers, what is in flight, and what counts against the limit", () => {
    const log = new RequestLog(1000);
    const answer = (path: string, status: number | undefined, durationMs: number): void =>
      log.answered({ path, status, startedAtMs: 1500, durationMs, sizeBytes: 7 });
    for (const path of ["/users/track", "/users/track", "/users/track", "/users/delete"]) log.sent(path);
    answer("/users/track", 201, 5);
    answer("/users/track", undefined, 60_000.4);
    answer("/users/delete", 201, 9);
    expect(log.limited).toBe(3);
    expect(log.inFlight).toBe(1);
    expect(Object.fromEntries(log.answers)).toEqual({ "201": 2, none: 1 });
    expect(log.slowest).toEqual([
      { at_ms: 500, endpoint: "/users/track", status: null, duration_ms: 60_000, bytes: 7 },
      { at_ms: 500, endpoint: "/users/delete", status: 201, duration_ms: 9, bytes: 7 },
      { at_ms: 500, endpoint: "/users/track", status: 201, duration_ms: 5, bytes: 7 },
    ]);
  });
});
