import { LiveLine } from "./live-line";
import type { Logger } from "./output";
import type { Progress } from "./progress";
import { ReadingProgress } from "./reading-progress";
import { type Repeat, showProgress } from "./show-progress";

const terminal = (columns: number | undefined = 40) => {
  const written: string[] = [];
  return { written, columns, write: (text: string) => void written.push(text) };
};

describe("LiveLine", () => {
  test("is drawn in place of itself, and taken away once", () => {
    const { written, ...screen } = terminal();
    const line = new LiveLine(screen);
    line.draw("one");
    line.draw("two");
    line.clear();
    line.clear();
    expect(written).toEqual(["\rone\u001b[K", "\rtwo\u001b[K", "\r\u001b[K"]);
  });

  test("makes room for other text, and is not drawn into it", () => {
    const { written, ...screen } = terminal();
    const line = new LiveLine(screen);
    line.hide();
    line.draw("one");
    line.show();
    line.draw("two");
    line.hide();
    expect(written).toEqual(["\rtwo\u001b[K", "\r\u001b[K"]);
  });

  test.each([undefined, 0])("takes a terminal whose width is %s for a usual one", (columns) => {
    expect(new LiveLine({ write: () => undefined, columns }).columns).toBe(80);
  });
});

describe("showProgress", () => {
  /** Time that passes when a test says so. */
  function clock() {
    const actions: { action: () => void; everyMs: number }[] = [];
    const every: Repeat = (action, everyMs) => {
      const entry = { action, everyMs };
      actions.push(entry);
      return () => void actions.splice(actions.indexOf(entry), 1);
    };
    const pass = (ms: number): void => {
      for (const { action, everyMs } of actions) {
        for (let index = 0; index < Math.floor(ms / everyMs); index++) action();
      }
    };
    return { every, pass };
  }

  const look = (): Progress => ({ parts: ["1,234 records", "56/s"] });

  test("draws on a terminal five times a second, and logs nothing", () => {
    const { every, pass } = clock();
    const { written, ...screen } = terminal(16);
    const logged: string[] = [];
    const log = { info: (text: string) => void logged.push(text) } as unknown as Logger;
    const stop = showProgress({ liveLine: new LiveLine(screen), log }, look, every);
    pass(600);
    stop();
    pass(60_000);
    expect(written).toEqual([...Array(3).fill("\r1,234 records\u001b[K"), "\r\u001b[K"]);
    expect(logged).toEqual([]);
  });

  test("logs every 30 seconds elsewhere", () => {
    const { every, pass } = clock();
    const logged: string[] = [];
    const log = { info: (text: string) => void logged.push(text) } as unknown as Logger;
    const stop = showProgress({ log }, look, every);
    pass(29_999);
    expect(logged).toEqual([]);
    pass(60_000);
    expect(logged).toEqual(Array(2).fill("So far: 1,234 records, 56/s."));
    stop();
    pass(60_000);
    expect(logged).toHaveLength(2);
  });
});

describe("ReadingProgress", () => {
  test("says how far the stream is that is being read", () => {
    let nowMs = 0;
    const progress = new ReadingProgress(2, () => nowMs);
    expect(progress.look()).toEqual({ parts: ["starting"] });
    const first: { stream: string; total: number; expected: number | undefined } = {
      stream: "users",
      total: 0,
      expected: undefined,
    };
    progress.next(first);
    nowMs = 1000;
    first.total = 500;
    expect(progress.look()).toEqual({ subject: "users (stream 1 of 2)", parts: ["500 records", "500/s"] });
    nowMs = 3000;
    first.expected = 2000;
    expect(progress.look().parts).toEqual(["500 of about 2,000 records", "167/s", "waiting for Braze"]);
    first.total = 2500;
    expect(progress.look().parts).toEqual(["2,500 records", "833/s"]);
    progress.next({ stream: "segments", total: 0, expected: undefined });
    expect(progress.look()).toEqual({ subject: "segments (stream 2 of 2)", parts: ["0 records", "0/s"] });
  });

  test("does not count a single stream", () => {
    const progress = new ReadingProgress(1, () => 0);
    progress.next({ stream: "users", total: 0, expected: undefined });
    expect(progress.look().subject).toBe("users");
  });
});
