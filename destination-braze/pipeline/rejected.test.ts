import { gunzipSync } from "node:zlib";
import type { Logger } from "@braze-connectors/shared/airbyte/output";
import type { ObjectStorage } from "@braze-connectors/shared/storage/storage";
import type { Reason } from "../objects/object";
import { folderName, LoggedRejectedRecords, StoredRejectedRecords } from "./rejected";

const reasons: Reason[] = [{ code: "invalid_value", message: "a is wrong.", field: "a" }];
const run = { syncId: "42", id: "run", attempt: 1, startedAt: new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)) };
const rejectedAt = new Date(Date.UTC(2026, 0, 2, 4));

/** Storage whose writes a test can hold up or refuse. */
class FakeStorage {
  readonly files = new Map<string, string>();
  readonly write: ObjectStorage["write"];

  constructor(before: () => Promise<void> = async () => undefined) {
    this.write = async (key, bytes) => {
      await before();
      this.files.set(key, gunzipSync(bytes).toString());
    };
  }
}

const stored = (storage: FakeStorage) => new StoredRejectedRecords(storage, run, () => rejectedAt);

describe("StoredRejectedRecords", () => {
  it("writes a file a stream, below the sync's folder", async () => {
    const storage = new FakeStorage();
    const rejected = stored(storage);
    rejected.add("users", { id: 1 }, reasons);
    rejected.add("crm.orders/x", { id: 2 }, reasons);
    rejected.add("users", { id: 3 }, reasons);
    await rejected.persist();
    expect([...storage.files.keys()]).toEqual([
      "42/rejected/users/20260102T030405006Z-run-00001.jsonl.gz",
      "42/rejected/crm%2Eorders%2Fx/20260102T030405006Z-run-00002.jsonl.gz",
    ]);
    const [users] = storage.files.values();
    expect(users?.split("\n").map((line) => (line === "" ? "" : JSON.parse(line)))).toEqual([
      { stream: "users", record: { id: 1 }, reasons, rejected_at: "2026-01-02T04:00:00.000Z", attempt: 1 },
      { stream: "users", record: { id: 3 }, reasons, rejected_at: "2026-01-02T04:00:00.000Z", attempt: 1 },
      "",
    ]);
  });

  it("writes each record once, and nothing when nothing waits", async () => {
    const storage = new FakeStorage();
    const rejected = stored(storage);
    await rejected.persist();
    rejected.add("users", { id: 1 }, reasons);
    await Promise.all([rejected.persist(), rejected.persist()]);
    await rejected.persist();
    expect(storage.files.size).toBe(1);
    expect(rejected.unstored).toBe(0);
  });

  it("writes a part by itself when enough waits, of all streams together", async () => {
    const storage = new FakeStorage();
    const rejected = stored(storage);
    const large = { text: "x".repeat(1 << 20) };
    expect(rejected.add("a", large, reasons)).toBeUndefined();
    expect(rejected.add("b", large, reasons)).toBeUndefined();
    expect(rejected.add("c", large, reasons)).toBeUndefined();
    await rejected.add("d", large, reasons);
    expect(storage.files.size).toBe(4);
  });

  it("makes later callers wait for earlier parts", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const storage = new FakeStorage(() => held);
    const rejected = stored(storage);
    rejected.add("users", { id: 1 }, reasons);
    void rejected.persist();
    const second = rejected.persist();
    release();
    await second;
    expect(storage.files.size).toBe(1);
  });

  it("keeps failing once a part could not be written: that part is lost", async () => {
    let failures = 1;
    const storage = new FakeStorage(async () => {
      if (failures-- > 0) throw new Error("no space");
    });
    const rejected = stored(storage);
    rejected.add("users", { id: 1 }, reasons);
    expect(rejected.unstored).toBe(1);
    await expect(rejected.persist()).rejects.toThrow("no space");
    rejected.add("users", { id: 2 }, reasons);
    await expect(rejected.persist()).rejects.toThrow("no space");
    expect(rejected.unstored).toBe(2);
  });

  it("keeps what can be kept of a record that nests too deep to be printed", async () => {
    const storage = new FakeStorage();
    const rejected = stored(storage);
    rejected.add("users", { id: 7, deep: JSON.parse("[".repeat(20_000) + "]".repeat(20_000)) }, reasons);
    await rejected.persist();
    const [file] = storage.files.values();
    expect(file).toContain('"record":{"id":7,"deep":[[[');
    expect(file).toContain("(nested too deep to be kept)");
  });
});

test.each([
  ["users", "users"],
  ["../../etc", "%2E%2E%2F%2E%2E%2Fetc"],
  ["é ü", "%C3%A9%20%C3%BC"],
])("folderName(%j) can't leave its folder", (stream, folder) => {
  expect(folderName(stream)).toBe(folder);
});

describe("LoggedRejectedRecords", () => {
  it("logs the first hundred, cut to a readable length, and says that it stops", () => {
    const lines: string[] = [];
    const rejected = new LoggedRejectedRecords({
      warn: (line: string) => lines.push(line),
    } as unknown as Logger);
    for (let index = 0; index < 250; index++)
      rejected.add("users", { index, text: "x".repeat(5000) }, reasons);
    expect(lines).toHaveLength(101);
    expect(lines[0]).toMatch(
      /^Rejected a record of users: a is wrong\. Record: \{"index":0,"text":"x+… \(\d+ characters\)$/,
    );
    expect(lines[100]).toContain("Set object_storage_config to keep them all.");
  });
});
