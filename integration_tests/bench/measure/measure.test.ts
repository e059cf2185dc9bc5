import { RecordCounter } from "./record-counter";
import { interleave, ratios } from "./rounds";
import { spreadOf } from "./spread";

const lines = [
  '{"type":"RECORD","record":{"stream":"users","data":{"a":1}}}',
  '{"type":"STATE","state":{}}',
  '{"type":"LOG","log":{"message":"R"}}',
  '{"type":"RECORD","record":{"stream":"users","data":{"type":"STATE"}}}',
];

test.each([1, 7, 9, 10, 64, 1000])("records are counted in pieces of %d bytes", (size) => {
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  const counter = new RecordCounter();
  for (let start = 0; start < bytes.length; start += size) counter.take(bytes.subarray(start, start + size));
  expect(counter.records).toBe(2);
});

test("a spread is the median with the extremes", () => {
  expect(spreadOf([3, 1, 10])).toEqual({ median: 3, min: 1, max: 10 });
  expect(spreadOf([4, 2])).toEqual({ median: 3, min: 2, max: 4 });
});

test("contenders take turns, every second round the other way", async () => {
  const order: string[] = [];
  const contender = (name: string) => async () => order.push(name);
  const { a, b } = await interleave({ a: contender("a"), b: contender("b") }, 2);
  expect(order).toEqual(["a", "b", "b", "a"]);
  expect(ratios(a, b)).toEqual([1 / 2, 4 / 3]);
});
