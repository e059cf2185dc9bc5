import { awkwardUser, plainUser } from "./index";

const hundred = Array.from({ length: 100 }, (_, index) => awkwardUser(index));

it("gives the same profile for the same index", () => {
  expect(JSON.stringify(awkwardUser(12_345))).toBe(JSON.stringify(awkwardUser(12_345)));
  expect(plainUser(7)).toEqual(plainUser(7));
});

it("gives different people", () => {
  for (const make of [awkwardUser, plainUser]) {
    const ids = Array.from({ length: 1000 }, (_, index) => make(index).braze_id);
    expect(new Set(ids).size).toBe(1000);
  }
});

it("is plain with twelve attributes", () => {
  const { custom_attributes, braze_id, created_at, external_id, ...fields } = plainUser(3);
  expect(Object.keys(fields).length + Object.keys(custom_attributes ?? {}).length).toBe(12);
  expect([braze_id, created_at, external_id].every((value) => typeof value === "string")).toBe(true);
});

it.each([
  [
    "alias-only users",
    hundred.some((user) => user.external_id === undefined && user.user_aliases !== undefined),
  ],
  ["email-only users", hundred.some((user) => user.external_id === undefined && user.email !== undefined)],
  [
    "users with nothing but a braze_id",
    hundred.some((user) => !user.external_id && !user.email && !user.user_aliases),
  ],
  ["users without email", hundred.some((user) => user.external_id !== undefined && user.email === undefined)],
  [
    "values beyond 255 characters",
    hundred.some((user) => String(user.custom_attributes?.bio_long ?? "").length > 255),
  ],
  ["a key named __proto__", hundred.some((user) => JSON.stringify(user).includes('"__proto__"'))],
  [
    "keys with dots",
    hundred.some((user) => Object.keys(user.custom_attributes ?? {}).includes("dotted.key")),
  ],
  ["empty texts", hundred.some((user) => user.custom_attributes?.empty === "")],
  ["right-to-left text", /[\u0590-\u06ff]/.test(JSON.stringify(hundred))],
  ["emoji", /\p{Extended_Pictographic}/u.test(JSON.stringify(hundred))],
  ["nested objects and arrays of objects", /"pets":\[\{/.test(JSON.stringify(hundred))],
  ["huge numbers", JSON.stringify(hundred).includes("9000000000000000")],
  [
    "devices, apps and campaigns",
    hundred.some((user) => user.devices && user.apps) && hundred.some((user) => user.campaigns_received),
  ],
])("holds %s among any hundred", (_, found) => {
  expect(found).toBe(true);
});
