import { createHash } from "node:crypto";
import { throwIfStopped } from "@braze-connectors/shared/airbyte/context";
import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { ReadRequest, Source, Stream } from "../streams/stream";
import { timeIn } from "./days";
import { emitAll, emitEnd } from "./emit";
import type { Parameters } from "./endpoint";
import type { List } from "./rest";
import { advance, type Dated, isNews, parseWatermark, printWatermark, type Watermark } from "./watermark";

/** How to ask a list for what changed lately. */
export interface Edited {
  /** Column with the time of the last change. */
  column: string;
  /** Parameter that takes the time from which on changes are wanted. */
  parameter: string;
}

export interface ListDeclaration extends List {
  schema: JsonObject;
  primaryKey: readonly string[];
  /** Given for lists that can be read incrementally. */
  edited?: Edited;
  /** The schema as the workspace has it; default: `schema`. */
  describe?: Stream["schema"];
}

export type ListStream = Stream & List;

/** A stream of the entries of a list. */
export function listStream(declaration: ListDeclaration): ListStream {
  const { schema, primaryKey, edited, describe } = declaration;
  return {
    ...declaration,
    primaryKey: () => primaryKey,
    cursor: edited?.column,
    isResumable: false,
    missingSetting: () => undefined,
    schema: describe ?? (async () => schema),
    read: (source, request, emitter) =>
      edited !== undefined && request.incremental
        ? readChanges(declaration, edited, source, request, emitter)
        : readWhole(declaration, source, emitter),
  };
}

async function readWhole(
  declaration: ListDeclaration,
  { rest, context }: Source,
  emitter: StreamEmitter,
): Promise<void> {
  const { primaryKey, edited } = declaration;
  const startedMs = rest.now();
  const known = new Set<string>();
  let mark: Watermark | undefined;
  for await (const page of pagesFor(declaration, rest)) {
    throwIfStopped(context.stop);
    // Entries that came or went while the list was paged have shifted others onto two pages.
    const fresh = page.filter((entry) => !known.has(keyOf(entry, primaryKey)));
    for (const entry of fresh) known.add(keyOf(entry, primaryKey));
    await emitAll(emitter, fresh);
    if (edited !== undefined) mark = advance(mark, fresh.map(datedBy(declaration, edited)), startedMs);
  }
  // A full refresh says no more than that it is over; a sync that turns incremental starts from its end.
  await (edited === undefined
    ? emitEnd(emitter)
    : emitter.state({ ...printWatermark(edited.column, mark), complete: true }));
}

async function readChanges(
  declaration: ListDeclaration,
  edited: Edited,
  { rest, context }: Source,
  request: ReadRequest,
  emitter: StreamEmitter,
): Promise<void> {
  const startedMs = rest.now();
  const before = parseWatermark(edited.column, request.state);
  const dated = datedBy(declaration, edited);
  const seen: Dated[] = [];
  const known = new Set<string>();
  for await (const page of pagesFor(declaration, rest, editedSince(edited, before))) {
    throwIfStopped(context.stop);
    const news = page.filter((entry) => {
      const one = dated(entry);
      seen.push(one);
      if (known.has(one.key) || !isNews(one, before)) return false;
      known.add(one.key);
      return true;
    });
    await emitAll(emitter, news);
  }
  await emitter.state(printWatermark(edited.column, advance(before, seen, startedMs)));
}

/** A list that is a selected stream's parent is read whole, once, and what is known is left out here. */
async function* pagesFor(
  list: List,
  rest: Source["rest"],
  parameters: Parameters = {},
): AsyncGenerator<JsonObject[]> {
  if (rest.isNeeded(list)) yield await rest.whole(list);
  else yield* rest.pagesOf(list, parameters);
}

/**
 * Braze takes `yyyy-MM-DDTHH:mm:ss` (get_campaigns, get_list_email_content_blocks), for some lists "later than",
 * for others "at or later than": a second less serves both.
 */
export function editedSince({ parameter }: Edited, mark: Watermark | undefined): Parameters {
  if (mark === undefined) return {};
  return { [parameter]: new Date(mark.timeMs - 1000).toISOString().slice(0, 19) };
}

const datedBy =
  ({ primaryKey }: ListDeclaration, { column }: Edited) =>
  (entry: JsonObject): Dated => ({ key: keyOf(entry, primaryKey), timeMs: timeIn(entry[column]) });

/** A short hash of the key of an entry: states hold it, and a key can be somebody's email address. */
export function keyOf(entry: JsonObject, primaryKey: readonly string[]): string {
  const values = JSON.stringify(primaryKey.map((column) => entry[column] ?? null));
  return createHash("sha256").update(values).digest("base64url").slice(0, 16);
}
