import { judge, type Look, pauseMs } from "./completion";

const second = 1000;
const minute = 60 * second;
const patience = { settleMs: 30 * second, timeoutMs: 180 * minute };
const requestedAtMs = Date.UTC(2026, 0, 2);

const look = (change: Partial<Look>): Look => ({
  nowMs: requestedAtMs,
  requestedAtMs,
  changedAtMs: requestedAtMs,
  fileCount: 0,
  segmentSize: 1000,
  ...change,
});
const at = (ms: number): number => requestedAtMs + ms;

describe("an export with files", () => {
  const files = { fileCount: 3, changedAtMs: at(10 * minute) };

  test("is complete when nothing changed for settle_seconds", () => {
    expect(judge(look({ ...files, nowMs: at(10 * minute + 30 * second) }), patience)).toBe("complete");
  });

  test("is waited for while it settles", () => {
    expect(judge(look({ ...files, nowMs: at(10 * minute + 29 * second) }), patience)).toBe("wait");
  });

  test("settles even when the timeout passes meanwhile", () => {
    const late = { fileCount: 3, changedAtMs: at(179 * minute + 50 * second) };
    expect(judge(look({ ...late, nowMs: at(180 * minute + 5 * second) }), patience)).toBe("wait");
  });

  test("times out when files keep coming after the timeout", () => {
    const late = { fileCount: 3, changedAtMs: at(181 * minute), changedAfterMs: at(180 * minute) };
    expect(judge(look({ ...late, nowMs: at(181 * minute) }), patience)).toBe("timed out");
  });

  test("does not time out for files that may have come before, while others were read", () => {
    const read = { fileCount: 3, changedAtMs: at(300 * minute), changedAfterMs: at(179 * minute) };
    expect(judge(look({ ...read, nowMs: at(300 * minute) }), patience)).toBe("wait");
    expect(judge(look({ ...read, nowMs: at(300 * minute + 30 * second) }), patience)).toBe("complete");
  });

  test("that was requested long ago by an earlier run may settle in this one", () => {
    const changedAtMs = at(24 * 60 * minute);
    const resumed = { fileCount: 3, changedAtMs };
    expect(judge(look({ ...resumed, nowMs: changedAtMs }), patience)).toBe("wait");
    expect(judge(look({ ...resumed, nowMs: changedAtMs + 30 * second }), patience)).toBe("complete");
  });
});

describe("an export without files", () => {
  test("is empty when the segment is, ten times settle_seconds after the request", () => {
    expect(judge(look({ segmentSize: 0, nowMs: at(299 * second) }), patience)).toBe("wait");
    expect(judge(look({ segmentSize: 0, nowMs: at(300 * second) }), patience)).toBe("empty");
  });

  test("is waited for until the timeout when the segment has users", () => {
    expect(judge(look({ nowMs: at(179 * minute) }), patience)).toBe("wait");
    expect(judge(look({ nowMs: at(180 * minute) }), patience)).toBe("timed out");
  });

  test("is waited for until the timeout when the size is not known", () => {
    expect(judge(look({ segmentSize: undefined, nowMs: at(179 * minute) }), patience)).toBe("wait");
  });

  test("is not waited for again when an earlier run requested it longer ago than the timeout", () => {
    expect(judge(look({ nowMs: at(200 * minute) }), patience)).toBe("timed out");
  });
});

describe("the pause before the next look", () => {
  test("is a poll interval", () => {
    expect(pauseMs(look({ nowMs: at(minute) }), 10 * second, patience)).toBe(10 * second);
  });

  test("ends when the files may have settled", () => {
    const settling = look({ fileCount: 1, changedAtMs: at(0), nowMs: at(25 * second) });
    expect(pauseMs(settling, 10 * second, patience)).toBe(5 * second);
  });

  test("ends at the timeout, and when emptiness can be told", () => {
    expect(pauseMs(look({ nowMs: at(180 * minute - second) }), 10 * second, patience)).toBe(second);
    expect(pauseMs(look({ segmentSize: 0, nowMs: at(298 * second) }), 10 * second, patience)).toBe(
      2 * second,
    );
  });
});
