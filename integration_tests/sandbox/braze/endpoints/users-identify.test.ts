import type { SeedUser, WorkspaceOptions } from "../../index";
import { brazeForAllTests, caller } from "../../testing";

const sandbox = brazeForAllTests();

const alias = (name: string, label = "l") => ({ alias_name: name, alias_label: label });
const prioritization = ["unidentified", "most_recently_updated"];

function open(users: SeedUser[], options: WorkspaceOptions = {}) {
  const workspace = sandbox.braze.createWorkspace(options);
  workspace.users.seed(users);
  const { post, track } = caller(sandbox.braze, workspace);
  const of = (id: string) => workspace.users.byExternalId(id);
  return { workspace, track, of, identify: (body: unknown) => post("/users/identify", body) };
}

it("gives an external id to who has none", async () => {
  const { workspace, of, identify } = open([
    { user_aliases: [alias("n")], custom_attributes: { x: 1 } },
    { email: "e@example.com" },
    { phone: "+1222" },
  ]);
  const { status, body } = await identify({
    aliases_to_identify: [{ external_id: "a", user_alias: alias("n") }],
    emails_to_identify: [{ external_id: "b", email: "E@example.com", prioritization }],
    phone_numbers_to_identify: [{ external_id: "c", phone: "+1222", prioritization }],
  });
  expect([status, body]).toEqual([201, { aliases_processed: 3, message: "success" }]);
  expect(workspace.users.count).toBe(3);
  expect(of("a")).toMatchObject({ user_aliases: [alias("n")], custom_attributes: { x: 1 } });
  expect(of("b")?.email).toBe("e@example.com");
  expect(of("c")?.phone).toBe("+1222");
});

it("merges into who has the id already, with events, and keeps the alias", async () => {
  const { workspace, track, of, identify } = open([
    {
      user_aliases: [alias("n")],
      email: "anonymous@example.com",
      first_name: "Ann",
      custom_attributes: { x: 1, y: 1 },
    },
    { external_id: "a", first_name: "Anna", custom_attributes: { y: 2 } },
  ]);
  const time = "2026-01-01T00:00:00Z";
  await track({ events: [{ user_alias: alias("n"), name: "e", time }] });
  await track({ events: [{ external_id: "a", name: "e", time }] });
  const body = { aliases_to_identify: [{ external_id: "a", user_alias: alias("n") }] };
  await identify(body);
  await identify(body);
  expect(workspace.users.count).toBe(1);
  const merged = of("a");
  expect(merged).toMatchObject({
    first_name: "Anna",
    email: "anonymous@example.com",
    user_aliases: [alias("n")],
    custom_events: [{ name: "e", count: 2 }],
  });
  expect({ ...merged?.custom_attributes }).toEqual({ x: 1, y: 2 });
  expect(workspace.users.byAlias(alias("n"))?.external_id).toBe("a");
  expect(workspace.events.map((event) => event.braze_id)).toEqual([merged?.braze_id, merged?.braze_id]);
});

it("leaves alone: unknown aliases, identified users, aliases of one label, several with one email", async () => {
  const { workspace, of, identify } = open([
    { external_id: "a", user_aliases: [alias("of-a")] },
    { external_id: "b", user_aliases: [alias("of-b")] },
    { user_aliases: [alias("alone")] },
    { email: "two@example.com" },
    { email: "two@example.com" },
  ]);
  const { status } = await identify({
    aliases_to_identify: [
      { external_id: "a", user_alias: alias("missing") },
      { external_id: "a", user_alias: alias("of-b") },
      { external_id: "free", user_alias: alias("of-b") },
      { external_id: "a", user_alias: alias("alone") },
    ],
    emails_to_identify: [{ external_id: "c", email: "two@example.com", prioritization: ["unidentified"] }],
  });
  expect(status).toBe(201);
  expect(workspace.users.count).toBe(5);
  expect(of("a")?.user_aliases).toEqual([alias("of-a")]);
  expect(of("b")?.user_aliases).toEqual([alias("of-b")]);
  expect([of("c"), of("free")]).toEqual([undefined, undefined]);
});

it("refuses entries one by one, and too many at once", async () => {
  const { workspace, identify } = open([{ user_aliases: [alias("n")] }]);
  const { status, body } = await identify({
    aliases_to_identify: [{ user_alias: alias("n") }, { external_id: "a", user_alias: alias("n") }],
    emails_to_identify: [{ external_id: "b", email: "e@example.com" }],
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    aliases_processed: 1,
    errors: [
      { type: "'external_id' is required", input_array: "aliases_to_identify", index: 0 },
      { type: expect.stringContaining("'prioritization'"), input_array: "emails_to_identify", index: 0 },
    ],
  });
  const many = Array.from({ length: 26 }, (_, index) => `${index}`);
  const tooMany = await identify({
    aliases_to_identify: many.map((id) => ({ external_id: id, user_alias: alias(id) })),
    emails_to_identify: many.map((id) => ({ external_id: id, email: `${id}@example.com`, prioritization })),
  });
  expect(tooMany.status).toBe(400);
  expect((await identify({})).status).toBe(400);
  expect((await identify({ aliases_to_identify: "n" })).status).toBe(400);
  expect(workspace.users.count).toBe(1);
});

it("needs its permission", async () => {
  const { identify } = open([], { permissions: ["users.merge"] });
  expect((await identify({})).status).toBe(403);
});
