import type { Journal } from "../journal/journal";
import { Journals } from "../journal/journals";
import type { FinalFate } from "../pipeline/deliver";
import { objectNamed, outgoingTo } from "../testing/objects";
import type { PartWriter } from "./part-writer";
import { Staging } from "./staging";

const doubt: FinalFate = { accepted: false, code: "outcome_unknown", reason: "?" };
const refused: FinalFate = { accepted: false, reason: "no" };

async function setUp(...fates: FinalFate[]) {
  const happened: string[] = [];
  const journal = {
    note: () => void happened.push("note"),
    settled: () => void happened.push("settled"),
    flush: async () => undefined,
    forgetCommits: () => undefined,
  } as unknown as Journal;
  const commit = { number: 1, open: 1, keys: [], changed: new Map(), durable: Promise.resolve() };
  const writer = { add: () => ({ commit, number: 0, streams: ["users"] }) } as unknown as PartWriter;
  const staging = new Staging({
    storage: { remove: async () => undefined },
    writer,
    journals: new Journals(
      new Map([["users", journal]]),
      { receivedOf: () => 0, hostTells: () => false },
      () => undefined,
    ),
    deltas: {
      addProfile: () => undefined,
      noteChanged: async () => undefined,
      noteUndone: async () => undefined,
    },
    concurrentRequests: 1,
    halt: new AbortController().signal,
    failed: () => undefined,
  });
  const objects = outgoingTo(
    objectNamed("campaign_trigger/x"),
    fates.map((_, index) => ({ external_user_id: `u${index}` })),
  );
  await staging.around({ deliver: async () => fates }).deliver(objects);
  const reject = (): void => {
    for (const { updates } of objects) for (const { record } of updates) record.open = 0;
  };
  const persist = async (): Promise<void> => void happened.push("persist");
  return { staging, happened, reject, persist };
}

describe("Staging, of messages in doubt", () => {
  it("notes what is known at once", async () => {
    const { happened } = await setUp({ accepted: true }, refused);
    expect(happened).toEqual(["note", "settled"]);
  });

  it("keeps a batch staged until its records are durably rejected", async () => {
    const { staging, happened, reject, persist } = await setUp(doubt, { accepted: true }, refused);
    expect(happened).toEqual([]);
    await staging.settleDoubts(persist);
    expect(happened).toEqual(["persist"]);
    reject();
    await staging.settleDoubts(persist);
    // What may have arrived is noted like what has: the host must not have it sent again.
    expect(happened).toEqual(["persist", "persist", "note", "note", "settled"]);
    await staging.settleDoubts(persist);
    expect(happened).toHaveLength(6);
    await staging.end();
  });

  it("leaves it staged when they can't be made durable", async () => {
    const { staging, happened, reject } = await setUp(doubt);
    reject();
    await expect(staging.settleDoubts(() => Promise.reject(new Error("full")))).rejects.toThrow("full");
    expect(happened).toEqual([]);
    await staging.end();
  });
});
