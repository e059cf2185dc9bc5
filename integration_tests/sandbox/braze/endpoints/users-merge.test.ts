import type { SeedUser } from "../../index";
import { brazeForAllTests, caller } from "../../testing";

const sandbox = brazeForAllTests();

const alias = { alias_name: "n", alias_label: "l" };

function open(users: SeedUser[]) {
  const workspace = sandbox.braze.createWorkspace();
  workspace.users.seed(users);
  const { post } = caller(sandbox.braze, workspace);
  const merge = (...updates: [from: object, into: object][]) =>
    post("/users/merge", {
      merge_updates: updates.map(([from, into]) => ({ identifier_to_merge: from, identifier_to_keep: into })),
    });
  return { workspace, post, merge, of: (id: string) => workspace.users.byExternalId(id) };
}

it("keeps what the target has, takes what it lacks, and adds up activity", async () => {
  const activity = (first: string, last: string, count: number) => ({ name: "e", first, last, count });
  const { workspace, merge, of } = open([
    {
      external_id: "old",
      email: "old@example.com",
      phone: "+1222",
      home_city: "Bonn",
      total_revenue: 10,
      custom_attributes: { plan: "free", points: 5 },
      custom_events: [activity("2026-01-01", "2026-01-02", 2)],
      date_of_first_session: "2025-01-01T00:00:00.000Z",
      date_of_last_session: "2025-06-01T00:00:00.000Z",
    },
    {
      external_id: "new",
      email: "new@example.com",
      total_revenue: 5,
      custom_attributes: { plan: "paid" },
      custom_events: [activity("2026-02-01", "2026-02-02", 3)],
      date_of_first_session: "2026-01-01T00:00:00.000Z",
      date_of_last_session: "2026-06-01T00:00:00.000Z",
    },
  ]);
  expect(await merge([{ external_id: "old" }, { external_id: "new" }])).toMatchObject({
    status: 202,
    body: { message: "success" },
  });
  expect(of("old")).toBeUndefined();
  expect(of("new")).toMatchObject({
    email: "new@example.com",
    phone: "+1222",
    home_city: "Bonn",
    total_revenue: 15,
    custom_attributes: { plan: "paid", points: 5 },
    custom_events: [activity("2026-01-01", "2026-02-02", 5)],
    date_of_first_session: "2025-01-01T00:00:00.000Z",
    date_of_last_session: "2026-06-01T00:00:00.000Z",
  });
  expect(workspace.users.byPhone("+1222")?.external_id).toBe("new");
  expect(workspace.users.byEmail("old@example.com")).toBeUndefined();
});

it("takes aliases, emails and phones, and does nothing for who does not exist", async () => {
  const { workspace, merge, of } = open([
    { user_aliases: [alias], home_city: "Bonn" },
    { phone: "+1222", first_name: "Ann" },
    { external_id: "a", email: "a@example.com" },
  ]);
  const prioritization = ["identified"];
  const keep = { email: "a@example.com", prioritization };
  const updates: [object, object][] = [
    [{ user_alias: alias }, keep],
    [{ phone: "+1222", prioritization: ["least_recently_updated"] }, keep],
    [{ external_id: "nobody" }, { external_id: "a" }],
    [{ external_id: "a" }, { external_id: "nobody" }],
    [{ external_id: "a" }, { external_id: "a" }],
  ];
  expect((await merge(...updates)).status).toBe(202);
  expect((await merge(...updates)).status).toBe(202);
  expect(workspace.users.count).toBe(1);
  expect(of("a")).toMatchObject({ home_city: "Bonn", first_name: "Ann", phone: "+1222" });
});

it("does not promise an order within a request", async () => {
  const { workspace, merge, of } = open([
    { external_id: "1", home_city: "Bonn" },
    { external_id: "2" },
    { external_id: "3" },
  ]);
  await merge([{ external_id: "1" }, { external_id: "2" }], [{ external_id: "2" }, { external_id: "3" }]);
  expect(workspace.users.count).toBe(2);
  expect(of("1")?.home_city).toBe("Bonn");
});

it.each<[string, unknown, string]>([
  ["no list", { merge_updates: {} }, "'merge_updates' must be an array of objects"],
  [
    "51 merges",
    {
      merge_updates: Array.from({ length: 51 }, () => ({
        identifier_to_merge: { external_id: "a" },
        identifier_to_keep: { external_id: "b" },
      })),
    },
    "a single request may not contain more than 50 merge updates",
  ],
  [
    "a further key",
    {
      merge_updates: [
        { identifier_to_merge: { external_id: "a" }, identifier_to_keep: { external_id: "b" }, reason: "x" },
      ],
    },
    "'merge_updates' must only have 'identifier_to_merge' and 'identifier_to_keep'",
  ],
  ...[{ braze_id: "a" }, { external_id: 1 }, {}, "a"].map((identifier): [string, unknown, string] => [
    `the identifier ${JSON.stringify(identifier)}`,
    { merge_updates: [{ identifier_to_merge: identifier, identifier_to_keep: { external_id: "b" } }] },
    "identifiers must be objects with an 'external_id' property that is a string, 'user_alias' property that is an object, 'email' property that is a string, or 'phone' property that is a string",
  ]),
  [
    "an email without prioritization",
    {
      merge_updates: [
        { identifier_to_merge: { email: "a@example.com" }, identifier_to_keep: { external_id: "b" } },
      ],
    },
    "'prioritization' is required with 'email' and 'phone' and must be an array of allowed values",
  ],
])("refuses the whole request for %s", async (_, body, message) => {
  const { workspace, post } = open([{ external_id: "a" }, { external_id: "b" }]);
  expect(await post("/users/merge", body)).toMatchObject({ status: 400, body: { message } });
  expect(workspace.users.count).toBe(2);
});
