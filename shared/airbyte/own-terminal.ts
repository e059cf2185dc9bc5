import { fstatSync, readFileSync } from "node:fs";
import { LiveLine } from "./live-line";

/** What decides whether a process may draw on the terminal that its stderr is. */
export interface Surroundings {
  stderrIsTerminal: boolean;
  /** `TERM` of the environment. */
  terminalType: string | undefined;
  stdoutIsPipe: boolean;
  /** Whether it is the terminal from which the process was started, and all that runs with it. */
  terminalIsShared: boolean;
}

/**
 * Whether the terminal is ours to draw on. When stdout is a pipe, a program reads our messages: a host, or the next
 * command of a shell pipe. The terminal from which both were started is then that one's; another one is not.
 */
export const mayDraw = (surroundings: Surroundings): boolean =>
  surroundings.stderrIsTerminal &&
  surroundings.terminalType !== "dumb" &&
  !(surroundings.stdoutIsPipe && surroundings.terminalIsShared);

/** The live line of this process; undefined where it may not draw one. */
export function liveLineOfProcess(): LiveLine | undefined {
  const { stderr, env } = process;
  const surroundings = {
    stderrIsTerminal: stderr.isTTY === true,
    terminalType: env.TERM,
    stdoutIsPipe: isPipe(1),
    terminalIsShared: isTerminalOfSession(2),
  };
  return mayDraw(surroundings) ? new LiveLine(stderr) : undefined;
}

function isPipe(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isFIFO() || status.isSocket();
  } catch {
    return false;
  }
}

/** Where that can't be found out (it is Linux that says it), a terminal is taken for the one of the session. */
function isTerminalOfSession(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).rdev === terminalOfSession(readFileSync("/proc/self/stat", "utf8"));
  } catch {
    return true;
  }
}

/** `tty_nr` of proc_pid_stat(5): the device number; the second field is a name that may hold anything, in brackets. */
export const terminalOfSession = (stat: string): number =>
  Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[4]);
