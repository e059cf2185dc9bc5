import type { Benchmark } from "../benchmark";
import { newProfiles } from "../data/files";
import { spreadOf } from "../measure/spread";
import { windowSeconds } from "../sink/request-windows";
import { localStorage, measureWrite } from "../write";

const limit = 3000;
const goalShare = 97;
/** What some plans allow (post_user_track): then the limit is what limits, not the machine. */
const objectsPerRequest = 50;

/** Against a Braze that enforces its limit: all of it is used, and nothing is refused. */
export const limitBenchmark: Benchmark = {
  name: "limit",
  async run(lab) {
    const records = lab.size(1_000_000, 400_000);
    const directory = lab.newPath();
    await measureWrite(lab, {
      input: await newProfiles(records),
      records,
      storage: localStorage(directory),
      setup: { requestsPer3Seconds: limit, objectsPerRequest },
      limits: { requests_per_3_seconds: limit, objects_per_request: objectsPerRequest },
    });
    await lab.removePath(directory);
    const { windows, refused } = await lab.sink.report();
    // The first and the last window are not whole.
    const share = spreadOf(windows.slice(1, -1).map((requests) => (requests / limit) * 100));
    return [
      {
        what: `Share of ${limit} requests per ${windowSeconds} s that is used`,
        value: share,
        unit: "%",
        goal: `≥ ${goalShare} %`,
        reached: share.median >= goalShare,
      },
      {
        what: "Requests refused with 429",
        value: spreadOf([refused]),
        unit: "",
        goal: "0",
        reached: refused === 0,
      },
    ];
  },
};
