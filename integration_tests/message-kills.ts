/** A sync of messages that is killed again and again, resumed as a host would: who got what, and who is in doubt. */
import {
  type DestinationWorlds,
  type RejectedRecord,
  rejectedRecords,
  type World,
} from "./destination-world";
import { type Finished, type Running, start } from "./harness";
import { randomFrom } from "./random";
import { catalogOf, record, state } from "./write-world";

export interface MessageKillPlan {
  seed: number;
  people: number;
  kills: number;
  /** Requests, of a thousand, whose answers are lost, and as many on which Braze fails. */
  faultsPerThousand: number;
}

export interface MessageKillFigures {
  messages: number;
  inDoubt: number;
  /** Of those in doubt, how many got their message. */
  inDoubtAndSent: number;
  /** Runs that were killed while requests were in flight. */
  killedInFlight: number;
}

const stream = "receipts";
const recordsPerState = 70;

export class KilledMessages {
  private readonly random: () => number;
  /** Up to which record the host knows all to be settled. */
  private safe = 0;
  private killedInFlight = 0;
  private readonly to: World;
  private onRequest: () => void = () => undefined;

  constructor(
    worlds: DestinationWorlds,
    private readonly plan: MessageKillPlan,
  ) {
    this.random = randomFrom(plan.seed);
    const latencyMs = (): number => {
      this.onRequest();
      return this.random() * 40;
    };
    // Few requests at a time, so that a run lasts long enough to be killed in the middle.
    this.to = worlds.world({ latencyMs }, { limits: { concurrent_requests: 2 } });
    const { workspace } = this.to;
    workspace.users.seed(Array.from({ length: plan.people }, (_, index) => ({ external_id: `u${index}` })));
    workspace.createCampaign({ id: "receipt", name: "Receipt", scheduleType: "api_triggered" });
    for (const fault of [{ kind: "drop_after" }, { kind: "status", status: 503 }] as const) {
      workspace.faults.add({
        ...fault,
        path: "/campaigns/trigger/send",
        times: Number.POSITIVE_INFINITY,
        when: ({ body }) => body?.recipients !== undefined && this.random() * 1000 < plan.faultsPerThousand,
      });
    }
  }

  /** Kills and resumes, then lets a last run come to its end, and looks at who got what. */
  async run(): Promise<MessageKillFigures> {
    for (let kill = 0; kill < this.plan.kills; kill++) await this.runAndKill();
    const last = await this.finish(await this.start());
    expect(last.errors).toEqual([]);
    expect(last.exitCode).toBe(0);
    expect(this.safe).toBe(this.plan.people);
    return this.check();
  }

  private async runAndKill(): Promise<void> {
    const running = await this.start();
    const after = 1 + Math.floor(this.random() * 6);
    const delayMs = this.random() * 60;
    let requests = 0;
    this.onRequest = () => {
      requests += 1;
      if (requests === after) setTimeout(() => running.process.kill("SIGKILL"), delayMs);
    };
    const { signal } = await this.finish(running);
    if (signal === "SIGKILL") this.killedInFlight += 1;
    this.onRequest = () => undefined;
    await this.untilAnswered();
  }

  private async finish(running: Running): Promise<Finished> {
    const finished = await running.finished;
    expect(finished.invalidLines).toEqual([]);
    for (const { stream: known } of finished.states) {
      const { position } = (known?.stream_state ?? { position: 0 }) as { position: number };
      this.safe = Math.max(this.safe, position);
    }
    return finished;
  }

  private start(): Promise<Running> {
    return start("destination-braze", "write", {
      config: this.to.config,
      catalog: catalogOf({ name: stream, destination_object_name: "campaign_trigger/receipt" }),
      input: this.input(),
    });
  }

  /** All that stands behind the last state that came back. */
  private *input(): Generator<string> {
    const { people } = this.plan;
    for (let position = this.safe; position < people; position++) {
      yield record(stream, { external_user_id: `u${position}`, trigger_properties: { order: position } });
      const behind = position + 1;
      if (behind % recordsPerState === 0 || behind === people) yield state(stream, behind);
    }
  }

  /** What Braze is still busy with when the process is gone takes effect too. */
  private async untilAnswered(): Promise<void> {
    for (let before = -1; before !== this.to.workspace.messages.length; ) {
      before = this.to.workspace.messages.length;
      await new Promise((resolve) => setTimeout(resolve, 80));
    }
  }

  private async check(): Promise<MessageKillFigures> {
    const got = new Map<string, number>();
    for (const { properties } of this.to.workspace.messages) {
      const whose = `u${properties.order}`;
      got.set(whose, (got.get(whose) ?? 0) + 1);
    }
    const twice = [...got].filter(([, count]) => count > 1);
    expect(twice).toEqual([]);
    const rejected = await rejectedRecords(this.to);
    expect(rejected.filter(({ reasons }) => reasons[0]?.code !== "outcome_unknown")).toEqual([]);
    const inDoubt = new Set(rejected.map(whose));
    const everybody = Array.from({ length: this.plan.people }, (_, index) => `u${index}`);
    // Nobody is passed over in silence.
    expect(everybody.filter((each) => !got.has(each) && !inDoubt.has(each))).toEqual([]);
    return {
      messages: got.size,
      inDoubt: inDoubt.size,
      inDoubtAndSent: [...inDoubt].filter((each) => got.has(each)).length,
      killedInFlight: this.killedInFlight,
    };
  }
}

const whose = ({ record: { external_user_id: id } }: RejectedRecord): string => String(id);
