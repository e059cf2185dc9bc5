import { RateLimits } from "./rate-groups";

const limits = () => new RateLimits({ requestsPer3Seconds: 2, requestsPerHour: undefined }, () => undefined);
const stop = new AbortController().signal;

/** How many requests a limit lets through at once. */
async function atOnce(limit: ReturnType<RateLimits["of"]>, most: number): Promise<number> {
  let passed = 0;
  const aborted = new AbortController();
  for (let request = 0; request < most; request++) {
    void limit.acquire(aborted.signal).then(
      () => {
        passed += 1;
      },
      () => undefined,
    );
  }
  await new Promise((resolve) => setImmediate(resolve));
  aborted.abort();
  return passed;
}

describe("RateLimits", () => {
  it("gives each group one limit of its own", () => {
    const all = limits();
    expect(all.of("catalogs")).toBe(all.of("catalogs"));
    expect(all.of("catalogs")).not.toBe(all.of("track"));
  });

  it("holds /users/track to what is configured, and lets the other groups go on", async () => {
    const all = limits();
    const track = await atOnce(all.of("track"), 50);
    expect(track).toBeLessThanOrEqual(2);
    const identities = await atOnce(all.of("user identities"), 50);
    expect(identities).toBeGreaterThan(track);
    await all.of("triggers").acquire(stop);
  });

  it("lets processes that share the limits have their parts, and never nothing", async () => {
    const shares = new RateLimits(
      { requestsPer3Seconds: 2, requestsPerHour: undefined, shares: 100 },
      () => undefined,
    );
    expect(await atOnce(shares.of("user identities"), 50)).toBeLessThanOrEqual(10);
    await shares.of("catalogs").acquire(stop);
    await shares.of("triggers").acquire(stop);
  });
});
