import { Completion } from "./completion";

const after = (...happenings: ("record" | "state" | "failed" | `told ${string}`)[]): boolean => {
  const completion = new Completion();
  for (const each of happenings) {
    if (each === "record" || each === "state" || each === "failed") completion[each]();
    else completion.told(each.slice("told ".length));
  }
  return completion.isComplete;
};

describe("a stream has come whole", () => {
  it("when the source says so", () => {
    expect(after("told STARTED", "record", "told COMPLETE")).toBe(true);
  });

  it("not when the source says that it has not, or did not get to say anything", () => {
    expect(after("record", "state", "told INCOMPLETE")).toBe(false);
    expect(after("told STARTED", "told RUNNING", "record", "state")).toBe(false);
    expect(after("told COMPLETE", "told STARTED")).toBe(false);
  });

  it("when a source without statuses ended with a state", () => {
    expect(after("record", "state")).toBe(true);
    expect(after("record", "state", "record")).toBe(false);
    expect(after("record")).toBe(false);
    expect(after()).toBe(false);
  });

  it("not when a source without statuses reported an error", () => {
    expect(after("record", "state", "failed")).toBe(false);
  });
});
