import { startBraze } from "../index";
import { caller } from "../testing";
import { RateLimits } from "./rate-limits";

const WINDOW_START_MS = 1_800_000_000_000; // a multiple of 3 seconds and of an hour

describe("a window", () => {
  it("is aligned to the clock: a burst across its end may be twice the limit", () => {
    const limits = new RateLimits({ trackRequestsPer3Seconds: 2 });
    const allowed = [2900, 2950, 2999, 3000, 3001, 3002].map(
      (offsetMs) => limits.take("track", WINDOW_START_MS + offsetMs).allowed,
    );
    expect(allowed).toEqual([true, true, false, true, true, false]);
  });

  it("reports limit, rest and the epoch second of its end", () => {
    const limits = new RateLimits({ trackRequestsPer3Seconds: 10 });
    limits.take("track", WINDOW_START_MS + 100);
    expect(limits.take("track", WINDOW_START_MS + 200).headers).toEqual({
      "x-ratelimit-limit": "10",
      "x-ratelimit-remaining": "8",
      "x-ratelimit-reset": "1800000003",
    });
  });

  it("reports seconds until its end on request", () => {
    const limits = new RateLimits({ trackRequestsPer3Seconds: 10, resetHeader: "seconds" });
    expect(limits.take("track", WINDOW_START_MS + 500).headers["x-ratelimit-reset"]).toBe("3");
    expect(limits.take("track", WINDOW_START_MS + 2500).headers["x-ratelimit-reset"]).toBe("1");
  });

  it("replaces the headers on 429", () => {
    const limits = new RateLimits({ trackRequestsPer3Seconds: 0 });
    expect(limits.take("track", WINDOW_START_MS + 500)).toEqual({
      allowed: false,
      headers: { "x-ratelimit-retry-after": "3" },
    });
    const plain = new RateLimits({ trackRequestsPer3Seconds: 0, retryAfterHeader: "retry-after" });
    expect(plain.take("track", WINDOW_START_MS).headers).toEqual({ "retry-after": "3" });
    const silent = new RateLimits({ trackRequestsPer3Seconds: 0, retryAfterHeader: "none" });
    expect(silent.take("track", WINDOW_START_MS).headers).toEqual({});
  });
});

it("enforces an hourly limit beside the burst limit, and reports the hour", () => {
  const limits = new RateLimits({ trackRequestsPer3Seconds: 2, trackRequestsPerHour: 3 });
  const at = (seconds: number) => limits.take("track", WINDOW_START_MS + seconds * 1000);
  expect(at(0).headers["x-ratelimit-limit"]).toBe("3");
  expect(at(0).allowed).toBe(true);
  expect(at(0)).toMatchObject({ allowed: false, headers: { "x-ratelimit-retry-after": "3" } });
  expect(at(3).allowed).toBe(true);
  expect(at(6)).toMatchObject({ allowed: false, headers: { "x-ratelimit-retry-after": "3594" } });
  expect(at(3600).allowed).toBe(true);
});

it("keeps groups apart", () => {
  const limits = new RateLimits({ trackRequestsPer3Seconds: 1 });
  expect(limits.take("track", WINDOW_START_MS).allowed).toBe(true);
  expect(limits.take("track", WINDOW_START_MS).allowed).toBe(false);
  expect(limits.take("default", WINDOW_START_MS).allowed).toBe(true);
  expect(limits.take("export_ids", WINDOW_START_MS).headers["x-ratelimit-limit"]).toBe("250");
});

it("answers 429 over HTTP without effect on users", async () => {
  const braze = await startBraze({ clock: () => WINDOW_START_MS });
  const workspace = braze.createWorkspace({ limits: { trackRequestsPer3Seconds: 1 } });
  const { track } = caller(braze, workspace);
  expect(
    (await track({ attributes: [{ external_id: "a", x: 1 }] })).headers.get("x-ratelimit-remaining"),
  ).toBe("0");
  const refused = await track({ attributes: [{ external_id: "b", x: 1 }] });
  expect(refused.status).toBe(429);
  expect(refused.headers.get("x-ratelimit-retry-after")).toBe("3");
  expect(refused.headers.get("x-ratelimit-limit")).toBeNull();
  expect(workspace.users.count).toBe(1);
  await braze.close();
});

test("a limit that shrinks refuses what is beyond it at once, and one that grows admits again", () => {
  const limits = new RateLimits({ trackRequestsPer3Seconds: 3 });
  const nowMs = 3_000_000;
  expect([1, 2].map(() => limits.take("track", nowMs).allowed)).toEqual([true, true]);
  limits.change("track", 1);
  expect(limits.take("track", nowMs).allowed).toBe(false);
  limits.change("track", 4);
  expect(limits.take("track", nowMs).headers).toMatchObject({
    "x-ratelimit-limit": "4",
    "x-ratelimit-remaining": "1",
  });
});
