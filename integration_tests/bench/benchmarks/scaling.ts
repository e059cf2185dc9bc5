import type { Benchmark, Row } from "../benchmark";
import { type Cost, growthOf } from "../growth";
import { spreadOf } from "../measure/spread";

const goalRatio = 1.15;

/** Time for a record, by number of records: it must not grow. */
export const scaling: Benchmark = {
  name: "scaling",
  async run(lab) {
    const { source, destination } = await growthOf(lab);
    return [...rowsOf("source-braze", source), ...rowsOf("destination-braze", destination)];
  },
};

function rowsOf(who: string, costs: readonly Cost[]): Row[] {
  const [smallest] = costs;
  return costs.map((cost) => {
    const ratio = smallest ? perRecord(cost) / perRecord(smallest) : Number.NaN;
    return {
      what: `${who}, ${cost.records.toLocaleString("en")} records`,
      value: spreadOf([perRecord(cost)]),
      unit: "µs/record",
      ratio: { to: `${smallest?.records.toLocaleString("en")} records`, value: spreadOf([ratio]) },
      goal: `≤ ${goalRatio} ×`,
      reached: ratio <= goalRatio,
    };
  });
}

const perRecord = ({ seconds, records }: Cost): number => (seconds / records) * 1e6;
