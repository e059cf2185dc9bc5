import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finished, measureChild } from "./measure/child";
import { buildPrograms, type Programs } from "./programs";
import type { SinkSetup } from "./sink/sink";
import { SinkProcess } from "./sink/sink-process";

/** What all benchmarks need: the sink, the programs, room for files, and how thorough to be. */
export class Lab {
  private folders = 0;

  private constructor(
    readonly programs: Programs,
    readonly sink: SinkProcess,
    private readonly folder: string,
    readonly quick: boolean,
    readonly rounds: number,
  ) {}

  static async open({ quick, rounds }: { quick: boolean; rounds: number }): Promise<Lab> {
    const programs = buildPrograms();
    const folder = await mkdtemp(join(tmpdir(), "braze-bench-"));
    return new Lab(programs, await SinkProcess.start(programs), folder, quick, rounds);
  }

  async close(): Promise<void> {
    await this.sink.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A size: the real one, or the one of `--quick`. */
  size(full: number, quick: number): number {
    return this.quick ? quick : full;
  }

  /** A path that nobody else uses; nothing is there yet. */
  newPath(): string {
    this.folders += 1;
    return join(this.folder, String(this.folders));
  }

  async removePath(path: string): Promise<void> {
    await rm(path, { recursive: true, force: true });
  }

  async jsonFile(content: object): Promise<string> {
    const path = `${this.newPath()}.json`;
    await writeFile(path, JSON.stringify(content));
    return path;
  }

  /** Seconds that a shell pipeline takes; names of files are given as arguments. */
  async shellSeconds(script: string, args: readonly string[]): Promise<number> {
    const { seconds } = await measureChild("/bin/sh", ["-c", script, "sh", ...args]);
    return seconds;
  }

  /** Runs something against a fresh sink. @throws when the sink saw what no client may do */
  async withSink(
    setup: SinkSetup,
    expectedObjects: number | undefined,
    run: () => Promise<Finished>,
  ): Promise<Finished> {
    await this.sink.begin(setup);
    const finished = await run();
    const { objects, violations } = await this.sink.report();
    if (violations.length > 0) throw new Error(`The sink saw: ${violations.join(" ")}`);
    if (expectedObjects !== undefined && objects !== expectedObjects) {
      throw new Error(`The sink received ${objects} objects instead of ${expectedObjects}.`);
    }
    return finished;
  }
}
