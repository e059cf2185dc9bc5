import { SourceSays, type StreamSeen } from "./source-says";

const seen = (changed: Partial<StreamSeen> = {}): StreamSeen => ({
  came: true,
  endsWithState: false,
  isReached: true,
  hostTells: false,
  doubted: 0,
  ...changed,
});

describe("the end of a stream", () => {
  it.each([
    [["COMPLETE"], "over"],
    [["STARTED", "RUNNING", "COMPLETE"], "over"],
    [["STARTED"], "cut"],
    [["STARTED", "RUNNING"], "cut"],
    [["INCOMPLETE"], "cut"],
    [["COMPLETE", "INCOMPLETE"], "cut"],
  ])("is what the source says last: %j", (statuses, end) => {
    const says = new SourceSays();
    for (const status of statuses) says.status("a", status);
    expect(says.endOf("a", seen({ endsWithState: true }))).toBe(end);
    expect(says.endOf("a", seen({ came: false }))).toBe(end);
  });

  it("has not come when the source speaks of other streams only", () => {
    const says = new SourceSays();
    says.status("b", "COMPLETE");
    expect(says.endOf("a", seen({ endsWithState: true }))).toBe("cut");
  });

  it("has not come when the source failed, but for streams that it had called complete", () => {
    const says = new SourceSays();
    says.failed();
    expect(says.endOf("a", seen({ endsWithState: true }))).toBe("cut");
    says.status("a", "COMPLETE");
    expect(says.endOf("a", seen())).toBe("over");
  });

  it.each<[string, Partial<StreamSeen>, string]>([
    ["nothing came", { came: false }, "cut"],
    ["as much came as before", {}, "over"],
    ["less came than before", { isReached: false }, "doubtful"],
    ["less came than before, and a state behind it", { isReached: false, endsWithState: true }, "over"],
    ["less came than before once more", { isReached: false, doubted: 1 }, "over"],
    ["the host would have told", { hostTells: true }, "doubtful"],
    ["the host would have told, and a state came last", { hostTells: true, endsWithState: true }, "over"],
    ["the host would have told, again and again", { hostTells: true, doubted: 4 }, "doubtful"],
    ["the host would have told, too often", { hostTells: true, doubted: 5 }, "over"],
  ])("without a word: %s", (_, changed, end) => {
    expect(new SourceSays().endOf("a", seen(changed))).toBe(end);
  });
});
