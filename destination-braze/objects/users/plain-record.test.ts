import type { JsonObject } from "@braze-connectors/shared/json";
import fc from "fast-check";
import { identifierColumns, identify, isIdentity, segmentExportColumns } from "../identity";
import type { ObjectOptions } from "../object";
import { PlainRecords } from "./plain-record";
import { prepareUser, users } from "./users";

const columns = fc.oneof(
  fc.constantFrom("external_id", "user_alias", "braze_id", "email", "phone", "push_token_import"),
  fc.constantFrom("country", "dob", "gender", "email_subscribe", "marked_email_as_spam_at", "facebook"),
  fc.constantFrom(
    "_update_existing_only",
    "_merge_objects",
    "push_tokens",
    "custom_attributes",
    "__proto__",
    "\ude00",
  ),
  fc.string({ maxLength: 3 }),
  fc.constant("x".repeat(256)),
);
const values = fc.oneof(
  fc.string({ minLength: 1, maxLength: 3 }),
  fc.constantFrom(
    "",
    "x".repeat(255),
    "x".repeat(256),
    2 ** 53,
    2 ** 70,
    "\ud83d",
    true,
    false,
    null,
    1.5,
    -0,
  ),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constantFrom(null, true, 2 ** 53, "\ud83d")), {
    maxLength: 3,
  }),
  fc.jsonValue({ maxDepth: 1 }),
);
const options: fc.Arbitrary<ObjectOptions> = fc.record({
  createUsers: fc.boolean(),
  nullValues: fc.constantFrom("ignore", "clear"),
  segmentExport: fc.boolean(),
  messagesInDoubt: fc.constant("reject"),
});

test("what is taken as it is would have been built just so, without a note or a reason, and valid", () => {
  const plainRecords = new PlainRecords();
  let plain = 0;
  fc.assert(
    fc.property(fc.dictionary(columns, values, { maxKeys: 4 }), fc.string(), options, (other, id, how) => {
      const record = { external_id: id, ...other } as JsonObject;
      const identity = identify(record, how.segmentExport ? segmentExportColumns : identifierColumns);
      if (!isIdentity(identity) || !plainRecords.has(record, identity, how)) return;
      plain += 1;
      expect(prepareUser(record, identity, how)).toEqual({ body: record, identity: identity.key });
      expect(users.validate(record)).toBe(true);
    }),
    { numRuns: 5000 },
  );
  expect(plain).toBeGreaterThan(100);
});
