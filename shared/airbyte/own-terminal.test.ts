import { mayDraw, type Surroundings, terminalOfSession } from "./own-terminal";

const alone: Surroundings = {
  stderrIsTerminal: true,
  terminalType: "xterm",
  stdoutIsPipe: false,
  terminalIsShared: true,
};

test.each<[string, Partial<Surroundings>, boolean]>([
  ["a terminal", {}, true],
  ["no terminal", { stderrIsTerminal: false }, false],
  ["a terminal that can't go back in a line", { terminalType: "dumb" }, false],
  ["a terminal shared with the program that reads our messages", { stdoutIsPipe: true }, false],
  ["another terminal than that program's", { stdoutIsPipe: true, terminalIsShared: false }, true],
])("on %s a line is drawn: %#", (_, change, draws) => {
  expect(mayDraw({ ...alone, ...change })).toBe(draws);
});

test("the terminal of the session is found behind a name that may hold anything", () => {
  expect(terminalOfSession("42 (a ) b) S 1 42 42 34817 50 4194304")).toBe(34817);
  expect(terminalOfSession("42 (node) S 1 42 42 0 -1 4194304")).toBe(0);
});
