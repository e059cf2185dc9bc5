import type { DeliveryStatistics, FinalFate } from "./deliver";
import type { Outgoing } from "./update";

/** Stands in for the delivery in a dry run: counts what would be sent and calls it accepted. */
export class DryDeliverer {
  readonly statistics: DeliveryStatistics = { requests: 0, objects: 0 };

  async deliver(objects: readonly Outgoing[]): Promise<FinalFate[]> {
    this.statistics.requests += 1;
    this.statistics.objects += objects.length;
    return objects.map(() => ({ accepted: true }));
  }
}
