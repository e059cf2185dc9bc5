/** Some kills of source-braze at random moments; many of them are in the slow suite. */
import { killAgainAndAgain } from "./source-kills";
import { SourceWorld } from "./source-world";

let world: SourceWorld;
beforeAll(async () => {
  world = await SourceWorld.start();
});
afterAll(() => world.close());

test.each([
  ["full refresh", { seed: 1, kills: 3, incremental: false }],
  ["incremental", { seed: 2, kills: 2, incremental: true }],
])(
  "killed at any line of a sync (%s): nobody is missing, no file comes twice, no second export",
  (_, options) => killAgainAndAgain(world, options),
);
