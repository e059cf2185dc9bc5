import { hash64 } from "@braze-connectors/shared/hash/hash64";
import fc from "fast-check";
import { outgoing, updateOf } from "../testing/updates";
import type { Lane } from "./coalesce";
import { Lanes } from "./lanes";
import type { Update } from "./update";

const about = (identity: string, ...also: string[]): Update => ({ ...updateOf(identity), also });
const identitiesOf = ({ identity, also }: Lane): string[] => [identity, ...(also ?? [])];
const ignore = (): void => undefined;

describe("Lanes", () => {
  it("has a lane for an identity until it is closed", () => {
    const lanes = new Lanes();
    expect(lanes.of("a")).toBeUndefined();
    const lane = lanes.open("a");
    expect(lanes.of("a")).toBe(lane);
    lanes.close(lane);
    expect(lanes.of("a")).toBeUndefined();
  });

  it("knows by their hashes which identities can't have lanes", () => {
    const lanes = new Lanes();
    const identities = ["a", "b", "c"];
    const mayHave = (): boolean[] => identities.map((identity) => lanes.mayHave(hash64(identity).lo));
    expect(mayHave()).toEqual([false, false, false]);
    const a = lanes.open("a");
    expect(mayHave()).toEqual([true, false, false]);
    const b = lanes.open("b", hash64("b").lo);
    const united = lanes.united(about("b", "a", "c"), ignore);
    expect(mayHave()).toEqual([true, true, true]);
    expect([a.unitedWith, b]).toEqual([united, united]);
    lanes.close(united);
    expect(mayHave()).toEqual([false, false, false]);
  });

  it("tells identities apart whose hashes end alike", () => {
    const names = fc.constantFrom("a", "b", "c", "d");
    fc.assert(
      fc.property(fc.array(names), (steps) => {
        const lanes = new Lanes();
        const open = new Map<string, Lane>();
        for (const name of steps) {
          const hash = name < "c" ? 7 : 7 + (1 << 16);
          const lane = open.get(name);
          if (lane) lanes.close(lane);
          if (!open.delete(name)) open.set(name, lanes.open(name, hash));
          for (const each of "abcd") expect(lanes.of(each, 7)).toBe(open.get(each));
          expect(new Set(lanes.all())).toEqual(new Set(open.values()));
        }
      }),
    );
  });

  it("makes one lane of several, with all that waits and is in flight in them", () => {
    const lanes = new Lanes();
    const [first, second] = [outgoing("a"), outgoing("b")];
    const a = lanes.open("a");
    const b = lanes.open("b");
    a.waiting.push(first);
    b.waiting.push(second);
    a.inFlight = 1;
    b.inFlight = 2;
    const left: unknown[] = [];
    const united = lanes.united(about("a", "b", "c"), (lane) => void left.push(lane));
    expect([lanes.of("a"), lanes.of("b"), lanes.of("c")]).toEqual([united, united, united]);
    expect(united).toMatchObject({ identity: "a", also: ["b", "c"], waiting: [first, second], inFlight: 3 });
    expect(left).toEqual(expect.arrayContaining([a, b]));
    lanes.close(united);
    expect([lanes.of("a"), lanes.of("b"), lanes.of("c")]).toEqual([undefined, undefined, undefined]);
  });

  it("leaves no lane whose content does not change", () => {
    const lanes = new Lanes();
    const lane = lanes.united(about("a", "b"), ignore);
    const left: unknown[] = [];
    expect(lanes.united(about("b", "a", "b"), (each) => void left.push(each))).toBe(lane);
    lanes.united(about("a", "c"), (each) => void left.push(each));
    expect(left).toEqual([]);
    expect(identitiesOf(lane)).toEqual(["a", "b", "c"]);
  });

  it("ties an identity to itself alone", () => {
    const lanes = new Lanes();
    expect(identitiesOf(lanes.united(about("a", "a"), ignore))).toEqual(["a"]);
  });

  it("ties together whatever is connected, and nothing else", () => {
    const names = fc.constantFrom("a", "b", "c", "d", "e", "f");
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.array(names, { minLength: 1, maxLength: 3 }))), (ties) => {
        const lanes = new Lanes();
        for (const [identity, also] of ties) {
          const lane = lanes.united(about(identity, ...also), ignore);
          lane.waiting.push(outgoing(identity));
        }
        for (const one of "abcdef") {
          for (const other of "abcdef") {
            const [lane, otherLane] = [lanes.of(one), lanes.of(other)];
            const tied = lane !== undefined && lane === otherLane;
            expect([one, other, tied]).toEqual([one, other, isConnected(one, other, ties)]);
          }
        }
        const all = new Set([..."abcdef"].flatMap((name) => lanes.of(name) ?? []));
        expect([...all].flatMap(({ waiting }) => waiting)).toHaveLength(ties.length);
        expect([...all].flatMap(identitiesOf).length).toBe(
          new Set(ties.flatMap(([identity, also]) => [identity, ...also])).size,
        );
      }),
    );
  });
});

function isConnected(one: string, other: string, ties: readonly [string, string[]][]): boolean {
  const groups = ties.map(([identity, also]) => [identity, ...also]);
  const reached = new Set(groups.some((group) => group.includes(one)) ? [one] : []);
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const group of groups) {
      if (group.some((name) => reached.has(name))) for (const name of group) reached.add(name);
    }
  }
  return reached.has(other);
}
