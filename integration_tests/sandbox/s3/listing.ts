import buckets, { type ListContext } from "@20minutes/s3rver/lib/controllers/bucket";

/**
 * Makes ListObjectsV2 page. s3rver ciphers its continuation tokens with DES, which Node 17 and later refuse,
 * so any listing beyond 1000 keys fails. Version 1 of the same listing needs no token: it is asked instead
 * and its answer put into the form of version 2. Once per process is enough, since the controller is shared.
 */
let listObjects: typeof buckets.getBucket | undefined;

export function pageListings(): void {
  if (listObjects !== undefined) return;
  const versionOne = buckets.getBucket;
  listObjects = versionOne;
  buckets.getBucket = async (context) => {
    if (context.query["list-type"] !== "2") return versionOne(context);
    await listVersionTwo(context, versionOne);
  };
}

async function listVersionTwo(context: ListContext, versionOne: typeof buckets.getBucket): Promise<void> {
  const asked = { ...context.query };
  const {
    "list-type": _,
    "continuation-token": token,
    "start-after": startAfter,
    "fetch-owner": __,
    ...rest
  } = asked;
  const marker = token === undefined ? startAfter : Buffer.from(token, "base64url").toString();
  context.query = { ...rest, ...(marker === undefined ? {} : { marker }) };
  await versionOne(context);
  context.query = asked;
  const { Marker: ___, NextMarker: ____, ...answer } = context.body.ListBucketResult;
  const contents = answer.Contents ?? [];
  const last = contents.at(-1)?.Key;
  context.body = {
    ListBucketResult: {
      ...answer,
      KeyCount: contents.length + (answer.CommonPrefixes ?? []).length,
      ContinuationToken: token,
      StartAfter: startAfter,
      NextContinuationToken:
        answer.IsTruncated === true && last !== undefined
          ? Buffer.from(last).toString("base64url")
          : undefined,
    },
  };
}
