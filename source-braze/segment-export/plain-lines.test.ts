import { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import { MemoryOutput, testTimeMs } from "@braze-connectors/shared/testing/memory-output";
import fc from "fast-check";
import { settingsOf } from "../settings";
import { parseLine } from "./json-line";
import { plainLines } from "./plain-lines";
import { type RecordMaker, recordMaker } from "./record";
import { shapeOf } from "./shape";

const { segmentExport } = settingsOf({ url: "https://rest.example.com", api_key: "key" });
const facts = { segmentId: "seg", segmentName: 'The "VIPs"', exportedAt: "2026-01-02T03:04:05.000Z" };

interface Taken {
  /** What was emitted of each line. */
  lines: string[];
  /** Lines that were left to the slow way. */
  others: string[];
}

function take(columns: string[] | undefined, lines: readonly string[]): Taken & { records: RecordMaker } {
  const shape = shapeOf(segmentExport, columns);
  const records = recordMaker(facts, shape);
  const output = new MemoryOutput();
  const others: string[] = [];
  const emitter = new StreamEmitter("segment_users", output.output);
  const taker = plainLines(records.front ?? "", shape.passesOn, emitter, (line) => {
    others.push(line.toString());
    return undefined;
  });
  for (const line of lines) taker(Buffer.from(line));
  return { records, others, lines: output.lines.filter((line) => line.includes('"RECORD"')) };
}

const message = (data: string): string =>
  `{"type":"RECORD","record":{"stream":"segment_users","data":${data},"emitted_at":${testTimeMs}}}`;

test("a line is emitted as it is, behind the columns of this source", () => {
  const line = '{"braze_id":"b1", "big":12345678901234567890,"pi":3.10,"text":"a\\u00e9\u2028ü👋"}';
  const { lines, records, others } = take(undefined, [line]);
  expect(lines).toEqual([message(`${records.front},${line.slice(1)}`)]);
  expect(others).toEqual([]);
});

test("members that were not asked for are left out", () => {
  const { lines } = take(
    ["segment_id", "email", "country"],
    ['{"gender":"F","braze_id":"b1","email":"x{\\"}],","phone":[{}],"segment_id":"forged","country":"DE"}'],
  );
  expect(lines).toEqual([message('{"segment_id":"seg","braze_id":"b1","email":"x{\\"}],","country":"DE"}')]);
});

test("records may have no columns but Braze's", () => {
  const shape = shapeOf(segmentExport, ["email"]);
  const output = new MemoryOutput();
  const taker = plainLines("{", shape.passesOn, new StreamEmitter("s", output.output), () => undefined);
  taker(Buffer.from('{"email":"a"}'));
  expect(output.messages().at(-1)?.record?.data).toEqual({ email: "a" });
});

test("what is not as Braze writes it is left to the slow way", () => {
  const odd = ["{}", '{"gender":"F"}', '{"braze_id":"b', "\u00a0{}", "[]"];
  const { lines, others } = take(["segment_id"], odd);
  expect(others).toEqual(odd);
  expect(lines).toEqual([]);
});

test("both ways make the same record of a line", () => {
  const key = fc.constantFrom(
    "email",
    "braze_id",
    "segment_id",
    "phone",
    "x",
    "__proto__",
    "left_segment_at",
  );
  const users = fc.array(fc.dictionary(key, fc.jsonValue()), { minLength: 1 });
  const columns = fc.option(fc.subarray(["email", "segment_id", "x", "exported_at"]), { nil: undefined });
  fc.assert(
    fc.property(users, columns, (objects, selected) => {
      const texts = objects.map((object) => JSON.stringify(object));
      const { lines, others, records } = take(selected, texts);
      const left = texts.filter((text) => !others.includes(text));
      expect(lines).toHaveLength(left.length);
      for (const [index, text] of left.entries()) {
        const { record } = JSON.parse(lines[index] ?? "") as { record: { data: object } };
        const expected = JSON.parse(records.ofUser(parseLine(Buffer.from(text)))) as object;
        expect(Object.entries(record.data)).toEqual(Object.entries(expected));
      }
    }),
  );
});
