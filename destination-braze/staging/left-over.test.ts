import { type LeftOver, toBeDelivered } from "./left-over";

const left = (slot: string, identity: string, commit: number, changes: Partial<LeftOver> = {}): LeftOver => ({
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
  it("is what was not settled, in its order", () => {
    expect(
      commits(left("events", "a", 2), left("events", "b", 1), left("events", "c", 3, { settled: true })),
    ).toEqual([1, 2]);
  });

  it("leaves out what was followed by something settled of one of its identities", () => {
    expect(commits(left("attributes", "a", 1), left("attributes", "a", 2, { settled: true }))).toEqual([]);
    expect(
      commits(
        left("user_aliases", "alias", 1, { also: ["a"] }),
        left("attributes", "a", 2, { settled: true }),
      ),
    ).toEqual([]);
    expect(
      commits(left("attributes", "a", 1), left("user_aliases", "x", 2, { also: ["a"], settled: true })),
    ).toEqual([]);
    expect(commits(left("attributes", "a", 2), left("attributes", "a", 1, { settled: true }))).toEqual([2]);
  });

  it("keeps every message, for without it the host would have it sent once more", () => {
    const settledLater = left("attributes", "a", 2, { settled: true });
    expect(commits(left("campaign_trigger/x", "a", 1), settledLater)).toEqual([1]);
    expect(commits(left("canvas_trigger/x", "a", 1), settledLater)).toEqual([1]);
  });
});
