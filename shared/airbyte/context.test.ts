import { sleep, throwIfStopped } from "./context";
import { StoppedError } from "./errors";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe("sleep", () => {
  test("lasts as long as it should", async () => {
    let awake = false;
    const sleeping = sleep(1000, new AbortController().signal).then(() => {
      awake = true;
    });
    await jest.advanceTimersByTimeAsync(999);
    expect(awake).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(awake).toBe(true);
    await sleeping;
  });

  test("ends with a StoppedError when the host asks to stop, and leaves no timer", async () => {
    const stop = new AbortController();
    const sleeping = expect(sleep(1000, stop.signal)).rejects.toBeInstanceOf(StoppedError);
    stop.abort();
    await sleeping;
    expect(jest.getTimerCount()).toBe(0);
  });

  test("does not even begin after a stop", async () => {
    await expect(sleep(1000, AbortSignal.abort())).rejects.toBeInstanceOf(StoppedError);
    expect(jest.getTimerCount()).toBe(0);
  });

  test("a time longer than a timer can be is long, not short", async () => {
    const stop = new AbortController();
    let ended = false;
    const sleeping = sleep(Number.POSITIVE_INFINITY, stop.signal).catch(() => {
      ended = true;
    });
    await jest.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(ended).toBe(false);
    stop.abort();
    await sleeping;
  });
});

test("throwIfStopped throws only after a stop", () => {
  throwIfStopped(new AbortController().signal);
  expect(() => throwIfStopped(AbortSignal.abort())).toThrow(StoppedError);
});
