import { batchesOf, UserDeleter } from "./delete-users";
import type { Leaver } from "./remover";

const leavers = (...identities: string[]): Leaver[] =>
  identities.map((identity) => ({ identity, names: [] }));
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe("batchesOf", () => {
  it("names users of one kind a request, at most 50", () => {
    const many = Array.from({ length: 51 }, (_, index) => `external_id:${index}`);
    expect(batchesOf(leavers(...many, "braze_id:b")).map(({ key, users }) => [key, users.length])).toEqual([
      ["external_ids", 50],
      ["external_ids", 1],
      ["braze_ids", 1],
    ]);
  });

  it("names each kind as Braze wants it", () => {
    const identities = ['user_alias:["label","name"]', "email:a@b.c", "phone:+1", "external_id:x:y"];
    const prioritization = ["unidentified", "most_recently_updated"];
    expect(batchesOf(leavers(...identities)).map(({ key, users }) => [key, users[0]?.name])).toEqual([
      ["user_aliases", { alias_name: "name", alias_label: "label" }],
      ["email_addresses", { email: "a@b.c", prioritization }],
      ["phone_numbers", { phone: "+1", prioritization }],
      ["external_ids", "x:y"],
    ]);
  });
});

test("a refused request is halved until whom Braze does not take is alone", async () => {
  const sizes: number[] = [];
  const post = async (_path: string, { body }: { body?: object | string } = {}) => {
    const { external_ids: ids } = body as { external_ids: string[] };
    sizes.push(ids.length);
    return { status: ids.includes("3") ? 400 : 201, headers: {}, body: {} };
  };
  const deleter = new UserDeleter({ post }, log, new AbortController().signal);
  const done = await deleter.remove("s", leavers(...["1", "2", "3", "4"].map((id) => `external_id:${id}`)));
  expect([...done]).toEqual(["external_id:1", "external_id:2", "external_id:4"]);
  expect(sizes).toEqual([4, 2, 2, 1, 1]);
});
