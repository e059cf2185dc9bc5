import { runThatCounts } from "./left-over";

describe("runThatCounts", () => {
  it.each([
    ["nothing is left", [], [], undefined],
    ["the only one", ["1"], [], "1"],
    ["a run that did not get as far as to begin its journal does not count", ["1", "2"], [], "1"],
    ["from its beginning on a run counts, whatever older ones left", ["2", "1", "2"], ["2"], "2"],
    ["the last one that began", ["1", "2", "3", "4"], ["1", "3"], "3"],
  ])("%s", (_, runs, beginnings, expected) => {
    expect(runThatCounts(runs, new Set(beginnings))).toBe(expected);
  });
});
