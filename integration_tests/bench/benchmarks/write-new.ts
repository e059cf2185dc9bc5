import type { Benchmark } from "../benchmark";
import { newProfiles } from "../data/files";
import type { Lab } from "../lab";
import { measureChild } from "../measure/child";
import { interleave, ratios } from "../measure/rounds";
import { spreadOf } from "../measure/spread";
import { localStorage, measureWrite } from "../write";

const goalPerSecond = 75_000;
const goalRatio = 0.6;

/** Profiles that Braze has never had from us, deltas on, everything staged in a local folder. */
export const writeNew: Benchmark = {
  name: "write-new",
  async run(lab) {
    const records = lab.size(1_000_000, 20_000);
    const input = await newProfiles(records);
    const { ours, bare } = await interleave(
      { ours: () => writeNewProfiles(lab, input, records), bare: () => bareLoop(lab, input, records) },
      lab.rounds,
    );
    const value = spreadOf(ours);
    const ratio = spreadOf(ratios(ours, bare));
    return [
      {
        what: `${records.toLocaleString("en")} new profiles, 12 attributes`,
        value,
        unit: "records/s",
        ratio: { to: "bare loop", value: ratio },
        goal: `≥ ${goalPerSecond.toLocaleString("en")}/s, ≥ ${goalRatio} ×`,
        reached: value.median >= goalPerSecond && ratio.median >= goalRatio,
      },
    ];
  },
};

/** @returns records a second */
async function writeNewProfiles(lab: Lab, input: string, records: number): Promise<number> {
  const directory = lab.newPath();
  const { seconds } = await measureWrite(lab, { input, records, storage: localStorage(directory) });
  await lab.removePath(directory);
  return records / seconds;
}

async function bareLoop(lab: Lab, input: string, records: number): Promise<number> {
  const { bareLoop: program } = lab.programs;
  const run = () => measureChild(process.execPath, [program, lab.sink.url], { input });
  const { seconds } = await lab.withSink({}, records, run);
  return records / seconds;
}
