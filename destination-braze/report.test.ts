import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import { DataPointMeter } from "./meter";
import { SyncReport } from "./report";
import type { Routes } from "./routes";

const run = { syncId: "42", id: "run", attempt: 0, startedAt: new Date(Date.UTC(2026, 0, 2)) };
const delivery = { requests: 0, objects: 0 };
const report = (): SyncReport =>
  new SyncReport(
    new Map([["users", [{ object: { name: "users" } }]]]) as unknown as Routes,
    run,
    delivery,
    new DataPointMeter(),
  );

const storedBy = async (each: SyncReport): Promise<unknown> => {
  let stored: unknown;
  const write: ObjectStorage["write"] = async (key, bytes) => {
    stored = { key, ...JSON.parse(bytes.toString()) };
  };
  await each.store({ write }, "complete", new Date(Date.UTC(2026, 0, 3)));
  return stored;
};

describe("SyncReport", () => {
  it("counts by stream, also streams that nobody announced", async () => {
    const each = report();
    Object.assign(delivery, { requests: 2, objects: 3 });
    for (const stream of ["users", "users", "__proto__"]) each.received(stream);
    each.accepted("users");
    each.rejected("users", { code: "invalid_value", message: "x" });
    each.rejected("__proto__", undefined);
    expect(each.totals).toEqual({ received: 3, accepted: 1, rejected: 2 });
    expect(each.lines()).toEqual([
      "users: 2 received, 1 accepted, 1 rejected (invalid_value: 1).",
      "__proto__: 1 received, 0 accepted, 1 rejected (unknown: 1).",
      "2 requests to Braze with 3 objects, 1.5 a request.",
    ]);
    expect(await storedBy(each)).toMatchObject({
      key: "42/report.json",
      version: 1,
      status: "complete",
      received: 3,
      rejected: 2,
      requests: 2,
      objects_per_request: 1.5,
      started_at: "2026-01-02T00:00:00.000Z",
      ended_at: "2026-01-03T00:00:00.000Z",
      streams: { users: { object: "users", rejected_by_reason: { invalid_value: 1 } } },
    });
  });

  it("counts notes, of a bounded number of kinds", () => {
    const each = report();
    each.noted("users", ["are odd"]);
    each.noted("users", ["are odd"]);
    for (let index = 0; index < 500; index++) each.noted("users", [`note ${index}`, "toString"]);
    expect(each.warnings()).toHaveLength(100);
    expect(each.warnings()).toContain("users: 2 records are odd.");
    expect(each.warnings()).toContain("users: 500 records toString.");
  });

  it("divides by no zero", () => {
    Object.assign(delivery, { requests: 0, objects: 0 });
    expect(report().lines()).toContain("0 requests to Braze with 0 objects, 0 a request.");
  });
});
