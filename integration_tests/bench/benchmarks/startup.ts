import type { Benchmark, Row } from "../benchmark";
import { measureChild } from "../measure/child";
import { interleave, ratios } from "../measure/rounds";
import { type Spread, spreadOf } from "../measure/spread";
import { localStorage } from "../write";

const specGoal = 2;
/** Starts are short: more of them make the figure steady. */
const roundsFactor = 5;

/** How long a host waits for the commands that it asks most often. */
export const startup: Benchmark = {
  name: "startup",
  async run(lab) {
    const { source, destination } = lab.programs;
    await lab.sink.begin();
    const common = { url: lab.sink.url, api_key: "bench-key" };
    const directory = lab.newPath();
    const sourceConfig = await lab.jsonFile(common);
    const destinationConfig = await lab.jsonFile({
      ...common,
      object_storage_config: localStorage(directory),
    });
    const seconds =
      (program: string, ...args: string[]) =>
      async (): Promise<number> =>
        (await measureChild(program, args, { onOutput: () => undefined })).seconds;
    const results = await interleave(
      {
        node: seconds(process.execPath, "-e", "0"),
        "source-braze spec": seconds(source, "spec"),
        "destination-braze spec": seconds(destination, "spec"),
        "source-braze check": seconds(source, "check", "--config", sourceConfig),
        "destination-braze check": seconds(destination, "check", "--config", destinationConfig),
      },
      lab.rounds * roundsFactor,
    );
    const { node, ...ours } = results;
    return Object.entries(ours).map(([what, times]): Row => {
      const ratio = spreadOf(ratios(times, node));
      const row: Row = {
        what,
        value: spreadOf(times),
        unit: "s",
        ratio: { to: "node -e 0", value: ratio },
        goal: "",
      };
      return what.endsWith("spec") ? { ...row, ...specResult(ratio) } : row;
    });
  },
};

const specResult = (ratio: Spread) => ({ goal: `≤ ${specGoal} ×`, reached: ratio.median <= specGoal });
