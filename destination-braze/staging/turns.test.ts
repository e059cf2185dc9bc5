import { Turns } from "./turns";

const never = new AbortController().signal;

/** An action that ends when it is told to. */
function action() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, run: jest.fn(() => ended) };
}

describe("Turns", () => {
  it("lets so many in at a time, in order of arrival", async () => {
    const slots = new Turns(2, never);
    const actions = [action(), action(), action(), action()];
    const runs = actions.map(({ run }) => slots.run(run));
    await Promise.resolve();
    const started = () => actions.map(({ run }) => run.mock.calls.length);
    expect(started()).toEqual([1, 1, 0, 0]);
    actions[1]?.end();
    await runs[1];
    await Promise.resolve();
    expect(started()).toEqual([1, 1, 1, 0]);
    for (const { end } of actions) end();
    await Promise.all(runs);
    expect(started()).toEqual([1, 1, 1, 1]);
  });

  it("gives a place back also after a failure", async () => {
    const slots = new Turns(1, never);
    await expect(slots.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(slots.run(async () => 5)).resolves.toBe(5);
  });

  it("lets nobody in after the halt, also of those who wait", async () => {
    const halt = new AbortController();
    const slots = new Turns(1, halt.signal);
    const first = action();
    const running = slots.run(first.run);
    const waiting = slots.run(async () => 1);
    halt.abort();
    await expect(waiting).rejects.toThrow("asked to stop");
    await expect(slots.run(async () => 1)).rejects.toThrow("asked to stop");
    first.end();
    await running;
  });
});
