import fc from "fast-check";
import { dataTextIn } from "./data-text";

test.each([
  ['{"type":"RECORD","record":{"stream":"s","emitted_at":1,"data":{"n":1.10,"big":9007199254740993}}}'],
  ['{"record":{"meta":{"data":{}},"data": {"n":1.10,"big":9007199254740993} ,"x":"}"},"type":"RECORD"}'],
  ['{"record":{"data":1},"record":{"data":2,"d\\u0061ta":{"n":1.10,"big":9007199254740993}}} '],
])("the data as it stands in %s", (line) => {
  expect(dataTextIn(line)).toBe('{"n":1.10,"big":9007199254740993}');
});

test("is what parsing finds", () => {
  const texts = fc.string({ unit: "binary" });
  const records = fc.record({ data: fc.jsonValue(), meta: fc.jsonValue(), stream: texts });
  fc.assert(
    fc.property(records, fc.constantFrom("", " ", "\t"), (record, space) => {
      const line = JSON.stringify({ type: "RECORD", record }, null, space);
      expect(JSON.parse(dataTextIn(line) ?? "")).toEqual(JSON.parse(JSON.stringify(record.data)));
    }),
  );
});

test("is not there without data", () => {
  expect(dataTextIn('{"record":{"stream":"s"}}')).toBeUndefined();
  expect(dataTextIn("{}")).toBeUndefined();
});
