/** Both connectors, by one list of what Airbyte expects of connectors. */
import type { Connector } from "../harness";
import { checks } from "./checks";
import { Subject } from "./subject";
import { AcceptanceWorld } from "./world";

let world: AcceptanceWorld;
beforeAll(async () => {
  world = await AcceptanceWorld.start();
});
afterAll(() => world.close());

describe.each<Connector>(["source-braze", "destination-braze"])("%s", (connector) => {
  let subject: Subject;
  beforeAll(() => {
    subject = new Subject(world.given[connector]);
  });

  const applicable = checks.filter(({ of = connector }) => of === connector);
  test.each(applicable)("$name", ({ verify }) => verify(subject));
});
