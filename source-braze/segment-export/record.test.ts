import { settingsOf } from "../settings";
import { NotAnObjectError, parseLine } from "./json-line";
import { recordMaker } from "./record";
import { type RecordShape, shapeOf } from "./shape";

const facts = { segmentId: "seg", segmentName: 'The "VIPs"', exportedAt: "2026-01-02T03:04:05.000Z" };
const front = `"segment_id":"seg","segment_name":"The \\"VIPs\\"","exported_at":"2026-01-02T03:04:05.000Z"`;
const { segmentExport } = settingsOf({ url: "https://rest.example.com", api_key: "key" });
const plain = (columns: string[] | undefined): RecordShape => shapeOf(segmentExport, columns);
const make = (columns: string[] | undefined, line: string | Buffer): string =>
  recordMaker(facts, plain(columns)).ofUser(parseLine(Buffer.from(line)));

describe("a line of an export", () => {
  test("is passed on as it is, behind the columns of this source", () => {
    const line = '{"braze_id":"b1", "big":12345678901234567890,"pi":3.10,"text":"a\\u00e9\u2028"}';
    expect(make(undefined, line)).toBe(`{${front},${line.slice(1)}`);
  });

  test("may have white space around it, and no members", () => {
    expect(make(undefined, ' {"braze_id":"b1"} \r')).toBe(`{${front},"braze_id":"b1"}`);
    expect(make(undefined, "{ }")).toBe(`{${front}}`);
  });

  test("loses columns that are not selected, and keeps every digit of the others", () => {
    const line =
      '{"email":"x{\\"}],","braze_id":"b1","big":[12345678901234567890,{"a":"}"}],"other":{"a":[1]}}';
    expect(make(["segment_id", "big"], line)).toBe(
      '{"segment_id":"seg","braze_id":"b1","big":[12345678901234567890,{"a":"}"}]}',
    );
  });

  test("can't override the columns of this source", () => {
    const line = '{"segment_id":"forged","braze_id":"b1","exported_at":1}';
    expect(make(undefined, line)).toBe(`{${front},"braze_id":"b1"}`);
  });

  test("may have keys that mean something to JavaScript", () => {
    const line = '{"__proto__":{"a":1},"constructor":2,"braze_id":"b1"}';
    expect(make(undefined, line)).toBe(`{${front},${line.slice(1)}`);
    expect(make(["constructor"], line)).toBe('{"segment_id":"seg","constructor":2,"braze_id":"b1"}');
  });

  test("has null for a name that is not known", () => {
    const records = recordMaker({ ...facts, segmentName: undefined }, plain(["segment_name"]));
    expect(records.ofUser(parseLine(Buffer.from("{}")))).toBe('{"segment_id":"seg","segment_name":null}');
  });

  test.each([
    ["half an object", '{"braze_id":"b', "it is not JSON"],
    ["two objects", "{}{}", "it is not JSON"],
    ["a list", "[1]", "it is JSON, but not an object"],
    ["null", "null", "it is JSON, but not an object"],
    [
      "bytes that are not UTF-8",
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      "it is not valid UTF-8",
    ],
  ])("that is %s is refused", (_, line, message) => {
    expect(() => make(undefined, line)).toThrow(new NotAnObjectError(message));
  });
});
