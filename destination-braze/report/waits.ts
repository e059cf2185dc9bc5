import type { HeldBack } from "@braze-connectors/shared/braze/rate-limit";

/** What a sync waits for, if it waits. */
export type Wait = "limit" | "answers" | "records" | "storage";

/** How a sync is at a moment. */
export interface Situation {
  nowMs: number;
  heldBack: HeldBack | undefined;
  inFlight: number;
  /** As many as may be in flight. */
  mostInFlight: number;
  lastRecordAtMs: number;
  /** Whether the host has sent all that it has. */
  inputEnded: boolean;
}

/** Without a record for so long the input counts as quiet. */
const quietMs = 2000;

/** Undefined while it works: records come in and requests go out. */
export function waitOf(situation: Situation): Wait | undefined {
  const { heldBack, inFlight, mostInFlight, nowMs, lastRecordAtMs, inputEnded } = situation;
  if (heldBack && heldBack.untilMs > nowMs) return "limit";
  if (inFlight >= mostInFlight) return "answers";
  const isQuiet = inputEnded || nowMs - lastRecordAtMs >= quietMs;
  if (!isQuiet) return undefined;
  if (inFlight > 0) return "answers";
  return inputEnded ? "storage" : "records";
}

/** Waits in words that go on from "waiting for". */
export const waitWords: Record<Wait, string> = {
  limit: "Braze's rate limit",
  answers: "Braze's answers",
  records: "records",
  storage: "the storage",
};

/** A wait of the rate limit that is longer than this has its end said. */
const longWaitMs = 5000;

/** What a sync waits for, in words. */
export function waitText(wait: Wait | undefined, { heldBack, nowMs }: Situation): string | undefined {
  if (wait === undefined) return undefined;
  const isLong = wait === "limit" && heldBack !== undefined && heldBack.untilMs - nowMs > longWaitMs;
  const until = isLong ? ` until ${new Date(heldBack.untilMs).toISOString().slice(11, 19)} UTC` : "";
  return `waiting for ${waitWords[wait]}${until}`;
}
