import { createGunzip } from "node:zlib";
import { isObject, type JsonObject } from "@braze-connectors/shared/json";

/** An object on its way to Braze, as a staged part keeps it. */
export interface StagedObject {
  /** Name of its slot: what kind of object it is, and where it travels. */
  slot: string;
  /** Whose user it changes, or which item; see objects/identity.ts. */
  identity: string;
  /** Others that it concerns too. */
  also?: readonly string[];
  /** What is sent, as JSON text, or as its bytes. */
  json: string | Uint8Array;
  /** The one that gives the bytes of the text; UTF-8 by default. */
  encoding?: "latin1" | "utf8";
  /** Of what must not be repeated in each of the updates merged in it: two halves each. */
  fingerprints: readonly number[];
}

/** An object read back. */
export interface LeftObject extends Omit<StagedObject, "json" | "encoding"> {
  /** Number of its batch in the commit. */
  batch: number;
  body: JsonObject;
}

/** What a part says, as far as it can be read. */
export interface LeftPart {
  objects: LeftObject[];
  /** How many records of the stream, behind the last state that had left, had come when it was written. */
  reach: number;
  /** What is wrong with the file; then objects may be missing. */
  damage?: string;
}

export const partVersion = 1;

/** Reads a part; of a damaged one what can be read. */
export async function decodePart(bytes: Buffer): Promise<LeftPart> {
  const { text, damage } = await inflate(bytes);
  const lines = text.split("\n");
  // What stands behind the last newline is nothing, or was cut.
  lines.pop();
  const header = parsed(lines.shift() ?? "");
  if (!isObject(header)) return { objects: [], reach: 0, damage: damage ?? "it is not a staged part" };
  if (header.version !== partVersion) {
    return { objects: [], reach: 0, damage: `its version ${String(header.version)} is unknown` };
  }
  const objects = lines.flatMap((line) => objectOf(parsed(line)) ?? []);
  const missing = objects.length === header.objects ? undefined : "objects are missing";
  const problem = damage ?? missing;
  const reach = typeof header.reach === "number" ? header.reach : 0;
  return problem === undefined ? { objects, reach } : { objects, reach, damage: problem };
}

/** The text of a compressed file as far as it is good. */
function inflate(bytes: Buffer): Promise<{ text: string; damage?: string }> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const text = (): string => Buffer.concat(pieces).toString();
    const gunzip = createGunzip();
    gunzip.on("data", (piece: Buffer) => pieces.push(piece));
    gunzip.once("error", (error) => resolve({ text: text(), damage: error.message }));
    gunzip.once("end", () => resolve({ text: text() }));
    gunzip.end(bytes);
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): LeftObject | undefined {
  if (!Array.isArray(value)) return undefined;
  const [batch, slot, identities, body, fingerprints = []] = value as unknown[];
  const [identity, ...also] = [identities].flat();
  if (typeof batch !== "number" || typeof slot !== "string" || typeof identity !== "string") return undefined;
  if (!isObject(body) || !isNumbers(fingerprints) || !isTexts(also)) return undefined;
  return { batch, slot, identity, body, fingerprints, ...(also.length > 0 ? { also } : {}) };
}

const isTexts = (values: readonly unknown[]): values is string[] =>
  values.every((each) => typeof each === "string");

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((each) => typeof each === "number");
