import fc from "fast-check";
import { stateWithStatistics } from "./state-echo";

const echo = (line: string, accepted = 2, rejected = 1): string =>
  stateWithStatistics({ line, stream: undefined }, { accepted, rejected });

const inserted = '"destinationStats":{"recordCount":2.0,"rejectedRecordCount":1.0}';

describe("stateWithStatistics", () => {
  test.each([
    ["a stream's state", '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_state":{"x":{}}}}}'],
    ["state before type", '{"state":{"data":{"a":[1,{"b":2}]}},"type":"STATE"}'],
    ["another state inside", '{"x":{"state":{}},"type":"STATE","state":{"state":{"state":"state"}}}'],
    [
      "braces and quotes in texts",
      String.raw`{"a":"\"state\":{","type":"STATE","state":{"b":"}\\\"}","c":"\\"}}`,
    ],
    ["huge numbers", '{"type":"STATE","state":{"data":{"id":123456789012345678901234567890,"f":1.0}}}'],
    ["white space", '{ "type" : "STATE" , "state" : { "data" : { } } }'],
    ["unicode", '{"type":"STATE","state":{"data":{"k\\u00e9y":"\u2028🧑‍🚀"}}}'],
  ])("adds the counts at the end of the state and changes nothing else: %s", (_, line) => {
    const result = echo(line);
    expect(result.replace(`,${inserted}`, "")).toBe(line);
    expect(JSON.parse(result).state.destinationStats).toEqual({ recordCount: 2, rejectedRecordCount: 1 });
  });

  it("says how many records other shards count, if there are any", () => {
    const state = { line: '{"type":"STATE","state":{"data":{}}}', stream: undefined };
    expect(JSON.parse(stateWithStatistics(state, { accepted: 1, rejected: 0, left: 2 })).state).toEqual({
      data: {},
      destinationStats: { recordCount: 1, rejectedRecordCount: 0, leftToOtherShardsRecordCount: 2 },
    });
    const alone = stateWithStatistics(state, { accepted: 1, rejected: 0, left: 0 });
    expect(alone).not.toContain("Shards");
  });

  it("adds them to an empty state", () => {
    expect(echo('{"state":{ },"type":"STATE"}')).toBe(`{"state":{ ${inserted}},"type":"STATE"}`);
  });

  it("has the last word over counts that are there already", () => {
    const line = '{"type":"STATE","state":{"destinationStats":null,"data":{}}}';
    expect(JSON.parse(echo(line)).state.destinationStats.recordCount).toBe(2);
  });

  it("finds a key that is spelled with escapes", () => {
    expect(JSON.parse(echo('{"st\\u0061te":{"data":{}}}')).state.destinationStats).toBeDefined();
  });

  it("gives the original line back when the counts are taken out, for any state", () => {
    const message = fc.record({
      before: fc.jsonValue(),
      state: fc.dictionary(fc.string(), fc.jsonValue()),
      after: fc.jsonValue(),
    });
    const indent = fc.constantFrom(undefined, 1);
    fc.assert(
      fc.property(message, indent, ({ before, state, after }, spaces) => {
        const line = JSON.stringify({ before, state, type: "STATE", after }, null, spaces).replaceAll(
          "\n",
          "",
        );
        const result = echo(line);
        const position = result.lastIndexOf(inserted, result.lastIndexOf('"type"'));
        const start = result[position - 1] === "," ? position - 1 : position;
        expect(result.slice(0, start) + result.slice(position + inserted.length)).toBe(line);
        expect(JSON.parse(result).state.destinationStats).toEqual({ recordCount: 2, rejectedRecordCount: 1 });
      }),
    );
  });
});
