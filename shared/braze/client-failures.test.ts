import {
  type Answer,
  answer,
  cutConnection,
  ok,
  type Received,
  ScriptedBraze,
} from "../testing/scripted-braze";
import { thrownBy } from "../testing/thrown";
import { BrazeStatusError } from "./errors";
import { brisk } from "./retry";

const braze = ScriptedBraze.forAllTests();

const cutHalfway: Answer = (response) => {
  response.writeHead(200, { "content-length": "100" }).write("{");
  response.socket?.destroySoon();
};
const silence: Answer = () => undefined;

describe("failures that may pass", () => {
  test.each([
    ["500", answer(500)],
    ["502 with a page", answer(502, "<html>Bad gateway</html>")],
    ["503", answer(503)],
    ["529", answer(529)],
    ["408", answer(408)],
    ["a connection that is cut", cutConnection],
    ["an answer that is cut halfway", cutHalfway],
  ])("%s: tried again, with a warning", async (_, failure) => {
    braze.answers = [failure, failure, ok];
    expect((await braze.client().post("/users/track", { body: {} })).status).toBe(201);
    expect(braze.received).toHaveLength(3);
    expect(braze.logged()).toHaveLength(2);
    expect(braze.logged()[0]).toMatch(/; trying again in 0\.[2-5] s \(attempt 2 of 8\)\.$/);
  });

  test("JSON that ends in the middle, in an answer that looks whole", async () => {
    const half = answer(200, '{"segments":[{"id":');
    braze.answers = [half, half, ok];
    expect((await braze.client().get("/a")).body).toEqual({ message: "success" });
    braze.answers = [half, ok];
    expect((await braze.client().post("/a", { repeatable: () => true })).body).toEqual({
      message: "success",
    });
    expect(braze.received).toHaveLength(5);
    braze.answers = [half];
    const error = await thrownBy(() => braze.client({ retry: brisk }).get("/a"));
    expect(error).toMatchObject({
      failureType: "transient_error",
      message: "Braze's answers to /a keep breaking off; try again later.",
    });
  });

  test("an answer without end is not read into memory", async () => {
    braze.answers = [
      (response) => {
        response.writeHead(200);
        const more = (): void => {
          while (!response.destroyed && response.write("x".repeat(10_000)));
        };
        response.on("drain", more);
        more();
      },
    ];
    const client = braze.client({ retry: brisk, maxAnswerBytes: 100_000 });
    expect(await thrownBy(() => client.get("/a"))).toMatchObject({
      failureType: "transient_error",
      message: expect.stringContaining("its answer is longer than any of Braze's"),
    });
  });

  test("but not a write that was answered with half of JSON: it was processed", async () => {
    braze.answers = [answer(201, '{"message":'), ok];
    expect(await braze.client().post("/a")).toMatchObject({ status: 201, body: undefined });
    expect(braze.received).toHaveLength(1);
  });

  test("silence is a failure, too", async () => {
    braze.answers = [silence, ok];
    // undici looks at its clock once a second.
    expect((await braze.client({ timeoutMs: 100 }).get("/a")).status).toBe(201);
    expect(braze.logged()[0]).toMatch(/^UND_ERR_HEADERS_TIMEOUT: /);
  });

  test("the pauses grow", async () => {
    braze.answers = [answer(500)];
    await thrownBy(() => braze.client().get("/a"));
    expect(braze.clock.sleptMs).toHaveLength(7);
    for (const [index, pauseMs] of braze.clock.sleptMs.entries()) {
      const longestMs = Math.min(30_000, 500 * 2 ** index);
      expect(pauseMs).toBeGreaterThanOrEqual(longestMs / 2);
      expect(pauseMs).toBeLessThanOrEqual(longestMs);
    }
  });

  test("the attempts are counted", async () => {
    braze.answers = [answer(503, { message: "Maintenance" })];
    const error = await thrownBy(() => braze.client({ retry: { ...brisk, maxAttempts: 3 } }).get("/a"));
    expect(braze.received).toHaveLength(3);
    expect(error.failureType).toBe("transient_error");
    expect(error.message).toContain("Braze kept failing at /a (503: Maintenance)");
  });

  test("the time is limited: attempts and the pauses between them", async () => {
    braze.answers = [
      (response, { headers }) => {
        braze.clock.nowMs += 4000;
        answer(500)(response, { headers } as Received);
      },
    ];
    await thrownBy(() =>
      braze.client({ retry: { ...brisk, maxAttempts: 100, maxElapsedMs: 10_000 } }).get("/a"),
    );
    expect(braze.received.length).toBeGreaterThanOrEqual(2);
    expect(braze.received.length).toBeLessThanOrEqual(3);
  });

  test("waiting for the rate limit is not counted as failing", async () => {
    braze.answers = [answer(429, {}, { "x-ratelimit-retry-after": "1800" }), answer(500), ok];
    expect((await braze.client().get("/a")).status).toBe(201);
  });

  test("an endpoint where nobody listens", async () => {
    const error = await thrownBy(() => braze.client({ url: "http://127.0.0.1:1", retry: brisk }).get("/a"));
    expect(error).toMatchObject({
      failureType: "transient_error",
      message:
        "http://127.0.0.1:1 can't be reached: it refuses connections. Check the network and url, or try again later.",
    });
  });
});

describe("failures that stay", () => {
  test.each([
    [400, "system_error", "Braze refused POST /users/track as malformed (400: No good)."],
    [401, "config_error", "has the permission users.track"],
    [403, "config_error", "has the permission users.track"],
    [404, "config_error", "is the REST endpoint of your instance"],
    [413, "system_error", "too large"],
    [422, "system_error", "Braze refused POST /users/track (422: No good)."],
  ])("%d is not tried again, and told in a sentence", async (status, failureType, sentence) => {
    braze.answers = [answer(status, { message: "No good" })];
    const error = await thrownBy(() =>
      braze.client().post("/users/track", { body: {}, permission: "users.track" }),
    );
    expect(braze.received).toHaveLength(1);
    expect(error).toBeInstanceOf(BrazeStatusError);
    expect(error).toMatchObject({ failureType, status });
    expect(error.message).toContain(sentence);
  });

  test("a redirect is not followed: the key would travel with it", async () => {
    braze.answers = [answer(302, "", { location: "/elsewhere" })];
    const error = await thrownBy(() => braze.client().get("/a"));
    expect(braze.received).toHaveLength(1);
    expect(error.failureType).toBe("config_error");
    expect(error.message).toContain("redirects /a elsewhere");
  });

  test("the caller may judge some of them itself, and only those", async () => {
    braze.answers = [answer(400, { message: "m" }), answer(429), answer(503), answer(413)];
    const client = braze.client();
    const accept = [400, 429, 503];
    expect((await client.get("/a", { accept })).body).toEqual({ message: "m" });
    expect((await client.get("/a", { accept })).status).toBe(429);
    expect((await client.get("/a", { accept })).status).toBe(503);
    expect((await thrownBy(() => client.get("/a", { accept }))).message).toContain("too large");
  });
});
