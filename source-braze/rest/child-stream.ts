import { throwIfStopped } from "@braze-connectors/shared/airbyte/context";
import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import type { BrazeResponse } from "@braze-connectors/shared/braze/client";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { Source, Stream } from "../streams/stream";
import type { EntriesIn } from "./answers";
import { emitAll, emitEnd } from "./emit";
import type { Endpoint, Parameters } from "./endpoint";
import { inOrder } from "./in-order";
import { type Paging, pages, wholeAnswer } from "./paging";
import { Refusals } from "./refusals";
import { isRefusal, type Refusal, type Rest } from "./rest";
import { describeSubject, type Parent, type Subject, subjectsOf } from "./subjects";

/** Requests under way at once: enough to hide their latency, few enough for a limit of 50 a minute. */
export const childrenAtOnce = 8;

export interface ChildDeclaration {
  name: string;
  schema: JsonObject;
  primaryKey: readonly string[];
  endpoint: Endpoint;
  parent?: Parent;
  /** Whether it is asked for each configured app. */
  perApp?: boolean;
  entries: EntriesIn;
  paging?: Paging;
  /** What each request says beside its subject. */
  parameters?: (nowMs: number) => Parameters;
  /** Makes a record of an entry; default: the entry. */
  record?: (entry: JsonObject, nowMs: number) => JsonObject;
  /** Why Braze's refusal of an object is no loss, and then no record: "the message has no translations". */
  expectedRefusal?: (refusal: Refusal) => boolean;
  describe?: Stream["schema"];
  missingSetting?: Stream["missingSetting"];
}

/** A stream whose records are asked for object by object of a parent list. */
export function childStream(declaration: ChildDeclaration): Stream {
  const { name, schema, primaryKey, endpoint, parent, describe, missingSetting } = declaration;
  return {
    name,
    endpoint,
    primaryKey: () => primaryKey,
    isResumable: false,
    parent: parent?.list.name,
    missingSetting: missingSetting ?? (() => undefined),
    schema: describe ?? (async () => schema),
    read: (source, _request, emitter) => read(declaration, source, emitter),
  };
}

async function read(declaration: ChildDeclaration, source: Source, emitter: StreamEmitter): Promise<void> {
  const { rest, settings, context } = source;
  const { paging = wholeAnswer, endpoint, name } = declaration;
  const nowMs = rest.now();
  const refusals = new Refusals(endpoint.path);
  const subjects = await subjectsOf(declaration, rest, settings);
  // Of long answers only the first pages are fetched ahead, one a subject.
  const firstPages = inOrder(subjects, childrenAtOnce, async (subject) => ({
    subject,
    parameters: { ...declaration.parameters?.(nowMs), ...subject.parameters },
    answer: await rest.tryGet(endpoint, {
      ...declaration.parameters?.(nowMs),
      ...subject.parameters,
    }),
  }));
  for await (const { subject, answer, parameters } of firstPages) {
    throwIfStopped(context.stop);
    if (isRefusal(answer)) {
      if (!declaration.expectedRefusal?.(answer)) refusals.add(describeSubject(subject), answer);
      continue;
    }
    for await (const entries of allPages(answer, parameters, declaration, paging, rest)) {
      await emitAll(emitter, entries.map(recordOf(declaration, subject, nowMs)));
    }
  }
  refusals.warn(context.log, name);
  await emitEnd(emitter);
}

/** The pages of a subject, the first of which is there already. */
function allPages(
  first: BrazeResponse,
  parameters: Parameters,
  { endpoint, entries }: ChildDeclaration,
  paging: Paging,
  rest: Rest,
): AsyncGenerator<JsonObject[]> {
  let isFirst = true;
  const ask = async (page: Parameters): Promise<BrazeResponse> => {
    if (!isFirst) return rest.get(endpoint, { ...parameters, ...page });
    isFirst = false;
    return first;
  };
  return pages({ path: endpoint.path, ask, paging, entries });
}

const recordOf =
  ({ record = (entry) => entry }: ChildDeclaration, { columns }: Subject, nowMs: number) =>
  (entry: JsonObject): JsonObject => ({ ...record(entry, nowMs), ...columns });
