import { gzipExport, newProfiles } from "./data/files";
import type { Lab } from "./lab";
import { measureRead } from "./read";
import type { ExportFile } from "./sink/sink";
import { localStorage, measureWrite } from "./write";

/** What a run cost at one size. */
export interface Cost {
  records: number;
  seconds: number;
  peakMegabytes: number;
}

export interface Growth {
  source: Cost[];
  destination: Cost[];
}

const sizes = [100_000, 1_000_000, 5_000_000];
const quickSizes = [5000, 20_000, 50_000];
/** Users in the files that are served; more users are the same files again under other names. */
const distinctUsers = 1_000_000;

const measured = new WeakMap<Lab, Promise<Growth>>();

/** Both connectors at three sizes; measured once, for `memory` and for `scaling`. */
export function growthOf(lab: Lab): Promise<Growth> {
  let growth = measured.get(lab);
  if (!growth) {
    growth = measure(lab);
    measured.set(lab, growth);
  }
  return growth;
}

async function measure(lab: Lab): Promise<Growth> {
  const growth: Growth = { source: [], destination: [] };
  for (const records of lab.quick ? quickSizes : sizes) {
    growth.source.push(await readCost(lab, records));
    growth.destination.push(await writeCost(lab, records));
  }
  return growth;
}

async function readCost(lab: Lab, records: number): Promise<Cost> {
  const files = repeated(await gzipExport(Math.min(records, distinctUsers)), records / distinctUsers);
  const setup = { export: { kind: "bucket" as const, files }, segmentSize: records };
  const { readingSeconds, peakMegabytes } = await measureRead(lab, setup, records);
  return { records, seconds: readingSeconds, peakMegabytes: peakMegabytes ?? Number.NaN };
}

function repeated(files: readonly ExportFile[], times: number): ExportFile[] {
  return Array.from({ length: Math.max(1, times) }, (_, time) =>
    files.map((file) => ({ ...file, name: `${time}-${file.name}` })),
  ).flat();
}

async function writeCost(lab: Lab, records: number): Promise<Cost> {
  const directory = lab.newPath();
  const input = await newProfiles(records);
  const { seconds, peakMegabytes } = await measureWrite(lab, {
    input,
    records,
    storage: localStorage(directory),
  });
  await lab.removePath(directory);
  return { records, seconds, peakMegabytes: peakMegabytes ?? Number.NaN };
}
