import { StoppedError } from "../airbyte/errors";
import { type Answer, answer, cutConnection, ok, ScriptedBraze } from "../testing/scripted-braze";
import { thrownBy } from "../testing/thrown";
import type { BrazeClient } from "./client";
import type { AnsweredRequest } from "./observe";
import { brisk } from "./retry";

const braze = ScriptedBraze.forAllTests();

describe("a request", () => {
  test("carries the key, the agent, a query and a JSON body", async () => {
    const client = braze.client({ url: `${braze.url}/` });
    await client.post("/users/track", {
      body: { attributes: [{ external_id: "ü" }] },
      headers: { "x-braze-bulk": "true" },
    });
    await client.get("/segments/list", { query: { page: 0, sort_direction: undefined, q: "a b&c" } });
    expect(client.endpoint).toBe(braze.url);
    expect(braze.received[0]).toMatchObject({
      method: "POST",
      url: "/users/track",
      body: '{"attributes":[{"external_id":"ü"}]}',
      headers: {
        authorization: "Bearer the-key",
        "user-agent": "test/1.0",
        "content-type": "application/json",
        "x-braze-bulk": "true",
      },
    });
    expect(braze.received[1]).toMatchObject({
      method: "GET",
      url: "/segments/list?page=0&q=a+b%26c",
      body: "",
    });
    expect(braze.received[1]?.headers).not.toHaveProperty("content-type");
  });

  test("sends JSON text and bytes as they are", async () => {
    const client = braze.client();
    await client.post("/a", { body: '{"n": 1}' });
    await client.post("/a", { body: Buffer.from('{"n": 2}') });
    expect(braze.received.map(({ body }) => body)).toEqual(['{"n": 1}', '{"n": 2}']);
  });

  test("gets status, headers and the parsed body", async () => {
    braze.answers = [answer(202, { message: "queued" }, { "x-request-id": "7" })];
    const response = await braze.client().post("/users/track", { body: {} });
    expect(response).toMatchObject({
      status: 202,
      body: { message: "queued" },
      headers: { "x-request-id": "7" },
    });
  });

  test.each([
    ["a page", "<html>"],
    ["nothing", ""],
  ])("a body that is %s instead of JSON is undefined", async (_, body) => {
    braze.answers = [answer(200, body)];
    expect((await braze.client().get("/a")).body).toBeUndefined();
  });

  test("keeps its connections", async () => {
    const client = braze.client();
    for (let count = 0; count < 20; count += 1) await client.get("/a");
    // Two, for undici may open a second one while the first is being put back.
    expect(new Set(braze.received.map(({ port }) => port)).size).toBeLessThanOrEqual(2);
  });

  test("goes straight to this machine although the environment names a proxy", async () => {
    process.env.HTTP_PROXY = "http://127.0.0.1:1";
    try {
      expect((await braze.client({ retry: brisk }).get("/a")).status).toBe(201);
    } finally {
      delete process.env.HTTP_PROXY;
    }
  });

  test("is told to whoever observes: each attempt with its status, its size and how long it took", async () => {
    const told: unknown[] = [];
    const sent = (path: string): void => void told.push(path);
    const answered = (request: AnsweredRequest): void => void told.push(request);
    const late: Answer = (response, request) => {
      braze.clock.nowMs += 250;
      ok(response, request);
    };
    braze.answers = [cutConnection, answer(503), late];
    const client = braze.client({ observer: { sent, answered } });
    await client.post("/users/track?a=1", { body: "grüße" });
    const path = "/users/track";
    const attempt = (status: number | undefined, durationMs: number) => [
      path,
      { path, status, durationMs, sizeBytes: 7, startedAtMs: expect.any(Number) },
    ];
    expect(told).toEqual([...attempt(undefined, 0), ...attempt(503, 0), ...attempt(201, 250)]);
    expect(told.slice(-1)).toMatchObject([{ startedAtMs: braze.clock.nowMs - 250 }]);
  });

  test("a key that can't be one is refused before anything is sent", async () => {
    expect((await thrownBy(() => braze.client({ apiKey: "a\nb" }))).message).toContain(
      '"api_key" holds characters',
    );
    await braze.client({ apiKey: " the-key\n" }).get("/a");
    expect(braze.received[0]?.headers.authorization).toBe("Bearer the-key");
  });
});

describe("a stop", () => {
  test("keeps new requests from being sent", async () => {
    braze.stop.abort();
    await expect(braze.client().post("/a", { body: {} })).rejects.toBeInstanceOf(StoppedError);
    expect(braze.received).toEqual([]);
  });

  test("ends the wait for the next attempt", async () => {
    braze.answers = [answer(500)];
    const sleep = async (): Promise<void> => {
      braze.stop.abort();
      throw new StoppedError();
    };
    await expect(braze.client({ sleep }).get("/a")).rejects.toBeInstanceOf(StoppedError);
    expect(braze.received).toHaveLength(1);
  });

  test("cuts off a GET under way", async () => {
    braze.answers = [() => braze.stop.abort()];
    await expect(braze.client().get("/a")).rejects.toBeInstanceOf(StoppedError);
  });

  test("a client that is closed cuts off a write under way, and does not speak of an outage", async () => {
    let client: BrazeClient | undefined;
    braze.answers = [() => void client?.close()];
    client = braze.client();
    await expect(client.post("/users/track", { body: {} })).rejects.toBeInstanceOf(StoppedError);
    expect(braze.logged()).toEqual([]);
  });

  test("lets a write under way come to its end", async () => {
    braze.answers = [
      (response, next) => {
        braze.stop.abort();
        ok(response, next);
      },
    ];
    expect((await braze.client().post("/users/track", { body: {} })).status).toBe(201);
  });
});
