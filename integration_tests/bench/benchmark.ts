import type { Lab } from "./lab";
import type { Spread } from "./measure/spread";

/** One line of the table. */
export interface Row {
  what: string;
  value: Spread;
  unit: Unit;
  ratio?: { to: string; value: Spread };
  /** The goal, for people. */
  goal: string;
  /** Whether the goal is reached; undefined where there is none. */
  reached?: boolean;
}

export type Unit = "records/s" | "s" | "MB" | "µs/record" | "bytes/profile" | "%" | "";

export interface Benchmark {
  readonly name: string;
  /** @throws when something went wrong that makes every figure worthless */
  run(lab: Lab): Promise<Row[]>;
}
