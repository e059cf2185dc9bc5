import { type Situation, waitOf, waitText } from "./waits";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const working: Situation = {
  nowMs,
  heldBack: undefined,
  inFlight: 1,
  mostInFlight: 4,
  lastRecordAtMs: nowMs - 100,
  inputEnded: false,
};

describe("what a sync waits for", () => {
  it.each<[string, Partial<Situation>, string | undefined]>([
    ["works", {}, undefined],
    [
      "is held back",
      { heldBack: { untilMs: nowMs + 10, why: "" }, inFlight: 4 },
      "waiting for Braze's rate limit",
    ],
    [
      "is held back for long",
      { heldBack: { untilMs: nowMs + 60_000, why: "" } },
      "waiting for Braze's rate limit until 03:05:05 UTC",
    ],
    ["was held back", { heldBack: { untilMs: nowMs, why: "" } }, undefined],
    ["has all requests in flight", { inFlight: 4 }, "waiting for Braze's answers"],
    ["gets no records", { inFlight: 0, lastRecordAtMs: nowMs - 2000 }, "waiting for records"],
    [
      "gets no records, with a request in flight",
      { lastRecordAtMs: nowMs - 2000 },
      "waiting for Braze's answers",
    ],
    ["has them all", { inFlight: 0, inputEnded: true }, "waiting for the storage"],
    ["has them all, with a request in flight", { inputEnded: true }, "waiting for Braze's answers"],
  ])("when it %s", (_, change, text) => {
    const situation = { ...working, ...change };
    expect(waitText(waitOf(situation), situation)).toBe(text);
  });
});
