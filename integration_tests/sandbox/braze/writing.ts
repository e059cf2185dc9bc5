import { setTimeout as sleep } from "node:timers/promises";
import type { BrazeWorkspace } from "./workspace";

/**
 * Applies what a request writes, after the workspace's latency. Meanwhile other requests for the same
 * identities are noticed (see overlaps.ts).
 * @param identities keys of everybody whom the request is about (identityKey)
 */
export async function write(
  workspace: BrazeWorkspace,
  nowMs: number,
  identities: () => Iterable<string>,
  apply: () => void,
): Promise<void> {
  const latencyMs = workspace.latencyMs();
  if (latencyMs <= 0) return apply();
  const done = workspace.overlapWatch.begin(identities(), nowMs);
  try {
    await sleep(latencyMs);
    apply();
  } finally {
    done();
  }
}
