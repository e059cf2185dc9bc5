import { isObject } from "@braze-connectors/shared/json";
import { ObjectNotFoundError, type ObjectStorage, readAll } from "@braze-connectors/shared/storage/storage";

/** One full refresh of a stream, in as many attempts as it takes: `_braze/{stream}/refresh.json`. */
export interface Refresh {
  /** The host's name for it (sync id and generation); null when the host gives none. */
  sync: string | null;
  /** The attempt that wrote this. */
  attempt: string;
  /** Tells what was seen in it from what was seen in others. */
  marker: string;
  /** `refused`: it came whole, but the safety stop kept everybody. */
  outcome: "open" | "complete" | "refused";
  /** False while an attempt is under way: what it sees is not all stored. */
  settled: boolean;
  /** Whether an attempt was killed: who was seen in it is not known. */
  uncertain: boolean;
}

/**
 * The refresh that an attempt belongs to. A host that names its syncs decides; else a refresh goes on until it
 * was complete.
 * @param attempt an id of its own; the first attempt gives the refresh its marker
 */
export function refreshFor(previous: Refresh | undefined, sync: string | null, attempt: string): Refresh {
  const goesOn = previous?.sync === sync && (sync !== null || previous.outcome === "open");
  if (!previous || !goesOn) {
    return { sync, attempt, marker: attempt, outcome: "open", settled: false, uncertain: false };
  }
  return {
    ...previous,
    attempt,
    outcome: previous.outcome === "complete" ? "complete" : "open",
    settled: false,
    uncertain: previous.uncertain || !previous.settled,
  };
}

/** What is stored of the last refresh; undefined when nothing is, or nothing that can be used. */
export async function readRefresh(storage: ObjectStorage, key: string): Promise<Refresh | undefined> {
  try {
    const value: unknown = JSON.parse((await readAll(storage, key)).toString());
    return isRefresh(value) ? value : undefined;
  } catch (error) {
    if (error instanceof ObjectNotFoundError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function writeRefresh(storage: ObjectStorage, key: string, refresh: Refresh): Promise<void> {
  await storage.write(key, Buffer.from(`${JSON.stringify({ version: 1, ...refresh })}\n`));
}

function isRefresh(value: unknown): value is Refresh & { version: 1 } {
  return (
    isObject(value) &&
    value.version === 1 &&
    (value.sync === null || typeof value.sync === "string") &&
    typeof value.attempt === "string" &&
    typeof value.marker === "string" &&
    (value.outcome === "open" || value.outcome === "complete" || value.outcome === "refused") &&
    typeof value.settled === "boolean" &&
    typeof value.uncertain === "boolean"
  );
}
