import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Programs } from "../programs";
import type { SinkReport, SinkSetup } from "./sink";

/** The sink in a process of its own, so that it has a core to itself. */
export class SinkProcess {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  static async start({ sink }: Programs): Promise<SinkProcess> {
    const child = spawn(process.execPath, [sink], { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return new SinkProcess(child, line.toString().trim());
  }

  async begin(setup: SinkSetup = {}): Promise<void> {
    await fetch(`${this.url}/_sink/begin`, { method: "POST", body: JSON.stringify(setup) });
  }

  async report(): Promise<SinkReport> {
    const answer = await fetch(`${this.url}/_sink/report`);
    return (await answer.json()) as SinkReport;
  }

  async close(): Promise<void> {
    const exited = once(this.process, "exit");
    this.process.stdin?.end();
    await exited;
  }
}
