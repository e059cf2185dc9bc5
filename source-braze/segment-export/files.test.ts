import { ExportFiles, fileId } from "./files";

const file = (name: string, sizeBytes = 10) => ({
  key: `segment-export/seg/2026-01-02/uuid-1/${name}`,
  sizeBytes,
});

test("files are read once each, in the order of their keys", () => {
  const files = new ExportFiles();
  files.look([file("b"), file("a")]);
  expect(files.unread()).toEqual([file("a"), file("b")]);
  files.markRead(file("a"));
  expect(files.look([file("a"), file("b"), file("c")]).added).toEqual([file("c")]);
  expect(files.unread()).toEqual([file("b"), file("c")]);
  expect(files.count).toBe(3);
});

test("files that an earlier run read are not read again, and missed when they are gone", () => {
  const files = new ExportFiles([fileId(file("a"))]);
  expect(files.look([file("a"), file("b")]).lostFromBefore).toEqual([]);
  expect(files.unread()).toEqual([file("b")]);
  expect(new ExportFiles([fileId(file("a"))]).look([file("b")]).lostFromBefore).toEqual([fileId(file("a"))]);
});

test("files that an earlier run read are read again where that is needed", () => {
  const files = new ExportFiles([fileId(file("b")), fileId(file("a"))], true);
  expect(files.unreadAgain()).toEqual([]);
  files.look([file("a"), file("b"), file("c")]);
  expect(files.unreadAgain()).toEqual([file("a"), file("b")]);
  expect(files.unread()).toEqual([file("c")]);
  files.markRead(file("a"));
  expect(files.unreadAgain()).toEqual([file("b")]);
  expect(files.readIds).toHaveLength(2);
});

test("a file that goes before it was read is lost; after it was read nobody minds", () => {
  const files = new ExportFiles();
  files.look([file("a"), file("b")]);
  files.markRead(file("a"));
  expect(files.look([file("b")]).lost).toEqual([]);
  expect(files.look([]).lost).toEqual([file("b")]);
});

test("a file that changed is another one", () => {
  expect(fileId(file("a", 10))).not.toBe(fileId(file("a", 11)));
  expect(fileId(file("a"))).toHaveLength(12);
});

test("a shard reads and misses its own files only; all of them tell when the export is complete", () => {
  const files = new ExportFiles([], false, (name) => name !== "b");
  expect(files.look([file("a"), file("b"), file("c")]).added).toHaveLength(3);
  expect(files.unread()).toEqual([file("a"), file("c")]);
  expect([files.count, files.ownCount]).toEqual([3, 2]);
  expect(files.look([file("c")]).lost).toEqual([file("a")]);
});
