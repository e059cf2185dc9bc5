/** What a running process uses, as /proc tells it: on Linux only. */
import { readFile } from "node:fs/promises";

/** Linux counts times of processes in hundredths. */
const ticksPerSecond = 100;

const proc = (pid: number | undefined, file: string): Promise<string> =>
  readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");

export interface Memory {
  residentMegabytes: number;
  /** The most that was ever resident. */
  peakMegabytes: number;
}

/** Undefined when the process is gone, and where there is no /proc. */
export async function memoryOf(pid: number | undefined): Promise<Memory | undefined> {
  const status = await proc(pid, "status");
  const [, peak] = /VmHWM:\s+(\d+) kB/.exec(status) ?? [];
  const [, resident] = /VmRSS:\s+(\d+) kB/.exec(status) ?? [];
  if (peak === undefined || resident === undefined) return undefined;
  return { residentMegabytes: Number(resident) / 1024, peakMegabytes: Number(peak) / 1024 };
}

/** Time that the threads of a process spent on cores; undefined as above. */
export async function cpuSecondsOf(pid: number | undefined): Promise<number | undefined> {
  const stat = await proc(pid, "stat");
  // Behind the name in parentheses: utime and stime are the 12th and 13th field (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.length > 12 ? (Number(fields[11]) + Number(fields[12])) / ticksPerSecond : undefined;
}

/** Watches the memory of a process until `stop`, which tells the peak so far; 0 where nobody can know. */
export function watchPeakMemory(pid: number | undefined, everyMs = 20): { stop(): number } {
  let peakMegabytes = 0;
  const timer = setInterval(async () => {
    const memory = await memoryOf(pid);
    peakMegabytes = Math.max(peakMegabytes, memory?.peakMegabytes ?? 0);
  }, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return peakMegabytes;
    },
  };
}
