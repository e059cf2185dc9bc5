import { brazeForAllTests, caller } from "../testing";

const sandbox = brazeForAllTests();

function open() {
  const workspace = sandbox.braze.createWorkspace();
  const { track, get } = caller(sandbox.braze, workspace);
  const send = (externalId = "a") => track({ attributes: [{ external_id: externalId, x: 1 }] });
  return { workspace, faults: workspace.faults, track, get, send };
}

it("drops the connection before or after processing", async () => {
  const { workspace, faults, send } = open();
  faults.add({ kind: "drop_before" });
  await expect(send()).rejects.toThrow();
  expect(workspace.users.count).toBe(0);
  faults.add({ kind: "drop_after" });
  await expect(send()).rejects.toThrow();
  expect(workspace.users.count).toBe(1);
  expect((await send()).status).toBe(201);
  expect(workspace.stats.byPath["/users/track"]).toEqual({ 0: 2, 201: 1 });
});

it("cuts an answer in half after processing", async () => {
  const { workspace, faults, send } = open();
  faults.add({ kind: "half_response" });
  await expect(send()).rejects.toThrow();
  expect(workspace.users.count).toBe(1);
});

it("sends half of an answer as if it were whole", async () => {
  const { workspace, faults, send } = open();
  faults.add({ kind: "half_json" });
  await expect(send()).rejects.toThrow(SyntaxError);
  expect(workspace.users.count).toBe(1);
});

it("answers any status, with any body, processed or not", async () => {
  const { workspace, faults, send } = open();
  faults.add({ kind: "status", status: 503 });
  expect(await send()).toMatchObject({ status: 503, body: { message: expect.any(String) } });
  faults.add({ kind: "status", status: 500, body: null });
  expect(await send()).toMatchObject({ status: 500, body: {} });
  faults.add({
    kind: "status",
    status: 502,
    body: { message: "Bad Gateway" },
    headers: { "x-from": "proxy" },
  });
  const answer = await send();
  expect(answer).toMatchObject({ status: 502, body: { message: "Bad Gateway" } });
  expect(answer.headers.get("x-from")).toBe("proxy");
  expect(workspace.users.count).toBe(0);
  faults.add({ kind: "status", status: 504, processed: true });
  expect((await send()).status).toBe(504);
  expect(workspace.users.count).toBe(1);
});

it("answers 429 with each variant of the header", async () => {
  const { faults, send } = open();
  faults.add({ kind: "rate_limited", retryAfterSeconds: 7 });
  expect((await send()).headers.get("x-ratelimit-retry-after")).toBe("7");
  faults.add({ kind: "rate_limited", retryAfterSeconds: 7, header: "retry-after" });
  expect((await send()).headers.get("retry-after")).toBe("7");
  faults.add({ kind: "rate_limited", retryAfterSeconds: 7, header: "retry-after-date" });
  expect(Date.parse((await send()).headers.get("retry-after") ?? "")).toBeGreaterThan(Date.now());
  faults.add({ kind: "rate_limited", retryAfterSeconds: 7, header: "x-ratelimit-reset" });
  expect(Number((await send()).headers.get("x-ratelimit-reset"))).toBeGreaterThan(Date.now() / 1000);
  faults.add({ kind: "rate_limited", retryAfterSeconds: 7, header: "x-ratelimit-reset-seconds" });
  expect((await send()).headers.get("x-ratelimit-reset")).toBe("7");
  faults.add({ kind: "rate_limited", header: "none" });
  const silent = await send();
  expect(silent.status).toBe(429);
  expect([silent.headers.get("retry-after"), silent.headers.get("x-ratelimit-retry-after")]).toEqual([
    null,
    null,
  ]);
});

it("queues with 202, and the request takes effect", async () => {
  const { workspace, faults, send } = open();
  faults.add({ kind: "queued" });
  expect(await send()).toMatchObject({ status: 202, body: { message: "queued" } });
  expect(workspace.users.count).toBe(1);
  expect(workspace.requests.at(-1)?.status).toBe(202);
});

