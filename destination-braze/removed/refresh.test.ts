import { type Refresh, refreshFor } from "./refresh";

const previous = (changes: Partial<Refresh> = {}): Refresh => ({
  sync: "7:1",
  attempt: "old",
  marker: "old",
  outcome: "open",
  settled: true,
  uncertain: false,
  ...changes,
});

describe("the refresh that an attempt belongs to", () => {
  it("is a new one for the first attempt, and for another sync", () => {
    const fresh = {
      sync: "8:1",
      attempt: "new",
      marker: "new",
      outcome: "open",
      settled: false,
      uncertain: false,
    };
    expect(refreshFor(undefined, "8:1", "new")).toEqual(fresh);
    expect(refreshFor(previous({ uncertain: true }), "8:1", "new")).toEqual(fresh);
  });

  it("goes on in another attempt of the same sync", () => {
    expect(refreshFor(previous(), "7:1", "new")).toMatchObject({
      marker: "old",
      uncertain: false,
      settled: false,
    });
  });

  it("is uncertain once an attempt was killed", () => {
    expect(refreshFor(previous({ settled: false }), "7:1", "new").uncertain).toBe(true);
    expect(refreshFor(previous({ uncertain: true }), "7:1", "new").uncertain).toBe(true);
  });

  it("stays complete in the same sync: a source that has sent all may have nothing to send again", () => {
    expect(refreshFor(previous({ outcome: "complete" }), "7:1", "new")).toMatchObject({
      marker: "old",
      outcome: "complete",
    });
  });

  it("is looked at again in the same sync after a safety stop", () => {
    expect(refreshFor(previous({ outcome: "refused" }), "7:1", "new")).toMatchObject({
      marker: "old",
      outcome: "open",
    });
  });

  it("goes on until it was complete, where the host names no sync", () => {
    const nameless = (outcome: Refresh["outcome"]) =>
      refreshFor(previous({ sync: null, outcome }), null, "new").marker;
    expect(nameless("open")).toBe("old");
    expect(nameless("complete")).toBe("new");
    expect(nameless("refused")).toBe("new");
  });
});
