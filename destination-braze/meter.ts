import { ColumnMemo } from "@braze-connectors/shared/column-memo";
import { isObject, type Json, type JsonObject } from "@braze-connectors/shared/json";
import type { FlatShape } from "./flat/shape";
import { isAttribute } from "./objects/attributes";
import type { Outgoing, Update } from "./pipeline/update";

/** Data points that came in, those that were sent to Braze, and those that Braze did not get. */
export interface MeterReading {
  received: number;
  sent: number;
  /** Rejected, or still on their way when the sync ended. */
  undelivered: number;
}

/** What deltas and coalescing saved. What an earlier run left on its way is sent without having been received. */
export const savedOf = ({ received, sent, undelivered }: MeterReading): number =>
  Math.max(0, received - sent - undelivered);

const nothing = (): MeterReading => ({ received: 0, sent: 0, undelivered: 0 });

/** Different attribute names counted; records with thousands of columns must not fill the memory. */
const maxNames = 5000;

/** Attributes that cost no data points: subscription states and push tokens. */
const free = new Set(["email_subscribe", "push_subscribe", "subscription_groups", "push_tokens"]);
/** Profile fields that hold an object and count as one. */
const whole = new Set(["current_location", "facebook", "twitter"]);

/**
 * Counts data points: each attribute set, each event and each purchase is one (user_guide/data/data_points).
 * What was received and neither sent nor left undelivered is what deltas and coalescing save.
 */
export class DataPointMeter {
  readonly totals: MeterReading = nothing();
  private readonly attributes = new Map<string, MeterReading>();
  private readonly columns = new Map<string, Column>();
  private readonly shapes = new Map<FlatShape, ShapeTally>();
  /** That of the shape counted last: most records have the same. */
  private last: ShapeTally | undefined;
  private readonly memo = new ColumnMemo((name) => this.columnOf(name));

  /** As `received`, for a record that was not parsed. */
  receivedFlat(shape: FlatShape): void {
    this.countShape(shape, "received");
  }

  received({ slot, identity, body }: Update): void {
    if (slot.dataPoints === "by attribute") this.countAttributes(body, identity, "received");
    else this.totals.received += slot.dataPoints;
  }

  /** Counts an object that Braze has accepted. */
  sent(outgoing: Outgoing): void {
    this.countOutgoing(outgoing, "sent");
  }

  /** Counts an object that was rejected, or that nobody will deliver any more. */
  undelivered(outgoing: Outgoing): void {
    this.countOutgoing(outgoing, "undelivered");
  }

  /** Readings by attribute, for the report. */
  byAttribute(): Record<string, MeterReading> {
    for (const tally of this.shapes.values()) tally.settle();
    return Object.fromEntries(this.attributes);
  }

  /** For the log. */
  line(): string {
    const { received, sent, undelivered } = this.totals;
    const saved = savedOf(this.totals);
    // Rounded down: that all was saved is said only when it is so.
    const share = received === 0 ? 0 : Math.floor((saved / received) * 1000) / 10;
    const lacking = undelivered === 0 ? "" : `, ${undelivered} rejected or not delivered`;
    return `Data points: ${received} received, ${sent} sent to Braze${lacking}; ${saved} (${share} %) saved.`;
  }

  private countOutgoing(outgoing: Outgoing, what: keyof MeterReading): void {
    const first = outgoing.updates[0];
    if (first?.shape && outgoing.updates.length === 1 && !outgoing.sent) {
      this.countShape(first.shape, what);
      return;
    }
    const { slot, identity, sent } = outgoing;
    // The body of a flat record is parsed when it is asked for.
    if (slot.dataPoints === "by attribute") this.countAttributes(sent ?? outgoing.body, identity, what);
    else this.totals[what] += slot.dataPoints;
  }

  private countShape(shape: FlatShape, what: keyof MeterReading): void {
    const tally = this.last?.shape === shape ? this.last : this.tallyOf(shape);
    tally.records[what] += 1;
    this.totals[what] += tally.points;
  }

  private tallyOf(shape: FlatShape): ShapeTally {
    let tally = this.shapes.get(shape);
    if (!tally) {
      tally = new ShapeTally(
        shape,
        shape.attributes.map((name) => this.columnOf(name)),
      );
      this.shapes.set(shape, tally);
    }
    this.last = tally;
    return tally;
  }

  private countAttributes(body: JsonObject, identity: string, what: keyof MeterReading): void {
    const identifier = identity.slice(0, identity.indexOf(":"));
    let sum = 0;
    let index = -1;
    for (const name in body) {
      index += 1;
      if (name === identifier) continue;
      const column = this.memo.get(index, name);
      const value = body[name] as Json;
      const points = value === null ? 0 : column.cost === "by value" ? leaves(value) : column.cost;
      sum += points;
      if (column.reading) column.reading[what] += points;
    }
    this.totals[what] += sum;
  }

  private columnOf(name: string): Column {
    let column = this.columns.get(name);
    if (column) return column;
    column = { cost: costOf(name), reading: undefined };
    if (this.columns.size >= maxNames) return column;
    this.columns.set(name, column);
    if (isAttribute(name)) {
      column.reading = nothing();
      this.attributes.set(name, column.reading);
    }
    return column;
  }
}

interface Column {
  /** Data points for a value that is not null. */
  cost: 0 | 1 | "by value";
  reading: MeterReading | undefined;
}

/** Records of one shape, whose values are all plain and thus cost the same; counted together, told apart when asked. */
class ShapeTally {
  readonly records: MeterReading = nothing();
  /** Data points of a record. */
  readonly points: number;
  private readonly columns: readonly Column[];

  constructor(
    readonly shape: FlatShape,
    columns: readonly Column[],
  ) {
    this.columns = columns.filter(({ cost }) => cost !== 0);
    this.points = this.columns.length;
  }

  /** Adds the records counted since the last time to the readings of their attributes. */
  settle(): void {
    const { received, sent, undelivered } = this.records;
    for (const { reading } of this.columns) {
      if (!reading) continue;
      reading.received += received;
      reading.sent += sent;
      reading.undelivered += undelivered;
    }
    this.records.received = 0;
    this.records.sent = 0;
    this.records.undelivered = 0;
  }
}

function costOf(name: string): Column["cost"] {
  if (free.has(name) || !isAttribute(name)) return 0;
  return whole.has(name) ? 1 : "by value";
}

/** One for each value inside a nested attribute. */
function leaves(value: Json): number {
  if (typeof value !== "object") return 1;
  if (Array.isArray(value))
    return value.some(isObject) ? value.reduce<number>((sum, item) => sum + leaves(item), 0) : 1;
  if (!isObject(value)) return 1;
  let sum = 0;
  for (const key in value) if (!key.startsWith("$identifier")) sum += leaves(value[key] as Json);
  return sum;
}
