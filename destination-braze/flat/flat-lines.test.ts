import fc from "fast-check";
import { type HostMessage, Messages } from "../messages";
import { FlatRecords } from "./flat-records";

const record = { external_id: "u1", email: "ü@example.com", points: 12, vip: true, tags: ["a", 1] };
const line = (points: number): string =>
  `{"type":"RECORD","record":{"stream":"users","data":${JSON.stringify({ ...record, points })},"emitted_at":1764000000000}}`;

/** What stands in a line as text: its stream and data, or that it is no message. */
function said(read: () => HostMessage | undefined): object | string {
  let message: HostMessage | undefined;
  try {
    message = read();
  } catch (error) {
    return (error as Error).message;
  }
  if (message?.kind === "flat record") {
    const { stream, text, lineBytes } = message.flat;
    return { stream, data: JSON.parse(text), sizeBytes: lineBytes };
  }
  if (message?.kind !== "record") return { message };
  const { stream, data, sizeBytes, problem } = message;
  return { stream, data, sizeBytes, ...(problem === undefined ? {} : { problem }) };
}

test("lines side by side in large and small pieces are read as each by itself would be, damaged ones too", () => {
  const damage = fc.record({
    at: fc.nat({ max: line(0).length - 1 }),
    put: fc.constantFrom(...'"\\,:{}[]0159-.etruafls \n\r\u0000', "é", "}}"),
    drop: fc.nat({ max: 2 }),
  });
  const lines = fc.array(fc.oneof(fc.constant(undefined), damage), { minLength: 1, maxLength: 12 });
  let flat = 0;
  fc.assert(
    fc.property(lines, fc.constantFrom(0, 200_000), (damages, padding) => {
      const texts = damages.map((each, index) => {
        const text = line(index);
        return each ? text.slice(0, each.at) + each.put + text.slice(each.at + each.drop) : text;
      });
      // A piece that is too large to be looked at as a whole.
      const bytes = Buffer.from(["x".repeat(padding), line(0), line(0), ...texts].join("\u0001"));
      const records = new FlatRecords("users", (names) => names.map((_, index) => index));
      records.learn(record);
      const [short, usual] = [new Messages(new Map([["users", records]])), new Messages()];
      let start = padding + 1;
      for (const text of [line(0), line(0), ...texts]) {
        const end = start + Buffer.byteLength(text);
        const read = said(() => {
          const message = short.parse(bytes, start, end, 1);
          if (message?.kind === "flat record") flat += 1;
          return message;
        });
        expect(read).toEqual(said(() => usual.parse(bytes, start, end, 1)));
        start = end + 1;
      }
    }),
    { numRuns: 1000 },
  );
  expect(flat).toBeGreaterThan(1000);
});
