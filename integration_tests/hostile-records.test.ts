/** Records that nobody means well with, or that a broken source writes: none crashes a sync, or changes on the way. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { isObject } from "@braze-connectors/shared/json";
import { DestinationWorlds, type World } from "./destination-world";
import type { Finished } from "./harness";
import type { JsonObject } from "./sandbox";
import { catalogOf, state, statesOf, trackRequests } from "./write-world";

const worlds = DestinationWorlds.forAllTests();
let to: World;
beforeEach(() => {
  to = worlds.world();
});

/** A RECORD whose data is JSON text: much of this can't be written as a value. */
const raw = (stream: string, data: string): string =>
  `{"type":"RECORD","record":{"stream":${JSON.stringify(stream)},"data":${data},"emitted_at":1}}\n`;

const good = (id: string): string => raw("users", `{"external_id":"${id}","fine":true}`);

/** Writes the records between good ones, which have to arrive whatever the others are like. */
async function write(records: readonly (string | Buffer)[], config: object = {}): Promise<Finished> {
  const lines = [good("first"), ...records, good("last"), state("users", 1)];
  const finished = await worlds.write({ config: { ...to.config, ...config } }, lines);
  expect(finished.errors).toEqual([]);
  expect(finished.exitCode).toBe(0);
  for (const id of ["first", "last"]) {
    expect(to.workspace.users.byExternalId(id)?.custom_attributes).toMatchObject({ fine: true });
  }
  return finished;
}

interface Rejected {
  record: JsonObject;
  reasons: { code: string; message: string }[];
}

/** Lines of rejected records, as they were written. */
async function rejectedLines(stream: string): Promise<string[]> {
  const path = join(to.folder, "42", "rejected", stream);
  const names = await readdir(path).catch(() => []);
  const parts = await Promise.all(names.sort().map((name) => readFile(join(path, name))));
  return parts.flatMap((part) =>
    gunzipSync(part)
      .toString()
      .split("\n")
      .filter((line) => line !== ""),
  );
}

const rejected = async (stream: string): Promise<Rejected[]> =>
  (await rejectedLines(stream)).map((line) => JSON.parse(line));

const reasonsOf = (records: readonly Rejected[]): string[] =>
  records.map(({ reasons }) => reasons.map(({ code, message }) => `${code}: ${message}`).join(" "));

/** What Braze received under an external id, from all requests. */
function received(id: string): JsonObject[] {
  return trackRequests(to.workspace).flatMap(({ body }) => {
    const { attributes = [], events = [], purchases = [] } = body as Record<string, JsonObject[]>;
    return [...attributes, ...events, ...purchases].filter((each) => each.external_id === id);
  });
}

const time = "2026-01-02T03:04:05Z";

describe("names that mean something to JavaScript", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype"];

  test("are attributes like any other, and are compared like any other", async () => {
    const values = names.map((name) => `"${name}":"value of ${name}"`).join(",");
    const record = raw("users", `{"external_id":"u",${values},"nested":{${values}}}`);
    await write([record]);
    const [object = {}] = received("u");
    for (const name of names) {
      expect(Object.hasOwn(object, name) && object[name]).toBe(`value of ${name}`);
      const { nested } = object;
      expect(isObject(nested) && Object.hasOwn(nested, name) && nested[name]).toBe(`value of ${name}`);
    }
    await write([record]);
    expect(received("u")).toHaveLength(1);
    await write([record.replace('"value of __proto__"', '"another"')]);
    const changed = received("u").at(-1) ?? {};
    expect(Object.keys(changed).sort()).toEqual(["__proto__", "external_id"]);
  });

  test("through a mapping, in events, and as identifiers", async () => {
    const stream = {
      stream: "users",
      identifiers: [{ field: "constructor", as: "external_id" }],
      remaining: { include: true, prefix: "p_" },
    };
    await write([
      raw(
        "events",
        `{"external_id":"e","name":"constructor","time":"${time}","properties":{"__proto__":"x","toString":1}}`,
      ),
    ]);
    const [event = {}] = received("e");
    const { properties } = event;
    expect(isObject(properties) && Object.entries(properties)).toEqual([
      ["__proto__", "x"],
      ["toString", 1],
    ]);
    for (const id of ["__proto__", "constructor"]) {
      await write([raw("users", `{"external_id":"${id}","a":1}`)]);
      expect(received(id)).toEqual([{ external_id: id, a: 1 }]);
    }
    to = worlds.world({}, { streams: [stream] });
    const finished = await worlds.write(
      to,
      [
        raw("users", '{"constructor":"m","__proto__":"x","toString":"y"}'),
        raw("users", '{"other":"nobody"}'),
      ],
      catalogOf("users"),
    );
    expect(finished.errors).toEqual([]);
    expect(received("m")).toEqual([{ external_id: "m", p___proto__: "x", p_toString: "y" }]);
    expect(reasonsOf(await rejected("users"))).toEqual([expect.stringMatching(/^missing_identifier/)]);
  });
});

