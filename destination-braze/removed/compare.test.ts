import { compare, exceedsLimit } from "./compare";
import type { Members, Seen } from "./lines";

const listed = (...identities: string[]): Members => new Map(identities.map((identity) => [identity, []]));
const came = (seen: string[], mentioned: string[] = []): Seen => ({
  seen: new Set(seen),
  mentioned: new Set(mentioned),
});
const none: ReadonlySet<string> = new Set();

describe("compare", () => {
  it("finds who left", () => {
    const { known, left, members } = compare(listed("a", "b"), none, came(["b", "c"]), true);
    expect({ known, left, members: [...members].sort() }).toEqual({
      known: 2,
      left: ["a"],
      members: ["b", "c"],
    });
  });

  it("knows also those who came along in a refresh that never came whole", () => {
    const { known, left } = compare(listed("a"), new Set(["a", "b"]), came(["a"]), true);
    expect({ known, left }).toEqual({ known: 2, left: ["b"] });
  });

  it("keeps who is known by an email address that somebody else brings", () => {
    const { left, members } = compare(listed("email:x"), none, came(["external_id:1"], ["email:x"]), true);
    expect(left).toEqual([]);
    expect(members).toContain("email:x");
  });

  it("says of nobody that they left when it is not certain who came along", () => {
    const { left, members } = compare(listed("a"), none, came(["b"]), false);
    expect(left).toEqual([]);
    expect([...members].sort()).toEqual(["a", "b"]);
  });
});

test("the limit is a share of the known profiles", () => {
  expect(exceedsLimit(3, 10, 30)).toBe(false);
  expect(exceedsLimit(4, 10, 30)).toBe(true);
  expect(exceedsLimit(0, 0, 0)).toBe(false);
  expect(exceedsLimit(1, 10, 0)).toBe(true);
  expect(exceedsLimit(10, 10, 100)).toBe(false);
});

test("without a limit in the config, few may leave whatever their share, and of many 30 %", () => {
  expect(exceedsLimit(100, 100, undefined)).toBe(false);
  expect(exceedsLimit(101, 101, undefined)).toBe(true);
  expect(exceedsLimit(300, 1000, undefined)).toBe(false);
  expect(exceedsLimit(301, 1000, undefined)).toBe(true);
});
