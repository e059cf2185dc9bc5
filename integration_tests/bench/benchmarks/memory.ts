import type { Benchmark, Row } from "../benchmark";
import { type Cost, growthOf } from "../growth";
import { spreadOf } from "../measure/spread";

const sourceGoalMegabytes = 200;

/** The most memory that each connector had resident, by number of records. */
export const memory: Benchmark = {
  name: "memory",
  async run(lab) {
    const { source, destination } = await growthOf(lab);
    const peak = (who: string, { records, peakMegabytes }: Cost): Row => ({
      what: `${who}, ${records.toLocaleString("en")} records`,
      value: spreadOf([peakMegabytes]),
      unit: "MB",
      goal: "",
    });
    return [
      ...source.map((cost) => ({
        ...peak("source-braze", cost),
        goal: `< ${sourceGoalMegabytes} MB`,
        reached: cost.peakMegabytes < sourceGoalMegabytes,
      })),
      ...destination.map((cost) => peak("destination-braze", cost)),
      {
        what: "destination-braze, each profile more",
        value: spreadOf([bytesPerRecord(destination)]),
        unit: "bytes/profile",
        goal: "the index only",
      },
    ];
  },
};

/** How memory grows from the second size to the largest; below, it is the runtime's own. */
function bytesPerRecord(costs: readonly Cost[]): number {
  const [before, after] = costs.slice(-2);
  if (!before || !after) return Number.NaN;
  return ((after.peakMegabytes - before.peakMegabytes) * 2 ** 20) / (after.records - before.records);
}