describe("numbers", () => {
  const huge = [
    "9007199254740993",
    "-9007199254740993",
    "18446744073709551617",
    "123456789012345678901234567890",
    "1e400",
    "-1e400",
  ];
  const places: [string, (number: string) => string][] = [
    ["an attribute", (number) => raw("users", `{"external_id":"u","n":${number}}`)],
    ["an array", (number) => raw("users", `{"external_id":"u","n":[1,${number}]}`)],
    ["a nested attribute", (number) => raw("users", `{"external_id":"u","n":{"m":[{"o":${number}}]}}`)],
    ["an identifier", (number) => raw("users", `{"external_id":${number}}`)],
    [
      "a property of an event",
      (number) =>
        raw("events", `{"external_id":"u","name":"n","time":"${time}","properties":{"n":${number}}}`),
    ],
    [
      "a price",
      (number) =>
        raw(
          "purchases",
          `{"external_id":"u","product_id":"p","currency":"EUR","time":"${time}","price":${number}}`,
        ),
    ],
  ];
  test.each(places)("that can't be read exactly are rejected, never changed: in %s", async (_, record) => {
    await write(huge.map(record));
    expect(received("u")).toEqual([]);
    const all = [
      ...(await rejected("users")),
      ...(await rejected("events")),
      ...(await rejected("purchases")),
    ];
    expect(all).toHaveLength(huge.length);
    for (const reason of reasonsOf(all)) expect(reason).toMatch(/^invalid_value: /);
  });

  test("that are rejected are kept as they came", async () => {
    await write(huge.map((number) => raw("users", `{"external_id":"u", "n":${number}}`)));
    const kept = (await rejectedLines("users")).join("\n");
    for (const number of huge) expect(kept).toContain(`"record":{"external_id":"u", "n":${number}},`);
  });

  test("that can are sent as they came", async () => {
    const numbers = ["9007199254740991", "-9007199254740991", "0.1", "1.5e-300", "1E2", "123456.789e-3"];
    await write(numbers.map((number, index) => raw("users", `{"external_id":"n${index}","n":${number}}`)));
    for (const [index, number] of numbers.entries()) {
      expect(received(`n${index}`)).toEqual([{ external_id: `n${index}`, n: JSON.parse(number) }]);
    }
    expect(await rejected("users")).toEqual([]);
  });
});

describe("nesting", () => {
  const nested = (levels: number, open: string, close: string): string =>
    `${open.repeat(levels)}1${close.repeat(levels)}`;

  test.each([100, 10_000, 1_000_000])("%d levels deep is rejected, with the reason", async (levels) => {
    const arrays = nested(levels, "[", "]");
    const objects = nested(levels, '{"a":', "}");
    await write([
      raw("users", `{"external_id":"u","deep":${arrays}}`),
      raw("users", `{"external_id":"u","deep":${objects}}`),
      raw("events", `{"external_id":"u","name":"n","time":"${time}","properties":{"deep":${objects}}}`),
      raw("users", `{"external_id":${arrays},"a":1}`),
    ]);
    expect(received("u")).toEqual([]);
    const reasons = [...reasonsOf(await rejected("users")), ...reasonsOf(await rejected("events"))];
    expect(reasons).toEqual(Array(4).fill("invalid_value: The record is nested more than 90 levels deep."));
  });

  test("as the very first record, and in other messages, does not stop a sync either", async () => {
    const objects = nested(100_000, '{"a":', "}");
    const finished = await worlds.write(
      { config: { ...to.config, object_storage_config: { storage_type: "None" } } },
      [
        raw("users", `{"external_id":"u","deep":${objects}}`),
        `{"type":"LOG","log":{"level":"INFO","message":"m","more":${objects}}}\n`,
        `{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"users"},"stream_state":{"position":1,"deep":${nested(500, "[", "]")}}}}}\n`,
      ],
      catalogOf("users"),
    );
    expect(finished.errors).toEqual([]);
    expect(finished.exitCode).toBe(0);
    expect(statesOf(finished)).toEqual(["1 0+1"]);
  });

  test("80 levels deep arrives", async () => {
    const deep = nested(80, '{"a":', "}");
    await write([raw("users", `{"external_id":"u","deep":${deep}}`)]);
    expect(received("u")).toEqual([{ external_id: "u", deep: JSON.parse(deep) }]);
  });
});

