import type { ConnectorSpecification } from "@braze-connectors/spec/airbyte/protocol";
import { type Command, type Connector, type Finished, type RunOptions, run } from "../harness";

/** A connector under test, with what the checks need to know of it. */
export interface Given {
  connector: Connector;
  /** A config that works. */
  config: { readonly [key: string]: unknown };
  /** Configs that `check` must refuse, by what is wrong about them. */
  refused: Readonly<Record<string, object>>;
  /** Values that no output may hold. */
  secrets: readonly string[];
}

/** Runs each command once, however many checks look at its outcome. */
export class Subject {
  private readonly runs = new Map<string, Promise<Finished>>();

  constructor(readonly given: Given) {}

  /** @param name of the run among those of its command */
  run(command: Command, name = "", options?: RunOptions): Promise<Finished> {
    const key = `${command} ${name}`;
    const known = this.runs.get(key);
    if (known) return known;
    const started = run(this.given.connector, command, options ?? { config: this.given.config });
    this.runs.set(key, started);
    return started;
  }

  /** All that has been run so far. */
  finished(): Promise<Finished[]> {
    return Promise.all(this.runs.values());
  }

  async spec(): Promise<ConnectorSpecification> {
    const { messages } = await this.run("spec", "", {});
    const found = messages.find(({ spec }) => spec)?.spec;
    if (!found) throw new Error("`spec` says no SPEC message.");
    return found;
  }
}

/** A thing that Airbyte expects of connectors. */
export interface Check {
  name: string;
  /** Undefined: of both. */
  of?: Connector;
  verify(subject: Subject): Promise<void>;
}
