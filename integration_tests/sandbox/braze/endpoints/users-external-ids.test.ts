import type { WorkspaceOptions } from "../../index";
import { brazeForAllTests, caller } from "../../testing";

const sandbox = brazeForAllTests();

function open(options: WorkspaceOptions = {}) {
  const workspace = sandbox.braze.createWorkspace(options);
  workspace.users.seed([{ external_id: "a" }, { external_id: "b" }]);
  const { post } = caller(sandbox.braze, workspace);
  const rename = (...renames: [string, string][]) =>
    post("/users/external_ids/rename", {
      external_id_renames: renames.map(([from, to]) => ({ current_external_id: from, new_external_id: to })),
    });
  return { workspace, post, rename, of: (id: string) => workspace.users.byExternalId(id) };
}

it("renames, and still finds the user by the old id", async () => {
  const { workspace, post, rename, of } = open();
  expect(await rename(["a", "a2"])).toMatchObject({
    status: 201,
    body: { message: "success", external_ids: ["a2"] },
  });
  expect(of("a2")).toMatchObject({ external_id: "a2", deprecated_external_ids: ["a"] });
  expect(of("a")).toBe(of("a2"));
  await post("/users/delete", { external_ids: ["a"] });
  expect([of("a"), of("a2"), workspace.users.count]).toEqual([undefined, undefined, 1]);
});

it("answers with the index of what could not be renamed", async () => {
  const { rename, of } = open();
  await rename(["a", "a2"]);
  const { status, body } = await rename(["nobody", "x"], ["b", "b2"], ["a", "a3"], ["b2", "a"], ["b2", "b2"]);
  expect(status).toBe(201);
  expect(body).toEqual({
    message: "success",
    external_ids: ["b2"],
    rename_errors: [
      [0, "no user has this 'current_external_id'"],
      [2, "'current_external_id' is deprecated"],
      [3, "'new_external_id' is already in use"],
      [4, "'current_external_id' and 'new_external_id' cannot be the same"],
    ],
  });
  expect(of("b")?.external_id).toBe("b2");
});

it("refuses the second time: a rename is not safe to send again", async () => {
  const { rename } = open();
  await rename(["a", "a2"]);
  expect((await rename(["a", "a2"])).body).toMatchObject({
    external_ids: [],
    rename_errors: [[0, expect.anything()]],
  });
});

it("refuses requests that hold nothing, or too much, and has limits of its own", async () => {
  const { post, rename } = open({ limits: { perMinute: { external_ids: 3 } } });
  expect((await post("/users/external_ids/rename", {})).status).toBe(400);
  expect((await rename()).status).toBe(400);
  const many = Array.from({ length: 51 }, (_, index): [string, string] => [`${index}`, `n${index}`]);
  expect((await rename(...many)).status).toBe(400);
  expect((await rename(["a", "a2"])).status).toBe(429);
  const locked = open({ permissions: [] });
  expect((await locked.rename(["a", "a2"])).status).toBe(403);
});
