import { type Finished, run } from "./harness";
import type { JsonObject, Workspace } from "./sandbox";
import { sandboxForAllTests } from "./test-sandbox";

const sandbox = sandboxForAllTests();

interface World {
  workspace: Workspace;
  write(records: JsonObject[], stream?: string): Promise<Finished>;
}

/** A workspace and a destination with mappings that remembers what it sends. */
function world(streams: object[], config: JsonObject = {}, columns: JsonObject = {}): World {
  const workspace = sandbox.braze.createWorkspace({ logRequests: 1000 });
  const folder = sandbox.storages.folder();
  const write = async (records: JsonObject[], stream = "contacts"): Promise<Finished> => {
    const lines = records.map((data) => ({ type: "RECORD", record: { stream, data, emitted_at: 1 } }));
    const state = {
      type: "STATE",
      state: { type: "STREAM", stream: { stream_descriptor: { name: stream }, stream_state: {} } },
    };
    return run("destination-braze", "write", {
      config: {
        url: sandbox.braze.url,
        api_key: workspace.apiKey,
        object_storage_config: { storage_type: "Local", directory: folder },
        streams,
        ...config,
      },
      catalog: {
        streams: [
          {
            stream: {
              name: stream,
              json_schema: { type: "object", properties: columns },
              supported_sync_modes: ["full_refresh"],
            },
            sync_mode: "full_refresh",
            destination_sync_mode: "append",
            sync_id: 7,
          },
        ],
      },
      input: [...lines, state].map((message) => `${JSON.stringify(message)}\n`),
    });
  };
  return { workspace, write };
}

const identifiers = [{ field: "id", as: "external_id" }];
const attributesOf = ({ workspace }: World, id: string): JsonObject => ({
  ...workspace.users.byExternalId(id)?.custom_attributes,
});
/** Requests to a path so far. */
const requestsTo = ({ workspace }: World, path: string): number => workspace.stats.byPath[path]?.[200] ?? 0;

