/** Inputs that end before their streams do: what Braze has is still known when the host sends it again. */
import { DestinationWorlds, rejectedRecords, type World } from "./destination-world";
import { type Finished, start } from "./harness";
import { catalogOf, line, record, silentAfter, state } from "./write-world";

const worlds = DestinationWorlds.forAllTests();

const streams = ["events", "purchases", "points", "receipts"] as const;
const catalog = catalogOf(
  { name: "events", columns: ["external_id", "name", "time"] },
  { name: "purchases", columns: ["external_id", "product_id", "currency", "price", "time"] },
  { name: "points", columns: ["external_id", "points"], destination_object_name: "users" },
  { name: "receipts", destination_object_name: "campaign_trigger/receipt" },
);
const time = "2026-05-04T10:00:00Z";
const ids = Array.from({ length: 10 }, (_, number) => `u${number}`);
const recordsOf = {
  events: ids.map((id) => record("events", { external_id: id, name: "seen", time })),
  purchases: ids.map((id) =>
    record("purchases", { external_id: id, product_id: "p", currency: "USD", price: 1, time }),
  ),
  points: ids.map((id) => record("points", { external_id: id, points: { inc: 1 } })),
  receipts: ids.map((id) => record("receipts", { external_user_id: id })),
};
const all = Object.values(recordsOf).flat();
const states = streams.map((stream) => state(stream, 1));
const status = (name: string, told: string): string =>
  line({
    type: "TRACE",
    trace: {
      type: "STREAM_STATUS",
      emitted_at: 1,
      stream_status: { stream_descriptor: { name }, status: told },
    },
  });
const error = line({
  type: "TRACE",
  trace: {
    type: "ERROR",
    emitted_at: 1,
    error: { message: "The source could not log in.", failure_type: "config_error" },
  },
});
const died = [...streams.map((stream) => status(stream, "INCOMPLETE")), error];

function world(): World {
  const to = worlds.world();
  to.workspace.users.seed(ids.map((external_id) => ({ external_id })));
  to.workspace.createCampaign({ id: "receipt", name: "Receipt", scheduleType: "api_triggered" });
  return to;
}

/** The same of a host that numbers no generations, and tells nothing. */
const silentCatalog = {
  streams: catalog.streams.map((stream) => ({ ...stream, generation_id: undefined })),
};

async function write(to: World, input: readonly string[], of: object = catalog): Promise<Finished> {
  const finished = await worlds.write(to, input, of);
  expect(finished.exitCode).toBe(0);
  return finished;
}

/** What Braze has of each stream. */
const arrived = ({ workspace }: World) => ({
  events: workspace.accepted.events,
  purchases: workspace.accepted.purchases,
  points: ids.reduce(
    (sum, id) => sum + Number(workspace.users.byExternalId(id)?.custom_attributes.points ?? 0),
    0,
  ),
  receipts: workspace.messages.length,
});
const once = { events: 10, purchases: 10, points: 10, receipts: 10 };

/** A run that has brought all of it to Braze, and is killed before a state has come. */
async function killed(): Promise<World> {
  const to = world();
  const input = silentAfter(...all);
  const running = await start("destination-braze", "write", { config: to.config, catalog, input });
  while (JSON.stringify(arrived(to)) !== JSON.stringify(once))
    await new Promise((resolve) => setTimeout(resolve, 20));
  // What is acknowledged for more than a second is known after a crash.
  await new Promise((resolve) => setTimeout(resolve, 1200));
  running.process.kill("SIGKILL");
  await running.finished;
  return to;
}

it.each([
  ["nothing comes", []],
  ["the source only says that it failed", [error]],
  ["the source calls the streams incomplete", died],
  ["a part comes, and then nothing", streams.flatMap((stream) => recordsOf[stream].slice(0, 4))],
  ["a part comes, and a state of another stream", [...recordsOf.events.slice(0, 4), state("points", 1)]],
])("after a kill, a run in which %s does not make anything come twice", async (_, input) => {
  const to = await killed();
  await write(to, input);
  // A state without records before it says that the host has all of that stream.
  const isAcknowledged = input.includes(state("points", 1));
  const again = isAcknowledged ? all.filter((each) => !recordsOf.points.includes(each)) : all;
  await write(to, [...again, ...states]);
  expect(arrived(to)).toEqual(once);
  // Those are new.
  await write(to, [...all, ...states]);
  expect(arrived(to)).toEqual({ events: 20, purchases: 20, points: 20, receipts: 20 });
});

it("what was sent before the source died does not come twice, also when it dies once more", async () => {
  const to = world();
  const began = streams.map((stream) => status(stream, "STARTED"));
  const complete = streams.map((stream) => status(stream, "COMPLETE"));
  await write(to, [...began, ...all, ...died]);
  await write(to, [...began, ...recordsOf.events.slice(0, 4), ...died]);
  await write(to, [...began, ...all, ...states, ...complete]);
  expect(arrived(to)).toEqual(once);
  expect(await rejectedRecords(to)).toEqual([]);
});

it("a host that tells of complete streams and says nothing has a source that failed", async () => {
  const to = world();
  await write(to, all);
  await write(to, [...all, ...states]);
  expect(arrived(to)).toEqual(once);
});

it("a host that never tells is believed that the end is the end", async () => {
  const to = world();
  await write(to, all, silentCatalog);
  await write(to, all, silentCatalog);
  expect(arrived(to)).toEqual({ events: 20, purchases: 20, points: 20, receipts: 20 });
});

it("with the end of a stream, what was left of it ends: the same records are new ones", async () => {
  const to = world();
  await write(to, [...all, ...died]);
  await write(
    to,
    streams.map((stream) => status(stream, "COMPLETE")),
  );
  await write(to, [...all, ...states]);
  expect(arrived(to)).toEqual({ events: 20, purchases: 20, points: 20, receipts: 20 });
});
