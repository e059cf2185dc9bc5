import fc from "fast-check";
import { type LeftOver, toBeDelivered } from "./left-over";

const left = (identity: string, commit: number, batch: number, settled = false, run = "1"): LeftOver => ({
  stream: "users",
  slot: "attributes",
  identity,
  body: { value: commit },
  fingerprints: [],
  run,
  commit,
  batch,
  settled,
});

const leftOf = (
  slot: string,
  identity: string,
  commit: number,
  changes: Partial<LeftOver> = {},
): LeftOver => ({
  slot,
  identity,
  commit,
  batch: 0,
  body: { commit },
  fingerprints: [],
  stream: "s",
  run: "r",
  settled: false,
  ...changes,
});

const commits = (...objects: LeftOver[]): number[] => toBeDelivered(objects).map(({ commit }) => commit);

describe("toBeDelivered", () => {
  it("brings what is not settled into the order in which it was to be sent", () => {
    const objects = [left("a", 2, 1), left("b", 2, 0), left("c", 1, 3), left("d", 9, 0, false, "0")];
    expect(toBeDelivered(objects).map(({ identity }) => identity)).toEqual(["d", "c", "b", "a"]);
  });

  it("leaves out what was settled, and what came before something settled of the same identity", () => {
    const objects = [left("a", 1, 0), left("b", 1, 0), left("a", 2, 0, true), left("a", 3, 0)];
    expect(toBeDelivered(objects).map(({ identity, commit }) => `${identity}${commit}`)).toEqual([
      "b1",
      "a3",
    ]);
  });

  it("never puts an older value over a newer one, whatever was noted and whatever was removed", () => {
    // Values of an identity are sent one after the other; each is noted as settled or not, and what was
    // noted may be gone from the storage.
    const fate = fc.record({ noted: fc.boolean(), gone: fc.boolean() });
    const identities = fc.array(fc.record({ fates: fc.array(fate, { maxLength: 8 }), sent: fc.nat(8) }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(identities, fc.infiniteStream(fc.nat(3)), (all, gaps) => {
        let commit = 0;
        const objects: LeftOver[] = [];
        const braze = new Map<string, number>();
        for (const [index, { fates, sent }] of all.entries()) {
          const identity = String(index);
          // A part goes only when everything accepted before it is noted too.
          const lastGone = fates.findLastIndex(({ gone }, position) => gone && position < sent - 1);
          for (const [position, { noted }] of fates.entries()) {
            commit += 1 + (gaps.next().value as number);
            // Behind what is under way nothing of the identity is staged.
            if (position > sent) break;
            if (position < sent) braze.set(identity, commit);
            if (position > lastGone) objects.push(left(identity, commit, 0, position < sent && noted));
          }
        }
        const before = new Map(braze);
        const delivered = toBeDelivered(objects);
        for (const { identity, body } of delivered) braze.set(identity, body.value as number);
        const newest = new Map<string, number>();
        for (const { identity, commit: value } of objects)
          newest.set(identity, Math.max(newest.get(identity) ?? 0, value));
        for (const [identity, value] of braze) {
          expect(value).toBe(Math.max(before.get(identity) ?? 0, newest.get(identity) ?? 0));
        }
      }),
    );
  });

  it("leaves out what was followed by something settled of one of its identities", () => {
    expect(commits(leftOf("attributes", "a", 1), leftOf("attributes", "a", 2, { settled: true }))).toEqual(
      [],
    );
    expect(
      commits(
        leftOf("user_aliases", "alias", 1, { also: ["a"] }),
        leftOf("attributes", "a", 2, { settled: true }),
      ),
    ).toEqual([]);
    expect(
      commits(leftOf("attributes", "a", 1), leftOf("user_aliases", "x", 2, { also: ["a"], settled: true })),
    ).toEqual([]);
    expect(commits(leftOf("attributes", "a", 2), leftOf("attributes", "a", 1, { settled: true }))).toEqual([
      2,
    ]);
  });

  it("keeps every message, for without it the host would have it sent once more", () => {
    const settledLater = leftOf("attributes", "a", 2, { settled: true });
    expect(commits(leftOf("campaign_trigger/x", "a", 1), settledLater)).toEqual([1]);
    expect(commits(leftOf("canvas_trigger/x", "a", 1), settledLater)).toEqual([1]);
  });
});
