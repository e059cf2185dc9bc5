import type { Benchmark } from "../benchmark";
import { newProfiles } from "../data/files";
import { interleave, ratios } from "../measure/rounds";
import { spreadOf } from "../measure/spread";
import { localStorage, measureWrite, type Storage, sinkStorage } from "../write";

const goalRatio = 0.8;

/** As write-new, with everything kept in S3, over HTTP. */
export const writeS3: Benchmark = {
  name: "write-s3",
  async run(lab) {
    const records = lab.size(1_000_000, 20_000);
    const input = await newProfiles(records);
    const write = async (storage: Storage): Promise<number> => {
      const { seconds } = await measureWrite(lab, { input, records, storage });
      return records / seconds;
    };
    const { s3, local } = await interleave(
      {
        s3: () => write(sinkStorage(lab)),
        local: async () => {
          const directory = lab.newPath();
          const rate = await write(localStorage(directory));
          await lab.removePath(directory);
          return rate;
        },
      },
      lab.rounds,
    );
    const ratio = spreadOf(ratios(s3, local));
    return [
      {
        what: `${records.toLocaleString("en")} new profiles, kept in S3`,
        value: spreadOf(s3),
        unit: "records/s",
        ratio: { to: "write-new", value: ratio },
        goal: `≥ ${goalRatio} ×`,
        reached: ratio.median >= goalRatio,
      },
    ];
  },
};
