import type { ConnectorError } from "@braze-connectors/shared/airbyte/errors";
import { messageOf } from "@braze-connectors/shared/braze/errors";
import { isObject, type Json } from "@braze-connectors/shared/json";
import type { Outgoing } from "./update";

/** What became of one object of a request. */
export type Fate =
  | { kind: "accepted" }
  | { kind: "rejected"; reason: string }
  /** Not accepted, and not at fault as far as Braze says. */
  | { kind: "not accepted"; reason: string }
  /** Braze complained without saying of which object: this one may be accepted, or at fault. */
  | { kind: "unknown"; reason: string };

/** What an answer means for the objects of its request, in their order. */
export type Outcome =
  | { kind: "settled"; fates: Fate[] }
  /** Nothing was accepted, and something in the request is at fault: send it in smaller parts. */
  | { kind: "split"; reason: string }
  /** Nothing was accepted, and nothing else would be: what all objects of the endpoint share is at fault. */
  | { kind: "stops all"; error: ConnectorError };

const accepted: Fate = { kind: "accepted" };

/** An error in the list of an answer. `index` counts from zero inside the named array. */
interface PartialError {
  index: number | undefined;
  array: string | undefined;
  reason: string;
}

/**
 * Judges an answer with status 2xx or one that may blame objects; of these Braze documents 400 and 413. Partial errors come as
 * `errors: [{type, input_array, index}]`, also in a 400 when nothing in the request was valid.
 */
export function judge(status: number, body: unknown, objects: readonly Outgoing[]): Outcome {
  if (status === 413) return { kind: "split", reason: "The request is larger than Braze accepts." };
  const errors = partialErrors(body);
  if (status < 400 && errors.length === 0) return { kind: "settled", fates: objects.map(() => accepted) };
  const positions = positionsByArray(objects);
  const named = namedRejections(errors, positions);
  if (status < 400) return { kind: "settled", fates: fatesOfAccepted(body, errors, named, objects) };

  const reason = messageOf(body) ?? `Braze answered ${status}`;
  if (named.size === 0) return { kind: "split", reason: errors[0]?.reason ?? reason };
  const fates = objects.map<Fate>((_, position) => named.get(position) ?? { kind: "not accepted", reason });
  return { kind: "settled", fates };
}

/** For each array of the request, which is a slot, the positions of its objects in order. */
type Positions = ReadonlyMap<string, readonly number[]>;

function positionsByArray(objects: readonly Outgoing[]): Positions {
  const positions = new Map<string, number[]>();
  objects.forEach(({ slot: { list: name } }, position) => {
    const own = positions.get(name);
    if (own) own.push(position);
    else positions.set(name, [position]);
  });
  return positions;
}

/** The objects that the errors name, by position. */
function namedRejections(
  errors: readonly PartialError[],
  positions: Positions,
): Map<number, Fate & { kind: "rejected" }> {
  const named = new Map<number, Fate & { kind: "rejected" }>();
  for (const error of errors) {
    const position = positionOf(error, positions);
    if (position === undefined) continue;
    const before = named.get(position);
    const reason = before === undefined ? error.reason : `${before.reason}; ${error.reason}`;
    named.set(position, { kind: "rejected", reason });
  }
  return named;
}

function positionOf({ index, array }: PartialError, positions: Positions): number | undefined {
  if (index === undefined) return undefined;
  const candidates = (array === undefined ? undefined : positions.get(array)) ?? onlyArray(positions, array);
  return candidates?.[index];
}

/** An error that does not name its array is clear when the request has one array only. */
function onlyArray(positions: Positions, array: string | undefined): readonly number[] | undefined {
  if (array !== undefined || positions.size !== 1) return undefined;
  return [...positions.values()][0];
}

/** In a 2xx what is not named was accepted, unless an error says nothing of whom it concerns. */
function fatesOfAccepted(
  body: unknown,
  errors: readonly PartialError[],
  named: ReadonlyMap<number, Fate>,
  objects: readonly Outgoing[],
): Fate[] {
  const positions = positionsByArray(objects);
  const stray = errors.filter((error) => positionOf(error, positions) === undefined);
  return objects.map<Fate>(({ slot: { list: array } }, position) => {
    const rejected = named.get(position);
    if (rejected) return rejected;
    const error = stray.find((each) => each.array === undefined || each.array === array);
    if (!error || allProcessed(body, array, positions, named)) return { kind: "accepted" };
    return { kind: "unknown", reason: error.reason };
  });
}

/** Whether Braze counted every object of an array that no error names: then a stray error concerns others. */
function allProcessed(
  body: unknown,
  array: string,
  positions: Positions,
  named: ReadonlyMap<number, Fate>,
): boolean {
  const processed = isObject(body) ? body[`${array}_processed`] : undefined;
  const unnamed = (positions.get(array) ?? []).filter((position) => !named.has(position)).length;
  return typeof processed === "number" && processed >= unnamed;
}

function partialErrors(body: unknown): PartialError[] {
  if (!isObject(body) || !Array.isArray(body.errors)) return [];
  return body.errors.map(partialError);
}

function partialError(error: Json): PartialError {
  if (!isObject(error)) return { index: undefined, array: undefined, reason: textOf(error) };
  const { index, input_array: name, type, message } = error;
  return {
    index: typeof index === "number" && Number.isInteger(index) ? index : undefined,
    array: typeof name === "string" ? name : undefined,
    reason: typeof type === "string" ? type : textOf(message ?? error),
  };
}

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));