describe("a mapping", () => {
  it("identifies, renames, nests, adds static values and takes the remaining columns", async () => {
    const each = world([
      {
        stream: "contacts",
        object: "users",
        identifiers: [...identifiers, { field: "device", as: "user_alias", label: "device_id" }],
        fields: [
          { field: "mail", as: "email" },
          { field: "address.city", as: "home_city" },
        ],
        static: [{ as: "source_system", value: "crm" }],
        remaining: { include: true, prefix: "crm_" },
      },
    ]);
    const finished = await each.write([
      { id: 1, mail: "a@example.com", address: { city: "Köln" }, size: "L" },
      { id: null, device: "d-1", size: "M" },
      { size: "S" },
    ]);
    expect(finished.exitCode).toBe(0);
    expect(each.workspace.users.byExternalId("1")).toMatchObject({
      email: "a@example.com",
      home_city: "Köln",
    });
    expect(attributesOf(each, "1")).toEqual({ source_system: "crm", crm_size: "L" });
    const alias = { alias_name: "d-1", alias_label: "device_id" };
    expect(each.workspace.users.byAlias(alias)?.custom_attributes).toEqual({
      source_system: "crm",
      crm_size: "M",
    });
    expect(finished.states[0]?.destinationStats).toEqual({ recordCount: 2, rejectedRecordCount: 1 });
  });

  it("merges with what the profile has, in each of the ways", async () => {
    const merges = ["set", "sum", "add", "remove", "set_or_clear"] as const;
    const each = world([
      {
        stream: "contacts",
        identifiers,
        fields: merges.map((merge) => ({ field: merge, as: `a_${merge}`, merge })),
      },
      {
        stream: "contacts",
        identifiers,
        fields: [{ field: "merge_object", as: "a_merge_object", merge: "merge_object" }],
      },
    ]);
    each.workspace.users.seed([
      {
        external_id: "1",
        custom_attributes: {
          a_set: "old",
          a_sum: 5,
          a_add: ["x"],
          a_remove: ["x", "y"],
          a_set_or_clear: "old",
          a_merge_object: { kept: 1, changed: 1 },
        },
      },
    ]);
    const finished = await each.write([
      {
        id: "1",
        set: "new",
        sum: 2,
        add: ["z"],
        remove: ["x"],
        set_or_clear: null,
        merge_object: { changed: 2 },
      },
    ]);
    expect(finished.exitCode).toBe(0);
    expect(attributesOf(each, "1")).toEqual({
      a_set: "new",
      a_sum: 7,
      a_add: ["x", "z"],
      a_remove: ["y"],
      a_merge_object: { kept: 1, changed: 2 },
    });
  });

  it("feeds several objects from one stream, and rejects a record once, whatever it is rejected for", async () => {
    const each = world([
      { stream: "orders_*", object: "users", identifiers, fields: [{ field: "total", as: "last_total" }] },
      {
        stream: "orders_*",
        object: "events",
        identifiers,
        fields: [
          { field: "what", as: "name" },
          { field: "at", as: "time" },
          { field: "total", as: "properties.total" },
        ],
      },
    ]);
    const finished = await each.write(
      [
        { id: "1", total: 10, what: "ordered", at: "2026-01-02T03:04:05Z" },
        { id: "2", total: 20, what: "ordered", at: "yesterday" },
      ],
      "orders_2026",
    );
    expect(finished.exitCode).toBe(0);
    expect(attributesOf(each, "1")).toEqual({ last_total: 10 });
    expect(attributesOf(each, "2")).toEqual({ last_total: 20 });
    expect(each.workspace.events.length).toBe(1);
    expect(finished.states[0]?.destinationStats).toEqual({ recordCount: 1, rejectedRecordCount: 1 });
  });

  it("counts a record once, and gives no state back before all that it became is settled", async () => {
    const mappings = [
      { stream: "contacts", object: "users", identifiers, fields: [{ field: "a", as: "a" }] },
      {
        stream: "contacts",
        object: "events",
        identifiers,
        fields: [{ field: "at", as: "time" }],
        static: [{ as: "name", value: "seen" }],
      },
    ];
    const each = world(mappings);
    const record = { id: "1", a: 1, at: "2026-01-02T03:04:05Z" };
    await each.write([record]);
    // The profile is unchanged now, so that the first of the two updates is settled at once.
    each.workspace.faults.rejectObject((_object, array) => (array === "events" ? "no such app" : null));
    const second = await each.write([record]);
    expect(second.states.map(({ destinationStats }) => destinationStats)).toEqual([
      { recordCount: 0, rejectedRecordCount: 1 },
    ]);
  });

  it("is found in check already, as far as that goes without a stream", async () => {
    const workspace = sandbox.braze.createWorkspace();
    const finished = await run("destination-braze", "check", {
      config: {
        url: sandbox.braze.url,
        api_key: workspace.apiKey,
        streams: [{ stream: "contacts", identifiers, fields: [{ field: "a", as: "email", merge: "sum" }] }],
      },
    });
    expect(finished.check.status).toBe("FAILED");
    expect(finished.check.message).toContain('"streams.0.fields.0"');
  });

  it("is refused at the start, naming the entry, when it is not consistent", async () => {
    const each = world([
      {
        stream: "contacts",
        identifiers,
        fields: [
          { field: "a", as: "x" },
          { field: "b", as: "x" },
        ],
      },
    ]);
    const finished = await each.write([{ id: "1", a: 1, b: 2 }]);
    expect(finished.exitCode).toBe(1);
    expect(finished.errors[0]).toMatchObject({ failure_type: "config_error" });
    expect(finished.errors[0]?.message).toContain('"streams.0.fields.1"');
    expect(each.workspace.stats.total).toBe(0);
  });
});

