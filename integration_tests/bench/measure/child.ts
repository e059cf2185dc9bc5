import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";

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
/** Linux counts times of processes in hundredths. */
const ticksPerSecond = 100;
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
    const [status, stat] = await Promise.all([this.read("status"), this.read("stat")]);
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
    if (kilobytes !== undefined) this.peakMegabytes = Number(kilobytes) / 1024;
    // Behind the name in parentheses: utime and stime are the 12th and 13th field (proc_pid_stat(5)).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields.length > 12) this.cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  private read(name: string): Promise<string> {
    return readFile(`/proc/${this.pid}/${name}`, "utf8").catch(() => "");
  }
}

const watchUsage = ({ pid }: ChildProcess): Usage => new Usage(pid ?? 0);
