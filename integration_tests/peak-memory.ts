import { readFile } from "node:fs/promises";

/** Watches the memory of a process until `stop`, which tells the peak so far. Linux only; 0 elsewhere. */
export function watchPeakMemory(pid: number | undefined, everyMs = 20): { stop(): number } {
  let peakMegabytes = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
    peakMegabytes = Math.max(peakMegabytes, kilobytes / 1024);
  }, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return peakMegabytes;
    },
  };
}
