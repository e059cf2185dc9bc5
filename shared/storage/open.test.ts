import { LocalStorage } from "./local";
import { openStorage } from "./open";
import { S3Storage } from "./s3";

test("the storage type chooses the storage", async () => {
  expect(await openStorage({ storage_type: "None" })).toBeUndefined();
  expect(await openStorage({ storage_type: "Local", directory: "/tmp" })).toBeInstanceOf(LocalStorage);
  const s3 = await openStorage({ storage_type: "S3", s3_bucket_name: "b", s3_bucket_region: "us-east-1" });
  expect(s3).toBeInstanceOf(S3Storage);
  s3?.close();
});
