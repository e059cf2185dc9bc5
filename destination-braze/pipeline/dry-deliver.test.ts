import { outgoing } from "../testing/updates";
import { DryDeliverer } from "./dry-deliver";

describe("DryDeliverer", () => {
  it("accepts everything and counts it", async () => {
    const deliverer = new DryDeliverer();
    expect(await deliverer.deliver([outgoing("1"), outgoing("2")])).toEqual([
      { accepted: true },
      { accepted: true },
    ]);
    await deliverer.deliver([outgoing("3")]);
    expect(deliverer.statistics).toEqual({ requests: 2, objects: 3 });
  });
});
