import type { BrazeResponse } from "@braze-connectors/shared/braze/client";
import type { Json, JsonObject } from "@braze-connectors/shared/json";
import { askBraze } from "./ask-braze";

type Answer = { status: number; body: Json };

/** A Braze that answers look-ups as the test says. */
function setUp(answer: (ids: string[], body: JsonObject) => Answer) {
  const asked: string[][] = [];
  const ask = askBraze({
    endpoint: "https://rest.example.com",
    post: async (_path, { body, accept } = {}): Promise<BrazeResponse> => {
      const given = body as JsonObject;
      const ids = (given.external_ids ?? []) as string[];
      asked.push(ids);
      const { status, body: answered } = answer(ids, given);
      if (status >= 400 && !accept?.includes(status)) throw new Error(`status ${status}`);
      return { status, headers: {}, body: answered };
    },
  });
  return {
    asked,
    ask: (...ids: string[]) =>
      ask(
        ids.map((id) => `external_id:${id}`),
        ["fav"],
      ),
  };
}

const has = (id: string): JsonObject => ({ external_id: id, custom_attributes: { fav: 1 } });
const found = (...users: JsonObject[]): Answer => ({ status: 201, body: { message: "success", users } });
const hundred = Array.from({ length: 100 }, (_, index) => `u${index}`);

describe("askBraze", () => {
  it("tells who has a value, who has none, and leaves out whom Braze does not know", async () => {
    const { ask, asked } = setUp(() => found(has("a"), { external_id: "b" }));
    expect(await ask("a", "b", "c")).toEqual(
      new Map([
        ["external_id:a", new Set(["fav"])],
        ["external_id:b", new Set()],
      ]),
    );
    expect(asked).toEqual([["a", "b", "c"]]);
  });

  it.each([400, 422])("finds the identifier that Braze does not take, by halves: %i", async (status) => {
    const { ask, asked } = setUp((ids) =>
      ids.includes("u5") ? { status, body: { message: "odd" } } : found(...ids.map(has)),
    );
    const answers = await ask(...hundred);
    expect(answers.get("external_id:u5")).toEqual({ refused: "odd" });
    expect([...answers.values()].filter((each) => "has" in each && each.has("fav"))).toHaveLength(99);
    expect(asked.length).toBeLessThan(16);
  });

  it("does not blame each of many identifiers for what stops all", async () => {
    const { ask, asked } = setUp(() => ({ status: 400, body: { message: "no such field" } }));
    await expect(ask(...hundred)).rejects.toMatchObject({
      failureType: "system_error",
      message: "Braze refused POST /users/export/ids as malformed (400: no such field).",
    });
    expect(asked.length).toBeLessThan(60);
    const few = setUp(() => ({ status: 400, body: { message: "odd" } }));
    expect((await few.ask("a", "b")).size).toBe(2);
  });

  it.each<Json>([
    { message: "success" },
    { users: null },
    { users: { a: 1 } },
    { users: ["a"] },
    "truncated",
    null,
  ])("takes nobody for empty where the answer says nothing of users: %j", async (body) => {
    const { ask } = setUp(() => ({ status: 201, body }));
    await expect(ask("a")).rejects.toMatchObject({
      failureType: "system_error",
      message: "Braze's answer to /users/export/ids makes no sense: it holds no list of users.",
    });
  });

  it("asks one by one where Braze answers with somebody under another identifier", async () => {
    const { ask } = setUp((ids) => found(...ids.map((id) => has(id === "old" ? "new" : id))));
    expect(await ask("a", "old", "b")).toEqual(
      new Map(["a", "old", "b"].map((id) => [`external_id:${id}`, new Set(["fav"])])),
    );
  });

  it("lets what stops all records through", async () => {
    await expect(setUp(() => ({ status: 403, body: {} })).ask("a")).rejects.toThrow("status 403");
  });
});
