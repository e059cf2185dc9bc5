/** source-braze is killed dozens of times at random moments. `SEED=7 npm run test:slow` tries other ones. */
import { killAgainAndAgain } from "../source-kills";
import { SourceWorld } from "../source-world";

const seed = Number(process.env.SEED ?? 1000);
const timeoutMs = 5 * 60_000;

let world: SourceWorld;
beforeAll(async () => {
  world = await SourceWorld.start();
});
afterAll(() => world.close());

test.each([
  ["full refresh", { seed, kills: 25, incremental: false }],
  ["incremental", { seed: seed + 1, kills: 25, incremental: true }],
])(
  "killed at any line of a sync (%s): nobody is missing, no file comes twice, no second export",
  (_, options) => killAgainAndAgain(world, options),
  timeoutMs,
);
