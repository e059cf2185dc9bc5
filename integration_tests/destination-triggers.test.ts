import { DestinationWorlds, rejectedRecords, type World } from "./destination-world";
import type { Finished } from "./harness";
import type { JsonObject } from "./sandbox";
import { catalogOf, record, type StreamOptions, state } from "./write-world";

const worlds = DestinationWorlds.forAllTests();

const stream = (object: string): StreamOptions => ({ name: "receipts", destination_object_name: object });

/** A workspace with people, an API-triggered campaign and two Canvases, of which one is paused. */
function world(people: number, config: JsonObject = {}): World {
  const to = worlds.world({}, config);
  const { workspace } = to;
  workspace.users.seed(Array.from({ length: people }, (_, index) => ({ external_id: `u${index}` })));
  workspace.createCampaign({ id: "receipt", name: "Receipt", scheduleType: "api_triggered" });
  workspace.createCanvas({ id: "welcome", name: "Welcome", scheduleType: "api_triggered" });
  workspace.createCanvas({ id: "paused", name: "Paused", scheduleType: "api_triggered", enabled: false });
  return to;
}

const recipients = (count: number): JsonObject[] =>
  Array.from({ length: count }, (_, index) => ({
    external_user_id: `u${index}`,
    trigger_properties: { order: index },
  }));

const write = (to: World, object: string, records: object[]): Promise<Finished> =>
  worlds.write(
    to,
    [...records.map((data) => record("receipts", data)), state("receipts", 1)],
    catalogOf(stream(object)),
  );

const messagesOf = ({ workspace }: World): string[] =>
  workspace.users.all
    ? [...workspace.users.all()].flatMap((user) =>
        workspace
          .messagesOf(user)
          .map(({ properties }) => `${user.external_id}: ${JSON.stringify(properties)}`),
      )
    : [];

it("sends each recipient of a campaign one message with their own properties, 50 a request", async () => {
  const to = world(120);
  const finished = await write(to, "campaign_trigger/receipt", recipients(120));
  expect(finished.exitCode).toBe(0);
  expect(to.workspace.messages).toHaveLength(120);
  expect(messagesOf(to)).toContain('u7: {"order":7}');
  expect(to.workspace.requests.filter(({ path }) => path === "/campaigns/trigger/send")).toHaveLength(3);
});

it("enters people into a Canvas, twice when they come twice", async () => {
  const to = world(1);
  const finished = await write(to, "canvas_trigger/welcome", [
    { external_user_id: "u0", context: { step: 1 } },
    { external_user_id: "u0", context: { step: 2 } },
  ]);
  expect(finished.exitCode).toBe(0);
  expect(messagesOf(to)).toEqual(['u0: {"step":1}', 'u0: {"step":2}']);
});

it("rejects the recipients of a Canvas that is paused, which Braze answers with success", async () => {
  const to = world(2);
  const finished = await write(to, "canvas_trigger/paused", [
    { external_user_id: "u0" },
    { external_user_id: "u1" },
  ]);
  expect(finished.exitCode).toBe(0);
  expect(to.workspace.messages).toHaveLength(0);
  const rejected = await rejectedRecords(to);
  expect(rejected).toHaveLength(2);
  expect(rejected[0]?.reasons[0]?.message).toContain("paused");
});

it.each([
  ["campaign_trigger/nope", 'campaign "nope"', undefined],
  ["canvas_trigger/nope", 'Canvas "nope"', undefined],
  [
    "campaign_trigger/receipt",
    'campaign "receipt" (400: campaign does not exist)',
    "campaign does not exist",
  ],
  ["campaign_trigger/receipt", 'campaign "receipt" (400: it is what it is)', "it is what it is"],
])("ends the sync when nothing can be sent by %s, with one sentence: %s", async (object, what, message) => {
  const to = world(500);
  if (message !== undefined)
    to.workspace.faults.add({
      kind: "status",
      status: 400,
      body: { message },
      path: "/campaigns/trigger/send",
      times: Infinity,
    });
  const finished = await write(to, object, recipients(500));
  expect(finished.errors).toMatchObject([
    { failure_type: "config_error", message: expect.stringContaining(`sends nothing for the ${what}`) },
  ]);
  expect(finished.errors[0]?.message).toMatch(/^The stream "receipts" is written to /);
  expect(finished.states).toEqual([]);
  expect(await rejectedRecords(to)).toEqual([]);
  const sent = to.workspace.requests.filter(({ path }) => path.endsWith("/trigger/send")).length;
  if (message !== "it is what it is") expect(sent).toBeLessThan(12);
});

describe("when nobody knows whether Braze has sent a message", () => {
  it.each([
    ["the answer is lost", { kind: "drop_after" }],
    ["Braze fails after the fact", { kind: "status", status: 500, processed: true }],
    ["Braze fails", { kind: "status", status: 503 }],
  ] as const)("%s: it is rejected with this reason, and not sent again", async (_, fault) => {
    const to = world(60);
    to.workspace.faults.add({ ...fault, path: "/campaigns/trigger/send" });
    const finished = await write(to, "campaign_trigger/receipt", recipients(60));
    expect(finished.exitCode).toBe(0);
    const rejected = await rejectedRecords(to);
    expect(rejected).toHaveLength(50);
    expect(rejected.every(({ reasons: [reason] }) => reason?.code === "outcome_unknown")).toBe(true);
    expect(finished.states.at(-1)?.destinationStats).toEqual({ recordCount: 10, rejectedRecordCount: 50 });
    const received = messagesOf(to);
    expect(new Set(received).size).toBe(received.length);
  });

  it("waits and sends again what surely did not arrive", async () => {
    const to = world(10);
    to.workspace.faults.add({
      kind: "rate_limited",
      retryAfterSeconds: 1,
      path: "/campaigns/trigger/send",
      times: 2,
    });
    const finished = await write(to, "campaign_trigger/receipt", recipients(10));
    expect(finished.exitCode).toBe(0);
    expect(to.workspace.messages).toHaveLength(10);
  });

  it("sends it again where the config says so", async () => {
    const to = world(10, { messages_in_doubt: "send_again" });
    to.workspace.faults.add({ kind: "status", status: 503, path: "/campaigns/trigger/send" });
    const finished = await write(to, "campaign_trigger/receipt", recipients(10));
    expect(finished.exitCode).toBe(0);
    expect(to.workspace.messages).toHaveLength(10);
    expect(await rejectedRecords(to)).toEqual([]);
  });
});
