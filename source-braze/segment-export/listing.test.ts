import { FakeStorage } from "../testing/fake-storage";
import { candidateDays, listEverywhere, listExpected, segmentIn } from "./listing";

const requestedAtMs = Date.UTC(2026, 1, 28, 23, 50);
const hour = 3_600_000;
const place = { segmentId: "seg", objectPrefix: "uuid-1", requestedAtMs };
const content = Buffer.from("x");
const storageWith = (...keys: string[]): FakeStorage =>
  new FakeStorage(
    () => 0,
    keys.map((key) => ({ key, content })),
  );

describe("the days under which an export may lie", () => {
  test("begin a day before the request and end a day after now, for the time zone is not documented", () => {
    expect(candidateDays(requestedAtMs, requestedAtMs)).toEqual(["2026-02-27", "2026-02-28", "2026-03-01"]);
    expect(candidateDays(requestedAtMs, requestedAtMs + hour)).toEqual([
      "2026-02-27",
      "2026-02-28",
      "2026-03-01",
      "2026-03-02",
    ]);
  });

  test("stay few when a sync goes on after weeks", () => {
    expect(candidateDays(requestedAtMs, requestedAtMs + 600 * hour)).toHaveLength(6);
  });
});

test("files are found on either side of midnight, and those of other exports are not", async () => {
  const storage = storageWith(
    "segment-export/seg/2026-02-28/uuid-1/a.gz",
    "segment-export/seg/2026-03-01/uuid-1/b.gz",
    "segment-export/seg/2026-03-01/uuid-12/c.gz",
    "segment-export/other/2026-03-01/uuid-1/d.gz",
    "segment-export/seg/2026-03-01/uuid-1/",
  );
  const found = await listExpected(storage, place, requestedAtMs + hour);
  expect(found.map(({ key }) => key.slice(-4))).toEqual(["a.gz", "b.gz"]);
  expect(storage.listings).not.toContain("segment-export/seg/");
});

test("a search everywhere finds files under any day", async () => {
  const storage = storageWith(
    "segment-export/seg/1999-12-31/uuid-1/a.gz",
    "segment-export/seg/1999-12-31/uuid-12/b.gz",
  );
  expect(await listExpected(storage, place, requestedAtMs)).toEqual([]);
  const found = await listEverywhere(storage, place);
  expect(found.map(({ key }) => key.slice(-4))).toEqual(["a.gz"]);
});

test("the control group's folder is not known: its files are found wherever they lie", async () => {
  const storage = storageWith(
    "segment-export/group/2026-02-28/uuid-1/a.gz",
    "segment-export/seg/2026-02-28/uuid-2/a.gz",
  );
  const group = { ...place, segmentId: undefined };
  expect(await listExpected(storage, group, requestedAtMs)).toEqual([]);
  const [found, ...others] = await listEverywhere(storage, group);
  expect(others).toEqual([]);
  expect(segmentIn(found?.key ?? "")).toBe("group");
});
