import type { BrazeRequest } from "@braze-connectors/shared/braze/client";
import { campaignLists, canvasLists, catalogFields, listCatalogs, listTriggered } from "./workspace";

type Query = Readonly<Record<string, unknown>>;
type Answer = { status?: number; body?: unknown };

function setUp(answer: (path: string, query: Query) => Answer) {
  const asked: string[] = [];
  const get = async (
    path: string,
    { query = {}, accept = [] }: Omit<BrazeRequest, "method" | "path"> = {},
  ) => {
    asked.push(path);
    const { status = 200, body } = answer(path, query as Query);
    if (status >= 300 && !accept.includes(status)) throw new Error(`status ${status}`);
    return { status, headers: {}, body };
  };
  return { braze: { get }, asked };
}

describe("listCatalogs", () => {
  it("lists names and fields, and passes over what is none", async () => {
    const catalogs = [
      { name: "cars", fields: [{ name: "id", type: "string" }, { name: 1 }, null] },
      { name: null },
      "x",
      { name: "bare" },
    ];
    const { braze } = setUp(() => ({ body: { catalogs } }));
    expect(await listCatalogs(braze)).toEqual([
      { name: "cars", fields: [{ name: "id", type: "string" }] },
      { name: "bare", fields: [] },
    ]);
  });

  it.each([undefined, "text", [], { catalogs: "none" }, null])("finds none in %j", async (body) => {
    expect(await listCatalogs(setUp(() => ({ body })).braze)).toEqual([]);
  });

  it("says that it may not, and that Braze fails", async () => {
    expect(await listCatalogs(setUp(() => ({ status: 403 })).braze)).toBeUndefined();
    await expect(listCatalogs(setUp(() => ({ status: 500 })).braze)).rejects.toThrow("500");
  });
});

test("fields of a catalog have a schema as their type, and any value where it is not known", () => {
  const types = ["string", "number", "boolean", "time", "object", "array", "vector", "constructor"];
  const fields = [{ name: "id", type: "string" }, ...types.map((type) => ({ name: `a_${type}`, type }))];
  const schemas = catalogFields({ name: "cars", fields });
  expect(schemas).toMatchObject({
    a_string: { type: ["null", "string"], maxLength: 5000 },
    a_number: { type: ["null", "number"] },
    a_time: { format: "date-time" },
    a_vector: {},
  });
  expect(schemas).not.toHaveProperty("id");
  expect(schemas.a_constructor).toEqual({});
});

describe("listTriggered", () => {
  const campaigns = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => ({
      id: `c${from + index}`,
      name: `Campaign ${from + index}`,
    }));

  it("reads all pages, and asks of each how it is started; in their order", async () => {
    const { braze, asked } = setUp((path, { page, campaign_id: id }) =>
      path === "/campaigns/list"
        ? { body: { campaigns: page === 0 ? campaigns(100) : campaigns(20, 100) } }
        : {
            body: {
              schedule_type: Number(String(id).slice(1)) % 40 === 0 ? "api_triggered" : "time_based",
            },
          },
    );
    expect(await listTriggered(braze, campaignLists)).toEqual([
      { id: "c0", name: "Campaign 0" },
      { id: "c40", name: "Campaign 40" },
      { id: "c80", name: "Campaign 80" },
    ]);
    expect(asked.filter((path) => path === "/campaigns/list")).toHaveLength(2);
    expect(asked.filter((path) => path === "/campaigns/details")).toHaveLength(120);
  });

  it("passes over what is gone since, and what has no name has its id", async () => {
    const { braze } = setUp((path, { canvas_id: id }) => {
      if (path === "/canvas/list")
        return { body: { canvases: [{ id: "a" }, { id: "b" }, { name: "no id" }] } };
      return id === "a" ? { body: { schedule_type: "api_triggered" } } : { status: 404 };
    });
    expect(await listTriggered(braze, canvasLists)).toEqual([{ id: "a", name: "a" }]);
  });

  it("names the permission that is missing", async () => {
    const nothing = setUp(() => ({ status: 403 }));
    expect(await listTriggered(nothing.braze, campaignLists)).toEqual({ missing: "campaigns.list" });
    const listOnly = setUp((path) =>
      path === "/campaigns/list" ? { body: { campaigns: campaigns(30) } } : { status: 401 },
    );
    expect(await listTriggered(listOnly.braze, campaignLists)).toEqual({ missing: "campaigns.details" });
    expect(listOnly.asked.length).toBeLessThan(20);
  });

  it("fails when Braze does", async () => {
    const { braze } = setUp((path) =>
      path === "/campaigns/list" ? { body: { campaigns: campaigns(3) } } : { status: 500 },
    );
    await expect(listTriggered(braze, campaignLists)).rejects.toThrow("500");
  });
});
