import type { JsonObject } from "@braze-connectors/shared/json";
import type { ObjectOptions } from "../object";
import { users } from "./users";

const options: ObjectOptions = {
  createUsers: true,
  nullValues: "ignore",
  segmentExport: false,
  messagesInDoubt: "reject",
};
const bodyOf = (record: JsonObject, changed: Partial<ObjectOptions> = {}): JsonObject | undefined => {
  const prepared = users.prepare(record, { ...options, ...changed });
  return prepared.reasons ? undefined : prepared.body;
};
const messagesOf = (record: JsonObject): string[] =>
  users.prepare(record, options).reasons?.map(({ message }) => message) ?? [];

describe("users", () => {
  it("sends columns as attributes, and of the identifiers only the one chosen and the attributes among them", () => {
    expect(
      bodyOf({
        external_id: "1",
        braze_id: "b",
        user_alias: { alias_name: "n" },
        email: "e@x",
        phone: "+1",
        a: 1,
      }),
    ).toEqual({ external_id: "1", email: "e@x", phone: "+1", a: 1 });
  });

  it("ignores nulls or clears with them, but never options", () => {
    const record = {
      external_id: "1",
      a: null,
      email: null,
      _merge_objects: null,
      _update_existing_only: null,
    };
    expect(bodyOf(record)).toEqual({ external_id: "1" });
    expect(bodyOf(record, { nullValues: "clear" })).toEqual({ external_id: "1", a: null, email: null });
  });

  it("leaves out what a host adds to every record, which would differ at each sync", () => {
    const added = { _airbyte_raw_id: "r", _airbyte_extracted_at: "2026-05-04", _airbyte_meta: {} };
    const record = { external_id: "1", a: 1, ...added };
    expect(bodyOf(record)).toEqual({ external_id: "1", a: 1 });
    expect(bodyOf(record, { segmentExport: true })).toEqual({ external_id: "1", a: 1 });
    expect(users.ignoredColumns(Object.keys(record), options)).toEqual(Object.keys(added));
  });

  it("takes nulls out of nested values, also when null clears", () => {
    expect(bodyOf({ external_id: "1", a: { b: null, c: 1 }, d: [null, 1] }, { nullValues: "clear" })).toEqual(
      {
        external_id: "1",
        a: { c: 1 },
        d: [1],
      },
    );
  });

  it("leaves an operation without an operand out: it must not become an empty object", () => {
    expect(bodyOf({ external_id: "1", a: { inc: null }, b: { add: null, remove: null } })).toEqual({
      external_id: "1",
    });
    expect(bodyOf({ external_id: "1", a: { city: null } })).toEqual({ external_id: "1", a: {} });
  });

  it("creates users as the options say; alias-only ones need an explicit false", () => {
    const alias = { user_alias: { alias_name: "n", alias_label: "l" } };
    expect(bodyOf(alias)).toEqual({ ...alias, _update_existing_only: false });
    expect(bodyOf({ ...alias, _update_existing_only: true })).toEqual({
      ...alias,
      _update_existing_only: true,
    });
    expect(bodyOf(alias, { createUsers: false })).toEqual({ ...alias, _update_existing_only: true });
    expect(bodyOf({ external_id: "1", _update_existing_only: false }, { createUsers: false })).toEqual({
      external_id: "1",
      _update_existing_only: true,
    });
  });

  it("refuses what Braze would drop, naming each attribute", () => {
    expect(
      messagesOf({ external_id: "1", a: { "b.c": 1 }, n: 2 ** 60, ["x".repeat(256)]: 1, "": 1 }),
    ).toEqual([
      expect.stringMatching(/^a holds the name/),
      expect.stringMatching(/^n is too large a number/),
      expect.stringMatching(/^x{256} is not a name for an attribute/),
      expect.stringMatching(/is not a name for an attribute/),
    ]);
  });

  it("leaves profile fields that hold objects to the schema", () => {
    const structured = {
      current_location: { longitude: 1, latitude: 2 },
      facebook: { id: "1", "likes.all": [] },
      push_tokens: [{ app_id: "a", token: "t" }],
    };
    expect(bodyOf({ external_id: "1", ...structured })).toEqual({ external_id: "1", ...structured });
  });

  it("notes what Braze cuts, and whom it may not know", () => {
    expect(
      users.prepare({ braze_id: "b", bio: "x".repeat(256), fits: "x".repeat(255) }, options),
    ).toMatchObject({
      notes: [
        "have a bio of which Braze keeps the first 255 characters",
        expect.stringContaining("name their user by braze_id"),
      ],
    });
    expect(users.prepare({ external_id: "1" }, options)).not.toHaveProperty("notes");
  });

  it("keeps hostile names as names", () => {
    const record = JSON.parse(
      '{"external_id":"1","__proto__":{"x":1},"constructor":"c","hasOwnProperty":true}',
    );
    expect(JSON.stringify(bodyOf(record))).toBe(
      '{"__proto__":{"x":1},"constructor":"c","hasOwnProperty":true,"external_id":"1"}',
    );
  });
});

describe("users from a segment export", () => {
  const exported: JsonObject = {
    external_id: "1",
    braze_id: "b",
    user_aliases: [{ alias_name: "n", alias_label: "l" }],
    email: "e@x",
    custom_attributes: { points: 1, song: { title: "t" }, gone: null },
    segment_id: "s",
    segment_name: "S",
    exported_at: "2026-01-01",
    devices: [{ os: "x" }],
    last_coordinates: [1, 2],
    custom_events: [],
  };

  it("spreads custom_attributes and leaves out what can't be written", () => {
    expect(bodyOf(exported, { segmentExport: true })).toEqual({
      external_id: "1",
      email: "e@x",
      points: 1,
      song: { title: "t" },
    });
  });

  it("does not let a custom attribute become an identifier or an option", () => {
    const hostile = {
      email: "e@x",
      custom_attributes: { external_id: "victim", braze_id: "b", _update_existing_only: false, ok: 1 },
    };
    expect(bodyOf(hostile, { segmentExport: true, createUsers: false })).toEqual({
      email: "e@x",
      ok: 1,
      _update_existing_only: true,
    });
  });

  it("lets no custom attribute change how the whole object is applied", () => {
    const custom_attributes = {
      _merge_objects: true,
      _update_existing_only: true,
      push_token_import: true,
      ok: 1,
    };
    expect(bodyOf({ external_id: "1", custom_attributes }, { segmentExport: true })).toEqual({
      external_id: "1",
      ok: 1,
    });
  });

  it("makes nothing of missing custom attributes, also when null clears", () => {
    const without = { external_id: "1", custom_attributes: null };
    expect(bodyOf(without, { segmentExport: true, nullValues: "clear" })).toEqual({ external_id: "1" });
  });
});