it("delays, and lets another fault strike as well", async () => {
  const { faults, send } = open();
  faults.add({ kind: "delay", delayMs: 80 });
  faults.add({ kind: "status", status: 500 });
  const startMs = performance.now();
  expect((await send()).status).toBe(500);
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(75);
});

it("strikes only what matches, as often as told, after as many as told", async () => {
  const { faults, send, get } = open();
  const handle = faults.add({ kind: "status", status: 500, path: "/users/track", skip: 1, times: 2 });
  expect((await get("/segments/list")).status).toBe(200);
  const statuses = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await send()).status);
  expect(statuses).toEqual([201, 500, 500, 201]);
  expect(handle.hits).toBe(2);
});

it("looks into the request, and ends when removed", async () => {
  const { faults, send } = open();
  const handle = faults.add({
    kind: "status",
    status: 400,
    times: Number.POSITIVE_INFINITY,
    when: ({ body }) => JSON.stringify(body).includes("poison"),
  });
  expect([(await send("fine")).status, (await send("poison")).status, (await send("poison")).status]).toEqual(
    [201, 400, 400],
  );
  handle.remove();
  expect((await send("poison")).status).toBe(201);
});

it("refuses chosen objects with a proper partial error", async () => {
  const { workspace, faults, track } = open();
  const handle = faults.rejectObject((object, array) =>
    array === "attributes" && object.external_id === "bad" ? "no such luck" : null,
  );
  const attributes = [{ external_id: "good" }, { external_id: "bad" }];
  const { status, body } = await track({ attributes });
  expect(status).toBe(201);
  expect(body.errors).toEqual([{ type: "no such luck", input_array: "attributes", index: 1 }]);
  expect(workspace.users.count).toBe(1);
  expect(handle.hits).toBe(1);
  handle.remove();
  expect((await track({ attributes })).body.errors).toBeUndefined();
});

it("reports an error without saying which object it means", async () => {
  const { workspace, faults, track } = open();
  const attributes = [{ external_id: "good" }, { external_id: "bad" }];
  const reject = (object: { external_id?: unknown }) => object.external_id === "bad";
  faults.add({ kind: "error_without_index", reason: "strange", reject });
  expect((await track({ attributes })).body).toMatchObject({
    attributes_processed: 1,
    errors: [{ type: "strange", input_array: "attributes" }],
  });
  expect([...workspace.users.all()].map((user) => user.external_id)).toEqual(["good"]);
  faults.add({ kind: "error_without_index", reason: "strange", inputArray: null });
  const { body } = await track({ attributes });
  expect(body).toMatchObject({ attributes_processed: 2, errors: [{ type: "strange" }] });
  expect(body.errors).toEqual([{ type: "strange" }]);
});

it("leaves requests that match alone when an error without index would refuse nothing", async () => {
  const { faults, track } = open();
  const handle = faults.add({
    kind: "error_without_index",
    reject: ({ external_id }) => external_id === "bad",
    times: 9,
  });
  const { status, body } = await track({ attributes: [{ external_id: "good" }] });
  expect(status).toBe(201);
  expect(body.errors).toBeUndefined();
  expect((await track({ attributes: [{ external_id: "bad" }] })).status).toBe(400);
  expect(handle.hits).toBe(2);
});

it("strikes download links, too", async () => {
  const { workspace, faults } = open();
  workspace.users.seed([{ external_id: "a" }]);
  const segment = workspace.createSegment({ name: "all" });
  const { post } = caller(sandbox.braze, workspace);
  const { body } = await post("/users/export/segment", {
    segment_id: segment.id,
    fields_to_export: ["external_id"],
  });
  await workspace.exports[0]?.finished;
  faults.add({ kind: "half_response", path: /^\/_downloads\// });
  await expect(fetch(String(body.url)).then((response) => response.arrayBuffer())).rejects.toThrow();
  expect((await fetch(String(body.url))).status).toBe(200);
});

it("goes away with clear", async () => {
  const { faults, send } = open();
  faults.add({ kind: "status", status: 500, times: 5 });
  faults.rejectObject(() => "no");
  faults.clear();
  expect((await send()).status).toBe(201);
});
