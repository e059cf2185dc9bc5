import type { SeedUser } from "../../index";
import { brazeForAllTests, caller } from "../../testing";

const sandbox = brazeForAllTests();

const alias = { alias_name: "n", alias_label: "l" };

function open(users: SeedUser[]) {
  const workspace = sandbox.braze.createWorkspace();
  workspace.users.seed(users);
  const { post } = caller(sandbox.braze, workspace);
  const left = () => [...workspace.users.all()].map((user) => user.external_id ?? user.braze_id);
  return { workspace, remove: (body: unknown) => post("/users/delete", body), left };
}

it("deletes by each identifier, and counts who was there", async () => {
  const users = [
    { external_id: "a" },
    { external_id: "b", user_aliases: [alias] },
    { external_id: "c", braze_id: "bc" },
    { external_id: "d", email: "d@example.com" },
    { external_id: "e", phone: "+1222" },
  ];
  const { remove, left } = open(users);
  const prioritization = ["identified"];
  expect(await remove({ external_ids: ["a", "nobody"] })).toMatchObject({
    status: 201,
    body: { deleted: 1 },
  });
  expect(left()).toEqual(["b", "c", "d", "e"]);
  expect((await remove({ user_aliases: [alias] })).body.deleted).toBe(1);
  expect((await remove({ braze_ids: ["bc"] })).body.deleted).toBe(1);
  expect((await remove({ email_addresses: [{ email: "D@example.com", prioritization }] })).body.deleted).toBe(
    1,
  );
  expect((await remove({ phone_numbers: [{ phone: "+1222", prioritization }] })).body.deleted).toBe(1);
  expect(left()).toEqual([]);
});

describe("of several with one email", () => {
  const email = "x@example.com";
  const users = [
    { external_id: "old", email, updated_sequence: 1 },
    { external_id: "new", email, updated_sequence: 5 },
    { braze_id: "u1", email, updated_sequence: 2 },
    { braze_id: "u2", email, updated_sequence: 9 },
  ];

  it.each<[string[], string[]]>([
    [
      ["unidentified", "most_recently_updated"],
      ["old", "new", "u1"],
    ],
    [
      ["identified", "most_recently_updated"],
      ["old", "u1", "u2"],
    ],
    [["most_recently_updated"], ["old", "new", "u1"]],
    [["identified"], ["old", "new", "u1", "u2"]],
  ])("%j leaves %j", async (prioritization, expected) => {
    const { remove, left } = open(users);
    await remove({ email_addresses: [{ email, prioritization }] });
    expect(left()).toEqual(expected);
  });

  it("nobody is deleted when none fits", async () => {
    const { remove, left } = open([{ external_id: "a", email }]);
    const prioritization = ["unidentified", "most_recently_updated"];
    expect((await remove({ email_addresses: [{ email, prioritization }] })).body.deleted).toBe(0);
    expect(left()).toEqual(["a"]);
  });
});

it.each<[string, unknown]>([
  ["nothing", {}],
  ["two kinds", { external_ids: ["a"], braze_ids: ["b"] }],
  ["no list", { external_ids: "a" }],
  ["51 ids", { external_ids: Array.from({ length: 51 }, (_, index) => `${index}`) }],
  ["an id that is no text", { external_ids: ["a", 1] }],
  ["an email without prioritization", { email_addresses: [{ email: "a@example.com" }] }],
  ["an email as text", { email_addresses: ["a@example.com"] }],
  [
    "a prioritization that merges only know",
    { email_addresses: [{ email: "a@example.com", prioritization: ["least_recently_updated"] }] },
  ],
  [
    "identified and unidentified",
    { email_addresses: [{ email: "a@example.com", prioritization: ["identified", "unidentified"] }] },
  ],
])("refuses %s", async (_, body) => {
  const { remove, left } = open([{ external_id: "a", email: "a@example.com" }]);
  expect((await remove(body)).status).toBe(400);
  expect(left()).toEqual(["a"]);
});
