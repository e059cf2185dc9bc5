import { isObject, type JsonObject } from "@braze-connectors/shared/json";
import { type Day, dayIn } from "./days";

/** What a series is remembered by: the parameters of its requests, `{"campaign_id": "…"}`; none for a lone series. */
export type Partition = Readonly<Record<string, string>>;

/**
 * How far each series of a stream was read. It is printed as the official airbyte/source-braze prints its
 * state, so that a connection can switch and goes on where it was:
 * `{"states": [{"partition": {"campaign_id": "…"}, "cursor": {"time": "2024-02-29"}}]}`, and
 * `{"time": "2024-02-29"}` for a lone series.
 */
export class SeriesState {
  private constructor(
    private readonly series: Map<string, { partition: Partition; time: Day }>,
    /** Holds for every series without an entry of its own. */
    private readonly everywhere: Day | undefined,
    /** Whether the run that printed it had not come to its end. */
    readonly inProgress: boolean,
  ) {}

  static empty(): SeriesState {
    return new SeriesState(new Map(), undefined, false);
  }

  /** Reads a state of ours or of the official connector; what is neither counts as none. */
  static parse(raw: JsonObject | undefined): SeriesState {
    const series = new Map<string, { partition: Partition; time: Day }>();
    for (const entry of Array.isArray(raw?.states) ? raw.states : []) {
      const cursor = isObject(entry) ? entry.cursor : undefined;
      const time = isObject(cursor) ? dayIn(cursor.time) : undefined;
      if (!isObject(entry) || !isObject(entry.partition) || time === undefined) continue;
      const partition = stringsOf(entry.partition);
      series.set(keyOf(partition), { partition, time });
    }
    const time = dayIn(raw?.time);
    // A time beside other texts is one campaign's: what the official connector printed before version 0.2.
    const isLone = time !== undefined && Object.keys(stringsOf(raw ?? {})).length === 1;
    if (isLone) series.set(keyOf({}), { partition: {}, time });
    const global = raw?.use_global_cursor === true && isObject(raw.state) ? dayIn(raw.state.time) : undefined;
    return new SeriesState(series, global, raw?.in_progress === true);
  }

  /** Where a series begins; undefined for one that was never read. */
  timeOf(partition: Partition): Day | undefined {
    return this.series.get(keyOf(partition))?.time ?? this.everywhere;
  }

  note(partition: Partition, time: Day): void {
    this.series.set(keyOf(partition), { partition, time });
  }

  print(inProgress: boolean): JsonObject {
    const unfinished: JsonObject = inProgress ? { in_progress: true } : {};
    const lone = this.series.get(keyOf({}));
    if (lone !== undefined && this.series.size === 1) return { time: lone.time, ...unfinished };
    const states = [...this.series.values()].map(({ partition, time }) => ({
      partition: { ...partition },
      cursor: { time },
    }));
    return { states, ...unfinished };
  }
}

/** The official connector adds objects, `parent_slice`. */
const stringsOf = (partition: JsonObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries(partition).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );

const keyOf = (partition: Partition): string =>
  JSON.stringify(Object.entries(partition).sort(([a], [b]) => (a < b ? -1 : 1)));
