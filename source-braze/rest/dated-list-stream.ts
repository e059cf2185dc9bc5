import { throwIfStopped } from "@braze-connectors/shared/airbyte/context";
import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { ReadRequest, Source, Stream } from "../streams/stream";
import { addDays, asDateTime, type Day, dayOf, later, startDay, startOf, timeIn } from "./days";
import { emitAll } from "./emit";
import { keyOf } from "./list-stream";
import type { List } from "./rest";
import { advance, type Dated, isNews, parseWatermark, printWatermark } from "./watermark";

export interface DatedListDeclaration extends List {
  schema: JsonObject;
  primaryKey: readonly string[];
  /** Column with the time of the entry. */
  cursor: string;
}

/** Days asked for at once: so that offsets stay small. */
const longestDays = 30;

/** A stream of a list that is asked for between two days, incremental on the time of its entries. */
export function datedListStream(declaration: DatedListDeclaration): Stream {
  const { name, schema, primaryKey, cursor, endpoint } = declaration;
  return {
    name,
    endpoint,
    primaryKey: () => primaryKey,
    cursor,
    isResumable: true,
    missingSetting: () => undefined,
    schema: async () => schema,
    read: (source, request, emitter) => read(declaration, source, request, emitter),
  };
}

async function read(
  declaration: DatedListDeclaration,
  { rest, settings, context }: Source,
  request: ReadRequest,
  emitter: StreamEmitter,
): Promise<void> {
  const { cursor, primaryKey } = declaration;
  const startedMs = rest.now();
  const goesOn = request.incremental || request.state?.in_progress === true;
  const before = goesOn ? parseWatermark(cursor, request.state) : undefined;
  const start = startDay(settings, startedMs);
  let mark = before;
  const from = later(start, before && dayOf(before.timeMs));
  for (const span of spansOf(from, dayOf(startedMs))) {
    const seen: Dated[] = [];
    const known = new Set<string>();
    for await (const page of rest.pagesOf(declaration, { start_date: span.from, end_date: span.until })) {
      throwIfStopped(context.stop);
      const news = page.filter((entry) => {
        const one = { key: keyOf(entry, primaryKey), timeMs: timeIn(entry[cursor]) };
        if (isOfNext(span, one) || known.has(one.key)) return false;
        known.add(one.key);
        seen.push(one);
        return isNews(one, before);
      });
      await emitAll(emitter, news.map(withDateTime(cursor)));
    }
    mark = advance(mark, seen, startedMs);
    await emitter.state({
      ...printWatermark(cursor, mark),
      ...(span.isLast ? {} : { in_progress: true }),
    });
  }
}

/** An entry whose time is what the schemas of these streams say it is. */
const withDateTime =
  (column: string) =>
  (entry: JsonObject): JsonObject => {
    const time = asDateTime(entry[column]);
    return time === undefined ? entry : { ...entry, [column]: time };
  };

interface Span {
  from: Day;
  /** The midnight at which it ends. */
  until: Day;
  isLast: boolean;
}

/**
 * Spans of days up to and with today. Braze takes both dates as midnight UTC
 * (api/endpoints/email/get_list_hard_bounces), so the last one ends tomorrow.
 */
export function spansOf(from: Day, today: Day): Span[] {
  const spans: Span[] = [];
  const end = addDays(today, 1);
  for (let first = from; first < end; first = addDays(first, longestDays)) {
    const next = addDays(first, longestDays);
    const isLast = next >= end;
    spans.push({ from: first, until: isLast ? end : next, isLast });
  }
  return spans;
}

/** Whether an entry belongs to the next span: whether Braze counts the end itself in is not documented. */
const isOfNext = ({ until, isLast }: Span, { timeMs }: Dated): boolean =>
  !isLast && timeMs !== undefined && timeMs >= startOf(until);
