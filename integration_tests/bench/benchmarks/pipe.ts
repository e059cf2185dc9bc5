import type { Benchmark } from "../benchmark";
import { gzipExport } from "../data/files";
import { measureChild } from "../measure/child";
import { interleave, ratios } from "../measure/rounds";
import { spreadOf } from "../measure/spread";
import { exportColumns, readArguments } from "../read";
import { localStorage, writeArguments } from "../write";

const goalRatio = 0.7;

/** `read | write` as in a shell, against the slower of the two alone. */
export const pipe: Benchmark = {
  name: "pipe",
  async run(lab) {
    const users = lab.size(500_000, 10_000);
    const files = await gzipExport(users);
    const setup = { export: { kind: "bucket" as const, files }, segmentSize: users };
    const { source, destination } = lab.programs;
    const read = await readArguments(lab, setup);
    const records = lab.newPath();

    /** @returns users a second; the first six arguments are the source's command line, the others the destination's */
    const shell = async (script: string, objects: number | undefined): Promise<number> => {
      const directory = lab.newPath();
      const write = await writeArguments(lab, localStorage(directory), "segment_users", exportColumns);
      const args = ["-c", script, "sh", source, ...read, destination, ...write];
      const { seconds } = await lab.withSink(setup, objects, () => measureChild("/bin/sh", args));
      await lab.removePath(directory);
      return users / seconds;
    };
    const readAlone = '"$1" "$2" "$3" "$4" "$5" "$6"';
    const writeAlone = '(shift 6; exec "$@")';
    await shell(`${readAlone} > ${records}`, undefined);
    const { both, reading, writing } = await interleave(
      {
        both: () => shell(`${readAlone} | ${writeAlone}`, users),
        reading: () => shell(`${readAlone} > /dev/null`, undefined),
        writing: () => shell(`${writeAlone} < ${records}`, users),
      },
      lab.rounds,
    );
    await lab.removePath(records);
    const slower = reading.map((rate, round) => Math.min(rate, writing[round] ?? rate));
    const ratio = spreadOf(ratios(both, slower));
    return [
      {
        what: `read | write of ${users.toLocaleString("en")} users`,
        value: spreadOf(both),
        unit: "records/s",
        ratio: { to: "the slower half", value: ratio },
        goal: `≥ ${goalRatio} ×`,
        reached: ratio.median >= goalRatio,
      },
    ];
  },
};
