import type { WorkspaceOptions } from "../../index";
import { brazeForAllTests, caller } from "../../testing";

const sandbox = brazeForAllTests();

const alias = (name: string, label = "l") => ({ alias_name: name, alias_label: label });

function open(options: WorkspaceOptions = {}) {
  const workspace = sandbox.braze.createWorkspace(options);
  workspace.users.seed([{ external_id: "a" }, { external_id: "b", user_aliases: [alias("taken")] }]);
  const { post } = caller(sandbox.braze, workspace);
  return {
    workspace,
    add: (...aliases: unknown[]) => post("/users/alias/new", { user_aliases: aliases }),
    update: (...updates: unknown[]) => post("/users/alias/update", { alias_updates: updates }),
    aliasesOf: (id: string) => workspace.users.byExternalId(id)?.user_aliases,
  };
}

describe("new aliases", () => {
  it("go to users, or make users", async () => {
    const { workspace, add, aliasesOf } = open();
    expect(await add({ ...alias("n"), external_id: "a" }, alias("only"))).toMatchObject({
      status: 201,
      body: { aliases_processed: 2, message: "success" },
    });
    expect(aliasesOf("a")).toEqual([alias("n")]);
    expect(workspace.users.byAlias(alias("only"))?.external_id).toBeUndefined();
    expect(workspace.users.count).toBe(3);
  });

  it("change nothing when they are taken, when nobody has the id, or when the label is in use", async () => {
    const { workspace, add, aliasesOf } = open();
    const { status, body } = await add(
      { ...alias("taken"), external_id: "a" },
      alias("taken"),
      { ...alias("new"), external_id: "nobody" },
      { ...alias("second"), external_id: "b" },
    );
    expect([status, body]).toEqual([201, { aliases_processed: 4, message: "success" }]);
    expect(workspace.users.count).toBe(2);
    expect(aliasesOf("a")).toEqual([]);
    expect(aliasesOf("b")).toEqual([alias("taken")]);
  });

  it("may be sent again: the same request has no second effect", async () => {
    const { workspace, add } = open();
    await add(alias("only"), { ...alias("n"), external_id: "a" });
    await add(alias("only"), { ...alias("n"), external_id: "a" });
    expect(workspace.users.count).toBe(3);
    expect(workspace.users.byExternalId("a")?.user_aliases).toEqual([alias("n")]);
  });

  it("are refused one by one", async () => {
    const { workspace, add } = open();
    const { status, body } = await add(alias("fine"), { alias_name: "n" }, { ...alias("n"), external_id: 7 });
    expect(status).toBe(201);
    expect(body).toEqual({
      aliases_processed: 1,
      message: "success",
      errors: [
        { type: "'alias_label' is required", input_array: "user_aliases", index: 1 },
        { type: "'external_id' must be a string", input_array: "user_aliases", index: 2 },
      ],
    });
    expect(workspace.rejections).toHaveLength(2);
    const nothing = await add({ alias_name: "n" });
    expect(nothing).toMatchObject({ status: 400, body: { errors: [{ index: 0 }] } });
  });

  it("can be refused on demand", async () => {
    const { workspace, add } = open();
    workspace.faults.rejectObject((object, array) =>
      array === "user_aliases" && object.alias_name === "cursed" ? "no luck" : null,
    );
    const { body } = await add(alias("fine"), alias("cursed"));
    expect(body.errors).toEqual([{ type: "no luck", input_array: "user_aliases", index: 1 }]);
    expect(workspace.users.byAlias(alias("cursed"))).toBeUndefined();
  });

  it("are at most 50", async () => {
    const { workspace, add } = open();
    const many = Array.from({ length: 51 }, (_, index) => alias(`${index}`));
    expect((await add(...many)).status).toBe(400);
    expect(workspace.users.count).toBe(2);
    expect((await add(...many.slice(1))).status).toBe(201);
    expect((await add()).status).toBe(400);
    expect((await add("text")).status).toBe(400);
  });
});

describe("alias updates", () => {
  const rename = (from: string, to: string) => ({
    alias_label: "l",
    old_alias_name: from,
    new_alias_name: to,
  });

  it("rename what exists", async () => {
    const { workspace, update, aliasesOf } = open();
    expect(await update(rename("taken", "new"), rename("missing", "other"))).toMatchObject({
      status: 201,
      body: { aliases_processed: 2 },
    });
    expect(aliasesOf("b")).toEqual([alias("new")]);
    expect(workspace.users.byAlias(alias("taken"))).toBeUndefined();
    expect(workspace.users.byAlias(alias("new"))?.external_id).toBe("b");
  });

  it("are applied in no promised order", async () => {
    const { update, aliasesOf } = open();
    await update(rename("taken", "second"), rename("second", "third"));
    expect(aliasesOf("b")).toEqual([alias("second")]);
  });

  it("need all three names", async () => {
    const { update } = open();
    expect(await update({ alias_label: "l", old_alias_name: "taken" })).toMatchObject({
      status: 400,
      body: { errors: [{ type: "'new_alias_name' is required", input_array: "alias_updates", index: 0 }] },
    });
  });
});

it("have permissions of their own, share a rate limit with deletions, and are watched for overlaps", async () => {
  const locked = open({ permissions: ["users.alias.new"] });
  expect((await locked.add(alias("n"))).status).toBe(201);
  expect((await locked.update()).status).toBe(403);

  const slow = open({ limits: { perMinute: { user_identity: 2 } } });
  const { post } = caller(sandbox.braze, slow.workspace);
  await slow.add(alias("n"));
  await post("/users/delete", { external_ids: ["a"] });
  expect((await slow.add(alias("m"))).status).toBe(429);

  const lazy = open({ latencyMs: 30 });
  const { track } = caller(sandbox.braze, lazy.workspace);
  await Promise.all([
    lazy.add({ ...alias("n"), external_id: "a" }),
    track({ attributes: [{ external_id: "a", x: 1 }] }),
  ]);
  expect(lazy.workspace.overlaps.map(({ identity }) => identity)).toEqual(["external_id:a"]);
});
