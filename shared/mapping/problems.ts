import { configError } from "../airbyte/errors";

/** Gathers what is wrong with a mapping entry, so that the user sees all of it at once. */
export class Problems {
  private readonly found: string[] = [];

  /** @param position where the entry stands in the config, as people are told: `streams.0` */
  constructor(
    private readonly position: string,
    private readonly subject: string,
  ) {}

  /** @param key the part of the entry at fault: `fields.1`; empty for the entry as a whole */
  add(key: string, message: string): void {
    this.found.push(`"${this.keyOf(key)}" ${message}`);
  }

  keyOf(key: string): string {
    return key === "" ? this.position : `${this.position}.${key}`;
  }

  /** @throws config_error that names every key at fault */
  throwIfAny(): void {
    if (this.found.length > 0) {
      throw configError(`The mapping of ${this.subject} is not consistent: ${this.found.join("; ")}.`, {
        help: "mapping",
      });
    }
  }
}
