import { throwIfStopped } from "@braze-connectors/shared/airbyte/context";
import type { StreamEmitter } from "@braze-connectors/shared/airbyte/source";
import type { JsonObject } from "@braze-connectors/shared/json";
import type { ReadRequest, Source, Stream } from "../streams/stream";
import type { EntriesIn } from "./answers";
import { childrenAtOnce } from "./child-stream";
import { type Day, dayIn, later, startDay } from "./days";
import { emitAll } from "./emit";
import type { Endpoint, Parameters } from "./endpoint";
import { inOrder } from "./in-order";
import { Refusals } from "./refusals";
import { isRefusal, type Refusal } from "./rest";
import { SeriesState } from "./series-state";
import { holds, nextFrom, slicesOf } from "./slices";
import { describeSubject, isLone, type Parent, type Subject, subjectsOf } from "./subjects";

const cursor = "time";

export interface SeriesDeclaration {
  name: string;
  schema: JsonObject & { properties: JsonObject };
  endpoint: Endpoint;
  parent?: Parent;
  /** Whether the endpoint takes an `app_id`: then there is a series for each app that the config names. */
  perApp?: boolean;
  /** Columns that name the object of a series; with `time` they are the primary key. */
  key?: readonly string[];
  /** Where the points are in the answer. */
  points: EntriesIn;
  /** Longest `length` that the endpoint allows, days. */
  longest: number;
  parameters?: Parameters;
}

/** A stream of daily series, one for each object of the parent list, incremental on `time`. */
export function seriesStream(declaration: SeriesDeclaration): Stream {
  const { name, schema, endpoint, parent, perApp = false, key = [] } = declaration;
  return {
    name,
    endpoint,
    primaryKey: ({ appIds }) => [...key, ...(perApp && appIds.length > 0 ? ["app_id"] : []), cursor],
    cursor,
    isResumable: true,
    parent: parent?.list.name,
    missingSetting: () => undefined,
    schema: async ({ settings }) => (perApp && settings.appIds.length === 0 ? withoutApp(schema) : schema),
    read: (source, request, emitter) => read(declaration, source, request, emitter),
  };
}

function withoutApp(schema: SeriesDeclaration["schema"]): JsonObject {
  const { app_id: _, ...properties } = schema.properties;
  return { ...schema, properties };
}

async function read(
  declaration: SeriesDeclaration,
  source: Source,
  request: ReadRequest,
  emitter: StreamEmitter,
): Promise<void> {
  const { rest, settings, context } = source;
  const nowMs = rest.now();
  const before = SeriesState.parse(request.state);
  // A full refresh starts over, unless it was cut short: then what is read already is not read again.
  const resumes = !request.incremental && before.inProgress;
  const state = request.incremental || resumes ? before : SeriesState.empty();
  const subjects = (await subjectsOf(declaration, rest, settings)).filter(
    ({ parameters }) => !(resumes && before.timeOf(parameters) !== undefined),
  );
  const refusals = new Refusals(declaration.endpoint.path);
  const statesEvery = Math.ceil(subjects.length / statesAtMost);
  let sinceState = 0;
  const all = inOrder(subjects, childrenAtOnce, async (subject) => {
    const from = later(startDay(settings, nowMs), state.timeOf(subject.parameters));
    return { subject, series: await readSeries(declaration, subject, from, nowMs, source) };
  });
  for await (const { subject, series } of all) {
    throwIfStopped(context.stop);
    if ("refusal" in series) {
      refusals.add(describeSubject(subject), series.refusal);
      continue;
    }
    await emitAll(emitter, series.points);
    state.note(subject.parameters, series.next);
    sinceState += 1;
    if (sinceState < statesEvery) continue;
    sinceState = 0;
    await emitter.state(state.print(true));
  }
  refusals.warn(context.log, declaration.name);
  await emitter.state(state.print(false));
}

/** A state names every series: one after each of them would be a lot to say for thousands. */
const statesAtMost = 20;

type Series = { points: JsonObject[]; next: Day } | { refusal: Refusal };

/** One series from a day on, in the order of its days. */
async function readSeries(
  { endpoint, points: pointsIn, longest, parameters }: SeriesDeclaration,
  subject: Subject,
  from: Day,
  nowMs: number,
  { rest }: Source,
): Promise<Series> {
  const days = new Map<Day, JsonObject>();
  for (const slice of slicesOf(from, nowMs, longest)) {
    const { endingAt, length } = slice;
    const query = { ...parameters, ...subject.parameters, ending_at: endingAt, length };
    // Without the workspace's only series there is no stream: that must not look like one without points.
    const answer = isLone(subject) ? await rest.get(endpoint, query) : await rest.tryGet(endpoint, query);
    if (isRefusal(answer)) return { refusal: answer };
    for (const point of pointsIn(answer.body, endpoint.path)) {
      const day = dayIn(point[cursor]);
      if (day !== undefined && holds(slice, day)) days.set(day, { ...point, ...subject.columns });
    }
  }
  const inOrderOfDays = [...days].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    points: inOrderOfDays.map(([, point]) => point),
    next: nextFrom(inOrderOfDays.at(-1)?.[0], nowMs),
  };
}
