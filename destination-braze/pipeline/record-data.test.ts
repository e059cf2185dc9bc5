import { recordWith, updateOf } from "../testing/updates";
import { dataOf, letGo, textOf } from "./record-data";
import type { ReceivedRecord } from "./update";

const text = '{"big":12345678901234567890,"name":"Zoë","custom_attributes":{"a":1}}';
const line = Buffer.from(`before${text}behind`);

function received(): ReceivedRecord {
  const json = { text, sizeBytes: Buffer.byteLength(text) };
  return { ...recordWith(JSON.parse(text)), json };
}

test("what a record was parsed to is let go of, and its text kept to the last digit", () => {
  const record = received();
  const bytes = Buffer.from(line);
  letGo(record, bytes, "before".length, [updateOf("external_id:1")]);
  bytes.fill("x");
  expect([record.data, record.json]).toEqual([undefined, undefined]);
  expect(textOf(record)).toBe(text);
  expect(dataOf(record)).toEqual(JSON.parse(text));
});

test("what is sent itself is kept", () => {
  const record = received();
  const { data } = record;
  letGo(record, line, "before".length, [{ ...updateOf("external_id:1"), body: data ?? {} }]);
  expect(record.data).toBe(data);
  expect([textOf(record), dataOf(record)]).toEqual([text, data]);
});

test("of a record whose text nobody knows nothing is let go of", () => {
  const record = { ...received(), json: undefined };
  letGo(record, line, "before".length, []);
  expect(dataOf(record)).toEqual(JSON.parse(text));
  expect(textOf(record)).toBeUndefined();
});
