import { isAttribute } from "./delta/delta";
import type { Outgoing, Update } from "./pipeline/update";

/** How often something came in, and how often it was sent to Braze. */
export interface MeterReading {
  received: number;
  sent: number;
}

/** Different attribute names counted; records with thousands of columns must not fill the memory. */
const maxNames = 5000;

/**
 * Counts data points: each attribute set, each event and each purchase is one (user_guide/data/data_points).
 * The difference between received and sent is what deltas and coalescing save.
 */
export class DataPointMeter {
  readonly totals: MeterReading = { received: 0, sent: 0 };
  private readonly attributes = new Map<string, MeterReading>();

  received({ array, identity, body }: Update): void {
    if (array === "attributes") this.countAttributes(body, identity, "received");
    else this.totals.received += 1;
  }

  /** Counts an object that Braze has accepted. */
  sent({ array, identity, body, sent }: Outgoing): void {
    if (array === "attributes") this.countAttributes(sent ?? body, identity, "sent");
    else this.totals.sent += 1;
  }

  /** Readings by attribute, for the report. */
  byAttribute(): Record<string, MeterReading> {
    return Object.fromEntries(this.attributes);
  }

  /** For the log. */
  line(): string {
    const { received, sent } = this.totals;
    const share = received === 0 ? 0 : Math.round((1 - sent / received) * 100);
    return `Data points: ${received} received, ${sent} sent to Braze; ${received - sent} (${share} %) saved.`;
  }

  private countAttributes(body: object, identity: string, what: keyof MeterReading): void {
    const identifier = identity.slice(0, identity.indexOf(":"));
    for (const name in body) {
      if (name === identifier || !isAttribute(name)) continue;
      this.totals[what] += 1;
      const reading = this.readingOf(name);
      if (reading) reading[what] += 1;
    }
  }

  private readingOf(name: string): MeterReading | undefined {
    let reading = this.attributes.get(name);
    if (!reading && this.attributes.size < maxNames) {
      reading = { received: 0, sent: 0 };
      this.attributes.set(name, reading);
    }
    return reading;
  }
}
