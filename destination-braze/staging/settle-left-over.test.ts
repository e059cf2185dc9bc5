import { MemoryStorage } from "@braze-connectors/shared/testing/memory-storage";
import { Journal } from "../journal/journal";
import { Journals } from "../journal/journals";
import { findSlot } from "../objects/registry";
import type { Outgoing } from "../pipeline/update";
import { limitsWith, recordWith } from "../testing/updates";
import { settleLeftOver } from "./settle-left-over";
import type { Restaged } from "./take-over";

const message = "campaign_trigger/x";

function restaged(slot: string, identity: string, fingerprint: number): Restaged {
  const commit = { number: 1, open: 1, keys: [], durable: Promise.resolve() };
  return {
    object: {
      slot,
      identity,
      batch: 0,
      body: { id: identity },
      fingerprints: [fingerprint, 0],
      stream: "s",
      run: "r",
      commit: 1,
      settled: false,
    },
    batch: { commit, number: fingerprint, streams: ["s"] },
  } as unknown as Restaged;
}

async function settle(left: Restaged[], messagesInDoubt: "reject" | "send again" = "reject") {
  const happened: string[] = [];
  const storage = new MemoryStorage();
  const log = { info: () => undefined, warn: () => undefined } as never;
  const journal = await Journal.open({ storage, folder: "j/", run: "run", log }, false);
  const journals = new Journals(
    new Map([["s", journal]]),
    { receivedOf: () => 0, hostTells: () => false },
    () => undefined,
  );
  const rejected = {
    add: (_: string, { id }: { id?: unknown }, [reason]: { code: string }[]) =>
      void happened.push(`reject ${id} ${reason?.code}`),
    persist: async () => void happened.push("persist"),
  };
  const counts = await settleLeftOver(left, {
    limits: limitsWith(),
    messagesInDoubt,
    deliverer: {
      deliver: async (objects: readonly Outgoing[]) => {
        happened.push(`send ${objects.map(({ identity }) => identity).join()}`);
        return objects.map(() => ({ accepted: true as const }));
      },
    },
    staging: { settled: ({ number }) => void happened.push(`settle ${number}`) },
    journals,
    rejected: rejected as never,
    delivered: () => undefined,
    halt: new AbortController().signal,
  });
  await journals.end(false);
  /** Whether the host's record of a message would be recognised. */
  const recognises = (lo: number): boolean =>
    (journal as unknown as { credits: { take(lo: number, hi: number): boolean } }).credits.take(lo, 0);
  return { happened, counts: counts.get("s"), recognises };
}

describe("settleLeftOver", () => {
  it("gives messages up: rejected durably, only then settled, and known when the host brings them", async () => {
    const { happened, counts, recognises } = await settle([
      restaged(message, "u", 7),
      restaged(message, "v", 8),
    ]);
    expect(happened.slice(0, 5)).toEqual([
      "reject u outcome_unknown",
      "reject v outcome_unknown",
      "persist",
      "settle 7",
      "settle 8",
    ]);
    expect(counts).toEqual({ accepted: 0, rejected: 2 });
    expect([recognises(7), recognises(8), recognises(9)]).toEqual([true, true, false]);
  });

  it("sends everything else, and messages where the config says so", async () => {
    const left = [restaged("events", "u", 7), restaged(message, "v", 8)];
    expect((await settle(left)).happened).toEqual(
      expect.arrayContaining(["send u", "reject v outcome_unknown"]),
    );
    const { happened, counts } = await settle(left, "send again");
    expect(happened).toEqual(expect.arrayContaining(["send u", "send v"]));
    expect(counts).toEqual({ accepted: 2, rejected: 0 });
  });
});

test("the slot of a message is found as the config wants it", () => {
  expect(findSlot(message, "reject")?.endpoint.inDoubt).toBe("reject");
  expect(findSlot(message, "send again")?.endpoint.inDoubt).toBe("send again");
  expect(recordWith({}).open).toBe(1);
});
