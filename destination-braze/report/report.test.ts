import { configError } from "@braze-connectors/shared/airbyte/errors";
import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { DataPointMeter } from "../meter";
import type { Routes } from "../routes";
import type { ReportDocument } from "./document";
import { type ReportParts, SyncReport } from "./report";
import { RequestLog } from "./requests";

const startedAt = new Date(Date.UTC(2026, 0, 2));
const delivery = { requests: 0, objects: 0 };

function world(change: Partial<ReportParts> = {}) {
  const clock = { nowMs: startedAt.getTime() };
  const requests = new RequestLog(clock.nowMs);
  const report = new SyncReport({
    connector: "destination-braze/1.2.3",
    routes: new Map([["users", [{ object: { name: "users" } }]]]) as unknown as Routes,
    run: { syncId: "42", id: "run", attempt: 1, startedAt },
    delivery,
    meter: new DataPointMeter(),
    limits: { requestsPer3Seconds: 30, requestsPerHour: undefined, concurrentRequests: 2 },
    limit: { heldBack: undefined },
    requests,
    values: "masked",
    failure: new AbortController().signal,
    redact: (text) => text.replaceAll("s3cret", "****"),
    rejectedLocation: "folder/42/rejected/",
    rejected: { unstored: 0 },
    now: () => clock.nowMs,
    ...change,
  });
  return { clock, requests, report };
}

async function stored(
  report: SyncReport,
  status: Parameters<SyncReport["store"]>[1] = "complete",
): Promise<{ document: ReportDocument; page: string; keys: string[] }> {
  const storage = new MemoryStorage();
  await report.store(storage, status, new Date(Date.UTC(2026, 0, 3)));
  return {
    document: JSON.parse(String(storage.objects.get("42/report.json"))),
    page: String(storage.objects.get("42/report.html")),
    keys: [...storage.objects.keys()].sort(),
  };
}

