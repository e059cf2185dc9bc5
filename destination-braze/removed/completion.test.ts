import { Completion } from "./completion";

type Happening = "record" | "state" | "failed" | `told ${string}`;

/** Whether a stream has come whole when this has happened to it, as far as the source speaks of statuses. */
function after(
  happenings: readonly Happening[],
  speaks = happenings.some((each) => each.startsWith("told ")),
) {
  const completion = new Completion();
  for (const each of happenings) {
    if (each === "record" || each === "state" || each === "failed") completion[each]();
    else completion.told(each.slice("told ".length));
  }
  return completion.coming(speaks);
}

describe("a stream has come whole", () => {
  it("when the source says so", () => {
    expect(after(["told STARTED", "record", "told COMPLETE"])).toBe("told whole");
  });

  it("not when the source says that it has not, or did not get to say anything", () => {
    expect(after(["record", "state", "told INCOMPLETE"])).toBe("not whole");
    expect(after(["told STARTED", "told RUNNING", "record", "state"])).toBe("not whole");
    expect(after(["told COMPLETE", "told STARTED"])).toBe("not whole");
  });

  it("as far as one can tell, when a source without statuses ended with a state", () => {
    expect(after(["record", "state"])).toBe("seems whole");
    expect(after(["record", "state", "record"])).toBe("not whole");
    expect(after(["record"])).toBe("not whole");
    expect(after([])).toBe("not whole");
  });

  it("not when a source that speaks of other streams has said nothing of this one", () => {
    expect(after(["record", "state"], true)).toBe("not whole");
  });

  it("not when a source without statuses reported an error", () => {
    expect(after(["record", "state", "failed"])).toBe("not whole");
  });
});
