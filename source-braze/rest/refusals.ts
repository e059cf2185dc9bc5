import type { Logger } from "@braze-connectors/shared/airbyte/output";
import { count } from "../wording";
import type { Refusal } from "./rest";

const examplesNamed = 5;

/** Counts the objects that Braze refused to tell about, to say so once at the end. */
export class Refusals {
  private number = 0;
  private readonly examples: string[] = [];

  constructor(private readonly path: string) {}

  /** @param what names the object */
  add(what: string, { status, reason }: Refusal): void {
    this.number += 1;
    if (this.examples.length < examplesNamed) {
      this.examples.push(`${what} (${status}${reason === undefined ? "" : `: ${reason}`})`);
    }
  }

  warn(log: Logger, stream: string): void {
    if (this.number === 0) return;
    const rest = this.number - this.examples.length;
    log.warn(
      `${stream}: ${count(this.number, "object")} skipped, because Braze refused ${this.path} for ${this.number === 1 ? "it" : "them"}: ${this.examples.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}.`,
    );
  }
}