describe("set_if_empty", () => {
  const mapping = {
    stream: "contacts",
    identifiers,
    fields: [
      { field: "dob", as: "dob", merge: "set_if_empty" },
      { field: "origin", as: "origin", merge: "set_if_empty" },
    ],
  };

  it("rejects only the record whose identifier Braze does not take", async () => {
    const each = world([mapping]);
    each.workspace.users.seed([{ external_id: "1", dob: "1980-01-01" }]);
    each.workspace.faults.add({
      kind: "status",
      status: 400,
      body: { message: "odd id" },
      path: "/users/export/ids",
      when: ({ body }) => JSON.stringify(body).includes("odd"),
      times: Infinity,
    });
    const records = ["1", "2", "odd", "3"].map((id) => ({ id, dob: "1999-09-09" }));
    const finished = await each.write(records);
    expect([finished.exitCode, finished.errors]).toEqual([0, []]);
    expect(finished.states.at(-1)?.destinationStats).toEqual({ recordCount: 3, rejectedRecordCount: 1 });
    expect(each.workspace.users.byExternalId("1")?.dob).toBe("1980-01-01");
    expect(each.workspace.users.byExternalId("3")?.dob).toBe("1999-09-09");
  });

  it("overwrites nothing where Braze's answer says nothing of users", async () => {
    const each = world([mapping]);
    each.workspace.users.seed([{ external_id: "1", dob: "1980-01-01" }]);
    each.workspace.faults.add({
      kind: "status",
      status: 201,
      body: { message: "success" },
      path: "/users/export/ids",
    });
    const finished = await each.write([{ id: "1", dob: "1999-09-09" }]);
    expect(finished.errors).toMatchObject([
      { failure_type: "system_error", message: expect.stringContaining("makes no sense") },
    ]);
    expect(each.workspace.users.byExternalId("1")?.dob).toBe("1980-01-01");
  });

  it("fills gaps only, asking Braze in batches, and only once", async () => {
    const each = world([mapping]);
    each.workspace.users.seed(
      Array.from({ length: 60 }, (_, index) => ({
        external_id: String(index),
        ...(index < 30 ? { dob: "1980-01-01" } : {}),
        ...(index % 2 === 0 ? { custom_attributes: { origin: "braze" } } : {}),
      })),
    );
    const records = Array.from({ length: 60 }, (_, index) => ({
      id: String(index),
      dob: "1999-09-09",
      origin: "crm",
    }));
    const first = await each.write(records);
    expect(first.exitCode).toBe(0);
    for (let index = 0; index < 60; index++) {
      expect(each.workspace.users.byExternalId(String(index))?.dob).toBe(
        index < 30 ? "1980-01-01" : "1999-09-09",
      );
      expect(attributesOf(each, String(index)).origin).toBe(index % 2 === 0 ? "braze" : "crm");
    }
    expect(requestsTo(each, "/users/export/ids")).toBe(2);

    const sent = each.workspace.accepted.attributes;
    const second = await each.write(records);
    expect(second.exitCode).toBe(0);
    expect(requestsTo(each, "/users/export/ids")).toBe(2);
    expect(each.workspace.accepted.attributes).toBe(sent);
  });

  it("lets the first of several values for one profile win", async () => {
    const each = world([mapping]);
    await each.write([
      { id: "1", origin: "first" },
      { id: "1", origin: "second" },
    ]);
    expect(attributesOf(each, "1")).toEqual({ origin: "first" });
  });

  it.each([
    ["of one object", {}],
    ["one request after the other", { limits: { objects_per_request: 1, concurrent_requests: 1 } }],
  ])("fills a gap with the next value when the record with the first was refused, %s", async (_, config) => {
    const each = world([{ ...mapping, remaining: { include: true } }], config);
    each.workspace.faults.rejectObject(({ poison }) => (poison ? "no such luck" : null));
    const finished = await each.write([
      { id: "1", origin: "first", poison: true },
      { id: "1", origin: "second", age: 2 },
      { id: "1", origin: "third", age: 3 },
    ]);
    expect(finished.states.at(-1)?.destinationStats).toEqual({ recordCount: 2, rejectedRecordCount: 1 });
    expect(attributesOf(each, "1")).toEqual({ origin: "second", age: 3 });
  });

  it("names the permission that it needs", async () => {
    const each = world([mapping]);
    const limited = sandbox.braze.createWorkspace({ permissions: ["users.track"] });
    const finished = await each.write([{ id: "1", origin: "x" }]);
    expect(finished.exitCode).toBe(0);
    const refused = await run("destination-braze", "write", {
      config: { url: sandbox.braze.url, api_key: limited.apiKey, streams: [mapping] },
      catalog: {
        streams: [
          {
            stream: { name: "contacts", json_schema: {}, supported_sync_modes: ["full_refresh"] },
            sync_mode: "full_refresh",
            destination_sync_mode: "append",
          },
        ],
      },
      input: [
        `${JSON.stringify({ type: "RECORD", record: { stream: "contacts", data: { id: "1", origin: "x" }, emitted_at: 1 } })}\n`,
      ],
    });
    expect(refused.exitCode).toBe(1);
    expect(refused.errors[0]?.message).toContain("users.export.ids");
  });
});
