import type { Benchmark } from "../benchmark";
import { changedProfiles, newProfiles } from "../data/files";
import { interleave, ratios } from "../measure/rounds";
import { spreadOf } from "../measure/spread";
import { localStorage, measureWrite } from "../write";

const goalRatio = 2.5;
const changedShare = 1 / 20;

/** The same profiles again, of which a few have changed. The first write is yardstick and preparation. */
export const writeChanged: Benchmark = {
  name: "write-changed",
  async run(lab) {
    const records = lab.size(1_000_000, 20_000);
    const [first, second] = [await newProfiles(records), await changedProfiles(records)];
    let directory = "";
    const { before, after } = await interleave(
      {
        before: async () => {
          directory = lab.newPath();
          const { seconds } = await measureWrite(lab, {
            input: first,
            records,
            storage: localStorage(directory),
          });
          return records / seconds;
        },
        after: async () => {
          const objects = records * changedShare;
          const { seconds } = await measureWrite(lab, {
            input: second,
            records,
            objects,
            storage: localStorage(directory),
          });
          await lab.removePath(directory);
          return records / seconds;
        },
      },
      lab.rounds,
      { inOrder: true },
    );
    const ratio = spreadOf(ratios(after, before));
    return [
      {
        what: `${records.toLocaleString("en")} known profiles, 5 % with one changed attribute`,
        value: spreadOf(after),
        unit: "records/s",
        ratio: { to: "write-new", value: ratio },
        goal: `≥ ${goalRatio} ×`,
        reached: ratio.median >= goalRatio,
      },
    ];
  },
};
