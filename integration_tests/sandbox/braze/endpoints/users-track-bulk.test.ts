import type { WorkspaceOptions } from "../../index";
import { brazeForAllTests, caller } from "../../testing";

const sandbox = brazeForAllTests();

function open(options: WorkspaceOptions = {}) {
  const workspace = sandbox.braze.createWorkspace(options);
  const { post } = caller(sandbox.braze, workspace);
  return { workspace, bulk: (body: unknown) => post("/users/track/bulk", body) };
}

const users = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ external_id: `u${index}`, a: 1 }));
const events = (count: number, id: string) =>
  Array.from({ length: count }, () => ({ external_id: id, name: "e", time: "2026-01-01" }));

it("takes 1,000 objects, and answers like /users/track", async () => {
  const { workspace, bulk } = open();
  const { status, body } = await bulk({
    attributes: [...users(899), { email_subscribe: "maybe" }],
    events: events(100, "u0").slice(1),
    purchases: [{ external_id: "u1", product_id: "p", currency: "EUR", price: 1, time: "2026-01-01" }],
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    attributes_processed: 899,
    events_processed: 99,
    purchases_processed: 1,
    errors: [{ input_array: "attributes", index: 899 }],
  });
  expect(workspace.users.count).toBe(899);
});

it("refuses more objects, more objects of one user, and more than 2 MB", async () => {
  const { workspace, bulk } = open();
  expect(await bulk({ attributes: users(1001) })).toMatchObject({
    status: 400,
    body: { message: "Max Input Length Exceeded" },
  });
  expect((await bulk({ attributes: users(1), events: events(100, "u0") })).status).toBe(400);
  expect((await bulk({ attributes: [{ external_id: "a", x: "x".repeat(2_000_000) }] })).status).toBe(413);
  expect(workspace.users.count).toBe(0);
  expect((await bulk({ events: events(100, "u0") })).status).toBe(201);
});

it("needs its own permission, and has its own rate limit", async () => {
  const locked = open({ permissions: ["users.track"] });
  expect((await locked.bulk({ attributes: users(1) })).status).toBe(403);
  const slow = open({ limits: { trackBulkRequestsPerSecond: 0 } });
  expect((await slow.bulk({ attributes: users(1) })).status).toBe(429);
});
