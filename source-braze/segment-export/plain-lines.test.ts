import { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import { spansOf } from "@braze-connectors/shared/testing/lines";
import { MemoryOutput, testTimeMs } from "@braze-connectors/shared/testing/memory-output";
import fc from "fast-check";
import { settingsOf } from "../settings";
import { parseLine } from "./json-line";
import { PlainLines } from "./plain-lines";
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

async function take(
  columns: string[] | undefined,
  texts: readonly string[],
): Promise<Taken & { records: RecordMaker }> {
  const shape = shapeOf(segmentExport, columns);
  const records = recordMaker(facts, shape);
  const output = new MemoryOutput();
  const others: string[] = [];
  const emitter = new StreamEmitter("segment_users", output.output);
  const plain = new PlainLines(records.front ?? "", shape.passesOn, emitter);
  plain.load(spansOf(texts.map((text) => Buffer.from(text))));
  for (let index = 0; index < texts.length; index += 1) {
    index += await plain.passOn(index);
    others.push(...texts.slice(index, index + 1));
  }
  const lines = output.lines.filter((line) => line.includes('"RECORD"'));
  expect(emitter.total).toBe(lines.length);
  return { records, others, lines };
}

const message = (data: string): string =>
  `{"type":"RECORD","record":{"stream":"segment_users","data":${data},"emitted_at":${testTimeMs}}}`;

test("a line is emitted as it is, behind the columns of this source", async () => {
  const line = '{"braze_id":"b1", "big":12345678901234567890,"pi":3.10,"text":"a\\u00e9\u2028ü👋"}';
  const { lines, records, others } = await take(undefined, [line]);
  expect(lines).toEqual([message(`${records.front},${line.slice(1)}`)]);
  expect(others).toEqual([]);
});

test("members that were not asked for are left out", async () => {
  const { lines } = await take(
    ["segment_id", "email", "country"],
    ['{"gender":"F","braze_id":"b1","email":"x{\\"}],","phone":[{}],"segment_id":"forged","country":"DE"}'],
  );
  expect(lines).toEqual([message('{"segment_id":"seg","braze_id":"b1","email":"x{\\"}],","country":"DE"}')]);
});

test("records may have no columns but Braze's", async () => {
  const shape = shapeOf(segmentExport, ["email"]);
  const output = new MemoryOutput();
  const plain = new PlainLines("{", shape.passesOn, new StreamEmitter("s", output.output));
  plain.load(spansOf([Buffer.from('{"email":"a"}')]));
  await plain.passOn(0);
  expect(output.messages().at(-1)?.record?.data).toEqual({ email: "a" });
});

test("what is not as Braze writes it is left to the slow way", async () => {
  const odd = ["{}", '{"gender":"F"}', '{"braze_id":"b', "\u00a0{}", "[]"];
  const { lines, others } = await take(["segment_id"], odd);
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
  return fc.assert(
    fc.asyncProperty(users, columns, async (objects, selected) => {
      const texts = objects.map((object) => JSON.stringify(object));
      const { lines, others, records } = await take(selected, texts);
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

test("lines go on where a line was left to the slow way, and where the records of a piece fill the output", async () => {
  const user = (id: number): string => JSON.stringify({ braze_id: `b${id}`, text: "x".repeat(id % 7) });
  const texts = Array.from({ length: 9000 }, (_, id) => (id % 1000 === 7 ? "{}" : user(id)));
  const { lines, others, records } = await take(undefined, texts);
  expect(others).toEqual(Array(9).fill("{}"));
  expect(lines.join("\n").length).toBeGreaterThan(1 << 20);
  expect(lines).toEqual(
    texts.filter((text) => text !== "{}").map((text) => message(`${records.front},${text.slice(1)}`)),
  );
});

test("a line whose record is longer than the output is left to the slow way", async () => {
  const long = JSON.stringify({ braze_id: "b", text: "x".repeat((1 << 20) - 100) });
  const { lines, others } = await take(undefined, [long]);
  expect([lines, others]).toEqual([[], [long]]);
});