describe("SyncReport", () => {
  it("of a shard says what was left to others, and lies beside theirs", async () => {
    const { report } = world({ shard: { index: 1, count: 3 } });
    for (let record = 0; record < 3; record++) report.received("users");
    report.accepted("users");
    report.leftToOtherShards("users");
    report.leftToOtherShards("users");
    expect(report.lines()[0]).toBe("users: 3 received, 1 accepted, 0 rejected, 2 left to other shards.");
    const storage = new MemoryStorage();
    await report.store(storage, "complete", new Date(Date.UTC(2026, 0, 3)));
    expect([...storage.objects.keys()].sort()).toEqual([
      "42/shards/1-of-3/report.html",
      "42/shards/1-of-3/report.json",
    ]);
    const document = JSON.parse(String(storage.objects.get("42/shards/1-of-3/report.json")));
    expect(document).toMatchObject({
      shard: { index: 1, count: 3 },
      left_to_other_shards: 2,
      streams: { users: { received: 3, accepted: 1, left_to_other_shards: 2 } },
    });
    const page = String(storage.objects.get("42/shards/1-of-3/report.html"));
    expect(page).toContain("shard 1 of 3");
    expect(page).toContain("Left to other shards");
  });

  it("counts by stream, also streams that nobody announced", async () => {
    const { report } = world();
    Object.assign(delivery, { requests: 2, objects: 3 });
    for (const stream of ["users", "users", "__proto__"]) report.received(stream);
    report.accepted("users");
    report.rejected("users", [{ code: "invalid_value", message: "x" }], {});
    report.rejected("__proto__", [], {});
    expect(report.totals).toEqual({ received: 3, accepted: 1, unchanged: 0, rejected: 2 });
    expect(report.lines()).toEqual([
      "users: 2 received, 1 accepted, 1 rejected (invalid_value: 1).",
      "__proto__: 1 received, 0 accepted, 1 rejected (unknown: 1).",
      "2 requests to Braze with 3 objects, 1.5 a request.",
    ]);
    expect(report.location).toBeUndefined();
    const { document, keys } = await stored(report);
    expect(report.location).toBe("memory/42/report.html");
    expect(keys).toEqual(["42/report.html", "42/report.json"]);
    expect(document).toMatchObject({
      version: 1,
      status: "complete",
      attempt: 1,
      received: 3,
      rejected: 2,
      requests: 2,
      objects_per_request: 1.5,
      started_at: "2026-01-02T00:00:00.000Z",
      ended_at: "2026-01-03T00:00:00.000Z",
      streams: { users: { object: "users", rejected_by_reason: { invalid_value: 1 } } },
      rejected_groups: [{ message: "x" }, { message: "No reason is known." }],
      rejected_at: "folder/42/rejected/",
      rejected_unstored: 0,
    });
  });

  it("counts notes, of a bounded number of kinds", () => {
    const { report } = world();
    report.noted("users", ["are odd"]);
    report.noted("users", ["are odd"]);
    for (let index = 0; index < 500; index++) report.noted("users", [`note ${index}`, "toString"]);
    expect(report.warnings()).toHaveLength(100);
    expect(report.warnings()).toContain("users: 2 records are odd.");
    expect(report.warnings()).toContain("users: 500 records toString.");
  });

  it("divides by no zero", () => {
    Object.assign(delivery, { requests: 0, objects: 0 });
    expect(world().report.lines()).toContain("0 requests to Braze with 0 objects, 0 a request.");
  });

  it("keeps how counters grew, and says it on the page", async () => {
    const { clock, report, requests } = world();
    for (let second = 0; second < 4; second++) {
      clock.nowMs += 1000;
      for (let index = 0; index < 10; index++) {
        report.received("users");
        if (index < 6) report.accepted("users");
        else if (index < 9) report.unchanged("users");
        else report.rejected("users", [{ code: "invalid_value", message: "bad" }], {});
      }
      for (let index = 0; index < 5; index++) requests.sent("/users/track");
      requests.sent("/users/export/ids");
      report.look();
    }
    const { document, page } = await stored(report);
    expect(document.series).toEqual(
      [0, 1, 2, 3, 4].map((second) => ({
        at_ms: second * 1000,
        received: second * 10,
        delivered: second * 6,
        unchanged: second * 3,
        rejected: second,
        requests: second * 5,
      })),
    );
    expect(page).toContain("Records settled a second over 4.0 s: 10.0 at the most, 10.0 on average.");
    expect(page).toContain("as a share of the 30 allowed in 3 seconds: 50 % at the most, 50 % on average.");
  });

  it("tells what it waited for", async () => {
    const { clock, report, requests } = world();
    requests.sent("/users/track");
    requests.sent("/users/track");
    clock.nowMs += 1000;
    report.look();
    for (const path of ["/users/track", "/users/track"]) {
      requests.answered({ path, status: 201, startedAtMs: 0, durationMs: 1, sizeBytes: 1 });
    }
    report.received("users");
    clock.nowMs += 1000;
    report.look();
    clock.nowMs += 5000;
    report.look();
    report.inputEnded();
    expect((await stored(report)).document.waits).toEqual({ answers: 0.2, records: 0.2, storage: 0.2 });
  });

  it("says why a sync failed, without secrets", async () => {
    const failure = new AbortController();
    const { report } = world({ failure: failure.signal });
    failure.abort(configError("Braze refuses the key s3cret <b>."));
    const { document, page } = await stored(report, "failed");
    expect(document.failure).toBe("Braze refuses the key **** <b>.");
    expect(page).toContain("Braze refuses the key **** &lt;b&gt;.");
    expect((await stored(report, "stopped")).document.failure).toBeNull();
  });

  it("shows values only if it may", async () => {
    for (const [values, email] of [
      ["masked", "xxxx@xxxxxxx.xxx"],
      ["shown", "jane@example.org"],
    ] as const) {
      const { report } = world({ values });
      report.rejected(
        "users",
        [{ code: "invalid_value", field: "email", message: "email must be an address." }],
        { key: "s3cret", email: "jane@example.org" },
      );
      const { document, page } = await stored(report);
      expect(document.rejected_groups[0]?.examples[0]?.fields).toEqual({
        email,
        key: values === "shown" ? "****" : "x9xxxx",
      });
      expect(page.includes("jane@example.org")).toBe(values === "shown");
    }
  });
});
