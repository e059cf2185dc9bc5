import type { Benchmark } from "../benchmark";
import { zipExport } from "../data/files";
import { interleave, ratios } from "../measure/rounds";
import { spreadOf } from "../measure/spread";
import { measureRead } from "../read";

const goalRatio = 0.8;

/** An export behind Braze's download link, against what it costs to unpack the archive and count the lines. */
export const readLink: Benchmark = {
  name: "read-link",
  async run(lab) {
    const users = lab.size(1_000_000, 20_000);
    const file = await zipExport(users);
    const setup = { export: { kind: "link" as const, file }, segmentSize: users };
    const { ours, unzip } = await interleave(
      {
        ours: async () => users / (await measureRead(lab, setup, users)).readingSeconds,
        unzip: async () => users / (await lab.shellSeconds('unzip -p "$1" | wc -l', [file.path])),
      },
      lab.rounds,
    );
    const ratio = spreadOf(ratios(ours, unzip));
    return [
      {
        what: `${users.toLocaleString("en")} users of 1.5 KB, one zip behind a link`,
        value: spreadOf(ours),
        unit: "records/s",
        ratio: { to: "unzip -p | wc -l", value: ratio },
        goal: `≥ ${goalRatio} ×`,
        reached: ratio.median >= goalRatio,
      },
    ];
  },
};
