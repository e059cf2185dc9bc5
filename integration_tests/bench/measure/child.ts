import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { cpuSecondsOf, memoryOf } from "../../process-usage";

export interface Finished {
  /** From its start to its end. */
  seconds: number;
  /** Time that its threads spent on cores; undefined where /proc does not tell. */
  cpuSeconds: number | undefined;
  /** The most memory it ever had resident; undefined where /proc does not tell. */
  peakMegabytes: number | undefined;
}

export interface ChildOptions {
  /** File that is its stdin; nothing by default. */
  input?: string;
  onOutput?: (piece: Buffer) => void;
  env?: Record<string, string>;
}

const sampleEveryMs = 50;
const shownErrorCharacters = 2000;

/** Runs a program to its end and measures it. @throws unless it ends with 0 */
export async function measureChild(
  program: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<Finished> {
  const startedAt = performance.now();
  const input = options.input === undefined ? undefined : openSync(options.input, "r");
  const child = spawn(program, args, {
    stdio: [input ?? "ignore", options.onOutput ? "pipe" : "ignore", "pipe"],
    env: { ...environment(), ...options.env },
  });
  if (input !== undefined) closeSync(input);
  let said = "";
  child.stderr?.on("data", (piece: Buffer) => {
    said = (said + piece).slice(-shownErrorCharacters);
  });
  if (options.onOutput) child.stdout?.on("data", options.onOutput);
  const usage = watchUsage(child);
  const exit = await exitOf(child);
  const seconds = (performance.now() - startedAt) / 1000;
  usage.stop();
  if (exit !== 0) throw new Error(`${program} ${args[0] ?? ""} ended with ${exit}: ${said}`);
  return { seconds, cpuSeconds: usage.cpuSeconds, peakMegabytes: usage.peakMegabytes };
}

export function exitOf(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
}

/** The environment without what would change the connectors' behaviour. */
export function environment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^AWS_|^NODE_OPTIONS$/.test(name));
  return { ...Object.fromEntries(kept), AWS_EC2_METADATA_DISABLED: "true" };
}

class Usage {
  cpuSeconds: number | undefined;
  peakMegabytes: number | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.timer = setInterval(() => void this.sample(), sampleEveryMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async sample(): Promise<void> {
    const [memory, cpuSeconds] = await Promise.all([memoryOf(this.pid), cpuSecondsOf(this.pid)]);
    // Of a process that is gone nothing more is told: what was seen last holds.
    this.peakMegabytes = memory?.peakMegabytes ?? this.peakMegabytes;
    this.cpuSeconds = cpuSeconds ?? this.cpuSeconds;
  }
}

const watchUsage = ({ pid }: ChildProcess): Usage => new Usage(pid ?? 0);
