import { WriteProgress, type WriteSituation } from "./progress";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

describe("WriteProgress", () => {
  const situation = {
    nowMs,
    heldBack: undefined,
    inFlight: 1,
    mostInFlight: 4,
    lastRecordAtMs: nowMs,
    inputEnded: false,
  };

  it("says what is done, how fast, and what it waits for; what is zero goes without saying", () => {
    const looks: WriteSituation[] = [
      {
        totals: { received: 0, accepted: 0, unchanged: 0, rejected: 0 },
        limitedRequests: 0,
        situation,
      },
      {
        totals: { received: 2400, accepted: 2000, unchanged: 300, rejected: 34 },
        limitedRequests: 18,
        situation: { ...situation, nowMs: nowMs + 2000, heldBack: { untilMs: nowMs + 2010, why: "paced" } },
      },
    ];
    const first = looks[0] as WriteSituation;
    const progress = new WriteProgress(30, () => looks.shift() ?? first);
    expect(progress.now().parts).toEqual([
      "2,400 records",
      "1,200/s",
      "1,700 delivered",
      "300 unchanged",
      "34 rejected",
      "waiting for Braze's rate limit",
      "limit use 90 %",
    ]);
    expect(progress.now().parts).toEqual(["0 records", "0/s", "0 delivered", "limit use 0 %"]);
  });
});
