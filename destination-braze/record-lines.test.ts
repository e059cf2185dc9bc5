import fc from "fast-check";
import { parseMessage } from "./messages";
import { RecordLines } from "./record-lines";

const time = 1764000000000;
const line = (data: string, stream = "users", rest = ""): string =>
  `{"type":"RECORD","record":{"stream":${JSON.stringify(stream)},"data":${data},"emitted_at":${time}${rest}}}`;

/** What is found in a line after another was learned: the stream and the data's text. */
function found(learned: string[], text: string): { stream: string; data: string } | undefined {
  const lines = new RecordLines();
  for (const each of learned) lines.learn(each);
  const bytes = Buffer.from(text);
  const place = lines.find(bytes, 0, bytes.length);
  return place && { stream: place.stream, data: bytes.toString("utf8", place.start, place.end) };
}

it("finds the data of a line that looks like one before it", () => {
  expect(found([line('{"a":1}')], line('{"b":"é"}'))).toEqual({ stream: "users", data: '{"b":"é"}' });
});

it("tells streams apart, and knows their namespaces", () => {
  const namespaced = `{"type":"RECORD","record":{"namespace":"crm","stream":"users","data":{},"emitted_at":1}}`;
  const learned = [line("{}"), line("{}", "events"), namespaced];
  expect(found(learned, line('{"a":1}', "events"))?.stream).toBe("events");
  expect(found(learned, namespaced)?.stream).toBe("crm.users");
  expect(found(learned, line("{}", "other"))).toBeUndefined();
});

it("is not misled by a stream that is called like the key", () => {
  const text = line('{"a":1}', 'x","data":');
  expect(found([text], text)).toEqual({ stream: 'x","data":', data: '{"a":1}' });
});

it("learns what follows the time, too", () => {
  const meta = ',"meta":{"changes":[]}';
  expect(found([line("{}", "users", meta)], line('{"a":1}', "users", meta))?.data).toBe('{"a":1}');
  expect(found([line("{}", "users", meta)], line('{"a":1}'))).toBeUndefined();
});

it.each([
  [
    "data that is not the record's",
    `{"type":"RECORD","x":{"data":{}},"record":{"stream":"u","emitted_at":1}}`,
  ],
  ["no time", `{"type":"RECORD","record":{"stream":"users","data":{}}}`],
])("learns nothing from %s", (_, text) => {
  expect(found([text], text)).toBeUndefined();
});

it("agrees with the whole line, whatever stands in it, if what it finds is JSON", () => {
  const pieces = fc.constantFrom(
    '{"a":1}',
    "{}",
    '{"data":{"a":1}}',
    '"data":',
    ',"emitted_at":1',
    `,"emitted_at":${time}}}`,
    '{"type":"RECORD","record":{"stream":"users","data":',
    "}",
    ",",
    '"',
    "\\",
    " ",
    "0",
  );
  const lines = new RecordLines();
  lines.learn(line("{}"));
  let agreed = 0;
  fc.assert(
    fc.property(fc.array(pieces, { minLength: 1, maxLength: 5 }), (parts) => {
      const bytes = Buffer.from(line(parts.join("")));
      const place = lines.find(bytes, 0, bytes.length);
      if (!place) return;
      let data: unknown;
      try {
        data = JSON.parse(bytes.toString("utf8", place.start, place.end));
      } catch {
        return;
      }
      if (typeof data !== "object") return;
      expect(parseMessage(bytes, 1)).toMatchObject({ kind: "record", stream: place.stream, data });
      agreed += 1;
    }),
    { numRuns: 20_000 },
  );
  expect(agreed).toBeGreaterThan(100);
});
