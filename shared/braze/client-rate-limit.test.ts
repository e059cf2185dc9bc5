import { FakeClock } from "../testing/fake-clock";
import { type Answer, answer, ok, ScriptedBraze } from "../testing/scripted-braze";
import { thrownBy } from "../testing/thrown";
import { RateLimit } from "./rate-limit";
import { brisk } from "./retry";

const braze = ScriptedBraze.forAllTests();

describe("429", () => {
  const waitedMs = (): number => (braze.received[1]?.atMs ?? 0) - (braze.received[0]?.atMs ?? 0);

  test.each([
    ["x-ratelimit-retry-after", { "x-ratelimit-retry-after": "3" }, 3000],
    ["retry-after", { "retry-after": "4" }, 4000],
    ["x-ratelimit-reset as a time", { "x-ratelimit-reset": String(new FakeClock().nowMs / 1000 + 5) }, 5000],
    ["x-ratelimit-reset as a duration", { "x-ratelimit-reset": "6" }, 6000],
  ])("waits as long as %s says, and little longer", async (_, headers, expectedMs) => {
    braze.answers = [answer(429, {}, headers), ok];
    expect((await braze.client().get("/a")).status).toBe(201);
    expect(waitedMs()).toBeGreaterThanOrEqual(expectedMs);
    expect(waitedMs()).toBeLessThanOrEqual(expectedMs + 101);
  });

  test.each([
    ["without a header", {}],
    ["with a wait of zero", { "x-ratelimit-retry-after": "0" }],
    ["with a time that is past", { "retry-after": "Thu, 01 Jan 2026 00:00:00 GMT" }],
  ])("%s: comes back less and less often", async (_, headers) => {
    braze.answers = [...Array<Answer>(6).fill(answer(429, {}, headers)), ok];
    await braze.client().get("/a");
    const gaps = braze.received.slice(1).map(({ atMs }, index) => atMs - (braze.received[index]?.atMs ?? 0));
    expect(gaps[0]).toBeGreaterThanOrEqual(250);
    expect(gaps[5]).toBeGreaterThanOrEqual(8000);
  });

  test("a storm of them is waited out: never earlier than told, and later each time", async () => {
    const told: Answer[] = [
      answer(429, {}, { "x-ratelimit-retry-after": "7" }),
      (response, asked) =>
        answer(429, {}, { "retry-after": new Date(asked.atMs + 9000).toUTCString() })(response, asked),
      answer(429, {}, { "x-ratelimit-reset": "8" }),
      answer(429, {}, { "retry-after": "6" }),
    ];
    braze.answers = [...told, ...Array<Answer>(8).fill(answer(429, "<html>")), ok];
    expect((await braze.client().get("/a")).status).toBe(201);
    const waits = braze.received.slice(1).map(({ atMs }, index) => atMs - (braze.received[index]?.atMs ?? 0));
    expect(waits.slice(0, 4).map((ms, index) => ms >= ([7000, 8000, 8000, 6000][index] ?? 0))).toEqual(
      Array(4).fill(true),
    );
    // Without a header the pauses are as long as after that many failures: 8 to 30 s.
    expect(Math.min(...waits.slice(4))).toBeGreaterThanOrEqual(4000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(31_000);
  });

  test("holds back every request of the same limit, and no other", async () => {
    const limit = new RateLimit({ now: braze.clock.now, sleep: braze.clock.sleep });
    braze.answers = [answer(429, {}, { "x-ratelimit-retry-after": "60" }), ok];
    const client = braze.client();
    await client.get("/a", { limit });
    const blockedUntilMs = braze.clock.nowMs;
    await client.get("/b");
    await client.get("/b", { limit });
    expect(braze.clock.nowMs).toBe(blockedUntilMs);
    expect(braze.received.map(({ url }) => url)).toEqual(["/a", "/a", "/b", "/b"]);
  });

  test("pages of one list share a limit", async () => {
    const soon = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" };
    braze.answers = [answer(200, {}, soon), ok];
    const client = braze.client();
    await client.get("/events?cursor=a");
    await client.get("/events?cursor=b");
    expect(waitedMs()).toBe(9000);
    expect(braze.logged()[0]).toMatch(/^Waiting until .*Z: Braze's rate limit for this window is used up\.$/);
  });

  test("is given up when it would take too long, without waiting that long", async () => {
    braze.answers = [answer(429, {}, { "x-ratelimit-retry-after": "3600" })];
    const error = await thrownBy(() => braze.client({ retry: brisk }).get("/a"));
    expect(error).toMatchObject({ failureType: "transient_error" });
    expect(error.message).toBe("Braze's rate limit for /a stayed exhausted; try again later.");
    expect(braze.clock.sleptMs).toEqual([]);
  });
});
