import fc from "fast-check";
import type { HostState } from "../messages";
import { Acknowledger, type Epoch } from "./acknowledge";

/** A STATE of a stream, or a global one, that can be told apart by its number. */
const stateOf = (stream: string | undefined, number = 0): HostState => ({
  stream,
  line: `{"type":"STATE","state":{"number":${number}}}`,
});

interface Emitted {
  number: number;
  recordCount: number;
  rejectedRecordCount: number;
}

function setUp(persist: () => Promise<void> = async () => undefined) {
  const emitted: Emitted[] = [];
  const errors: unknown[] = [];
  const acknowledger = new Acknowledger({
    persist: persist,
    emit: (line) => {
      const { number, destinationStats } = JSON.parse(line).state;
      emitted.push({ number, ...destinationStats });
      return undefined;
    },
    failed: (error) => errors.push(error),
  });
  return { acknowledger, emitted, errors };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("Acknowledger", () => {
  it("lets a state out when every record before it is settled", async () => {
    const { acknowledger, emitted } = setUp();
    const epochs = [acknowledger.receive(), acknowledger.receive()] as const;
    acknowledger.state(stateOf("users", 1));
    acknowledger.settle(epochs[0], "users", "accepted");
    await settle();
    expect(emitted).toEqual([]);
    acknowledger.settle(epochs[1], "users", "rejected");
    await settle();
    expect(emitted).toEqual([{ number: 1, recordCount: 1, rejectedRecordCount: 1 }]);
  });

  it("lets states without records out at once, in order", async () => {
    const { acknowledger, emitted } = setUp();
    for (const number of [1, 2, 3]) acknowledger.state(stateOf("users", number));
    await acknowledger.flush();
    expect(emitted.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it("holds a state back behind an earlier one that is not safe", async () => {
    const { acknowledger, emitted } = setUp();
    const first = acknowledger.receive();
    acknowledger.state(stateOf("users", 1));
    const second = acknowledger.receive();
    acknowledger.state(stateOf("events", 2));
    acknowledger.settle(second, "events", "accepted");
    await acknowledger.flush();
    expect(emitted).toEqual([]);
    acknowledger.settle(first, "users", "accepted");
    await acknowledger.flush();
    expect(emitted.map(({ number }) => number)).toEqual([1, 2]);
  });

  it("counts the records of a state's stream since that stream's previous state", async () => {
    const { acknowledger, emitted } = setUp();
    const settleOne = (stream: string): void =>
      acknowledger.settle(acknowledger.receive(), stream, "accepted");
    settleOne("users");
    settleOne("events");
    acknowledger.state(stateOf("events", 1));
    settleOne("users");
    acknowledger.state(stateOf("users", 2));
    acknowledger.state(stateOf("users", 3));
    await acknowledger.flush();
    expect(emitted.map(({ recordCount }) => recordCount)).toEqual([1, 2, 0]);
  });

  it("counts everything for a state that is about all streams", async () => {
    const { acknowledger, emitted } = setUp();
    for (const stream of ["users", "events", "unknown"]) {
      acknowledger.settle(acknowledger.receive(), stream, "rejected");
    }
    acknowledger.state(stateOf(undefined, 1));
    acknowledger.state(stateOf(undefined, 2));
    await acknowledger.flush();
    expect(emitted.map(({ rejectedRecordCount }) => rejectedRecordCount)).toEqual([3, 0]);
  });

  it("makes rejected records durable before a state comes out", async () => {
    let release: () => void = () => undefined;
    const { acknowledger, emitted } = setUp(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    acknowledger.settle(acknowledger.receive(), "users", "rejected");
    acknowledger.state(stateOf("users", 1));
    await settle();
    expect(emitted).toEqual([]);
    release();
    await acknowledger.flush();
    expect(emitted).toHaveLength(1);
  });

  it("lets nothing out any more once rejected records can't be kept", async () => {
    const { acknowledger, emitted, errors } = setUp(() => Promise.reject(new Error("no space")));
    acknowledger.settle(acknowledger.receive(), "users", "rejected");
    acknowledger.state(stateOf("users", 1));
    await expect(acknowledger.flush()).rejects.toThrow("no space");
    acknowledger.state(stateOf("users", 2));
    await settle();
    expect(emitted).toEqual([]);
    expect(errors).toEqual([new Error("no space")]);
  });

  it("does not lose a state that becomes safe in the moment in which the one before is out", async () => {
    for (let ticks = 0; ticks < 12; ticks++) {
      const { acknowledger, emitted } = setUp();
      acknowledger.state(stateOf("users", 1));
      const epoch = acknowledger.receive();
      acknowledger.state(stateOf("users", 2));
      for (let tick = 0; tick < ticks; tick++) await undefined;
      acknowledger.settle(epoch, "users", "accepted");
      await settle();
      expect(emitted.map(({ number }) => number)).toEqual([1, 2]);
    }
  });

  it("emits each state once, in order, never before its records, and the counts add up", async () => {
    const action = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant("record" as const), stream: fc.constantFrom("a", "b") }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant("state" as const),
          stream: fc.constantFrom("a", "b", undefined),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant("settle" as const),
          which: fc.nat(),
          fate: fc.constantFrom("accepted" as const, "rejected" as const),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("wait" as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 80 }), async (actions) => {
        const { acknowledger, emitted } = setUp();
        const open: { epoch: Epoch; stream: string; received: number }[] = [];
        const states: { received: number }[] = [];
        const totals = { accepted: 0, rejected: 0 };
        let received = 0;
        const check = (): void => {
          expect(emitted.map(({ number }) => number)).toEqual(emitted.map((_, index) => index));
          const covered = states[emitted.length - 1]?.received ?? 0;
          expect(open.every((record) => record.received > covered)).toBe(true);
        };
        const settleOne = (which: number, fate: "accepted" | "rejected"): void => {
          const [record] = open.splice(which % Math.max(1, open.length), 1);
          if (!record) return;
          totals[fate] += 1;
          acknowledger.settle(record.epoch, record.stream, fate);
        };
        for (const each of actions) {
          if (each.kind === "record") {
            received += 1;
            open.push({ epoch: acknowledger.receive(), stream: each.stream, received });
          } else if (each.kind === "state") {
            acknowledger.state(stateOf(each.stream, states.length));
            states.push({ received });
          } else if (each.kind === "settle") settleOne(each.which, each.fate);
          else await settle();
          check();
        }
        while (open.length > 0) settleOne(0, "accepted");
        acknowledger.state(stateOf(undefined, states.length));
        await acknowledger.flush();
        check();
        expect(emitted).toHaveLength(states.length + 1);
        const sum = (key: "recordCount" | "rejectedRecordCount"): number =>
          emitted.reduce((total, each) => total + each[key], 0);
        expect([sum("recordCount"), sum("rejectedRecordCount")]).toEqual([totals.accepted, totals.rejected]);
      }),
      { numRuns: 60 },
    );
  });
});