describe("text", () => {
  test("bytes that are not UTF-8 are rejected: two users must not become one", async () => {
    const withByte = (line: string, byte: number): Buffer =>
      Buffer.from(line.replace("?", String.fromCharCode(byte)), "latin1");
    await write([
      withByte(good("x?"), 0xff),
      withByte(good("x?"), 0xfe),
      withByte(raw("events", `{"external_id":"u","name":"n?","time":"${time}"}`), 0xc3),
    ]);
    expect(received("x\ufffd")).toEqual([]);
    const reasons = [...reasonsOf(await rejected("users")), ...reasonsOf(await rejected("events"))];
    expect(reasons).toEqual(Array(3).fill("invalid_value: The record is not valid UTF-8."));
  });

  test("a rejected record is kept digit for digit, whatever its line looks like", async () => {
    const data = '{"external_id":"u","gender":"zz","n":1.10,"big":9007199254740993}';
    await write([
      `{"type":"RECORD","record":{"stream":"users","emitted_at":1,"data":${data}}}\n`,
      `{"record":{"data":${data},"emitted_at":1,"stream":"users","meta":{"changes":[]}},"type":"RECORD"}\n`,
      raw("users", data),
      raw("users", data),
    ]);
    const lines = await rejectedLines("users");
    expect(
      lines.filter((line) => line.includes(`"record":${data},`) || line.includes(`"record": ${data},`)),
    ).toHaveLength(4);
  });

  test("half of a surrogate pair is rejected, wherever it stands", async () => {
    await write([
      raw("users", '{"external_id":"u","a":"x\\ud83d"}'),
      raw("users", '{"external_id":"u","a\\ude00":1}'),
      raw("users", '{"external_id":"u","a":{"b":["\\ude00"]}}'),
      raw("users", '{"external_id":"u\\ud83d","a":1}'),
      raw("users", '{"user_alias":{"alias_name":"\\ud83d","alias_label":"l"},"a":1}'),
      raw("events", `{"external_id":"u","name":"n","time":"${time}","properties":{"\\ud83d":1}}`),
      raw("events", `{"external_id":"u","name":"n\\ud83d","time":"${time}"}`),
    ]);
    expect(received("u")).toEqual([]);
    const reasons = [...reasonsOf(await rejected("users")), ...reasonsOf(await rejected("events"))];
    expect(reasons).toHaveLength(7);
    for (const reason of reasons) expect(reason).toMatch(/^invalid_value: .*half of a character/);
  });

  test("NUL, control characters, separators and characters beyond the basic plane arrive as they are", async () => {
    const text = 'a\0b\u0001\u2028\u2029\u007f\ufeff\u{1f600}\u202e\r\n\t"\\/';
    await write([raw("users", JSON.stringify({ external_id: "u", text, tags: [text], nested: { text } }))]);
    expect(received("u")).toEqual([{ external_id: "u", text, tags: [text], nested: { text } }]);
  });
});

describe("size", () => {
  test("a record of 50 MB is rejected, with the reason; its neighbours arrive", async () => {
    const text = "x".repeat(50 << 20);
    const finished = await write([raw("users", `{"external_id":"u","text":"${text}"}`)]);
    expect(received("u")).toEqual([]);
    const [record] = await rejected("users");
    expect(record?.reasons).toEqual([
      {
        code: "record_too_large",
        message: expect.stringMatching(
          /^The object is \d+ bytes; Braze accepts requests of at most 4000000 bytes\.$/,
        ),
      },
    ]);
    expect(String(record?.record.text).length).toBe(text.length);
    expect(statesOf(finished)).toEqual(["1 2+1"]);
  });

  test("many attributes that together are too large, and a nested one that alone is", async () => {
    const attributes = Array.from(
      { length: 20_000 },
      (_, index) => `"attribute ${index}":"${"x".repeat(240)}"`,
    );
    const elements = Array.from({ length: 20_000 }, () => `"${"x".repeat(20)}"`).join(",");
    await write([
      raw("users", `{"external_id":"u",${attributes.join(",")}}`),
      raw("users", `{"external_id":"u","tags":[${elements}]}`),
    ]);
    expect(received("u")).toEqual([]);
    expect(reasonsOf(await rejected("users")).sort()).toEqual([
      expect.stringMatching(/^invalid_value: tags is larger than 100 KB/),
      expect.stringMatching(/^record_too_large: /),
    ]);
  });
});

test("property names that Braze reserves are sent, with a warning", async () => {
  const finished = await write([
    raw(
      "events",
      `{"external_id":"u","name":"n","time":"${time}","properties":{"time":"x","event_name":"y","price":1}}`,
    ),
    raw(
      "purchases",
      `{"external_id":"u","product_id":"p","currency":"EUR","price":1,"time":"${time}","properties":{"price":2}}`,
    ),
  ]);
  expect(received("u")).toHaveLength(2);
  const warnings = finished.logs("WARN").join("\n");
  for (const name of ["time", "event_name", "price"]) {
    expect(warnings).toContain(`have a property "${name}", a name that Braze reserves: it may be lost`);
  }
  expect(warnings).not.toMatch(/events: .*"price"/);
});
