import type { Benchmark } from "../benchmark";
import { gzipExport } from "../data/files";
import { interleave, ratios } from "../measure/rounds";
import { spreadOf } from "../measure/spread";
import { measureRead } from "../read";

const goalRatio = 0.8;

/** An export that Braze wrote to S3, against what it costs to unpack its files and count the lines. */
export const readS3: Benchmark = {
  name: "read-s3",
  async run(lab) {
    const users = lab.size(1_000_000, 20_000);
    const files = await gzipExport(users);
    const setup = { export: { kind: "bucket" as const, files }, segmentSize: users };
    const paths = files.map(({ path }) => path);
    const { ours, gzip } = await interleave(
      {
        ours: async () => users / (await measureRead(lab, setup, users)).readingSeconds,
        gzip: async () => users / (await lab.shellSeconds('gzip -dc "$@" | wc -l', paths)),
      },
      lab.rounds,
    );
    const ratio = spreadOf(ratios(ours, gzip));
    return [
      {
        what: `${users.toLocaleString("en")} users of 1.5 KB, gzip files in S3`,
        value: spreadOf(ours),
        unit: "records/s",
        ratio: { to: "gzip -dc | wc -l", value: ratio },
        goal: `≥ ${goalRatio} ×`,
        reached: ratio.median >= goalRatio,
      },
    ];
  },
};
