import type { JsonObject } from "@braze-connectors/shared/json";
import type { Reason } from "../objects/object";
import { RejectedGroups } from "./rejected-groups";

const now = () => new Date(Date.UTC(2026, 0, 2));
const groups = (display: "masked" | "shown" = "masked"): RejectedGroups =>
  new RejectedGroups(display, (text) => text.replaceAll("s3cret", "****"), now);

const refused = (message: string): Reason => ({ code: "refused_by_braze", message });

describe("RejectedGroups", () => {
  it("takes the same reason of the same stream together, those with the most records first", () => {
    const all = groups();
    const invalid: Reason = { code: "invalid_value", field: "dob", message: "dob must be a day." };
    all.add("b", invalid, { dob: "x" });
    for (let index = 0; index < 5; index++) all.add("a", invalid, { dob: `x${index}` });
    all.add("a", undefined, {});
    expect(
      all.list.map(({ stream, code, count, examples }) => [stream, code, count, examples.length]),
    ).toEqual([
      ["a", "invalid_value", 5, 3],
      ["b", "invalid_value", 1, 1],
      ["a", "unknown", 1, 1],
    ]);
  });

  it("takes complaints of Braze together that differ in the values of their records", () => {
    const all = groups();
    const add = (message: string, record: JsonObject): void => all.add("users", refused(message), record);
    add("'jane' is no name", { name: "jane", id: 1 });
    add("'mary-ann' is no name", { name: "mary-ann", part: "mary" });
    add("'a.b*' is provided", { name: "a.b*", plan: "pro" });
    add("mail to x@y.example bounced, case 123456", {});
    add("mail to z@y.example bounced, case 98765", {});
    add("12345.6 is not allowed", { nested: { list: [12345.6] } });
    expect(all.list.map(({ message, count }) => [message, count])).toEqual([
      ["'…' is no name", 2],
      ["mail to … bounced, case …", 2],
      ["'…' is provided", 1],
      ["… is not allowed", 1],
    ]);
  });

  it("leaves the names of fields in complaints alone", () => {
    const all = groups();
    all.add("users", refused("email is required"), { email: "", note: "email" });
    expect(all.list[0]?.message).toBe("email is required");
  });

  it("takes places in lists and names in nested attributes together", () => {
    const all = groups();
    const add = (message: string): void => all.add("users", { code: "invalid_value", message }, {});
    add("tags.3 must be text.");
    add("tags.17 must be text.");
    add('prefs holds the name "a.b": names have no dot.');
    add('prefs holds the name "jane\\"@x.example": names have no dot.');
    expect(all.list.map(({ message, count }) => [message, count])).toEqual([
      ["tags.* must be text.", 2],
      ['prefs holds the name "…": names have no dot.', 2],
    ]);
  });

  it("shows the field at fault and who it is first, and not more than a person reads", () => {
    const record: JsonObject = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`f${index}`, index]),
    );
    record.external_id = "u1";
    record.address = { city: "Bonn" };
    const all = groups("shown");
    const reason: Reason = { code: "invalid_value", field: "address.city", message: "no" };
    all.add("users", reason, record);
    const [example] = all.list[0]?.examples ?? [];
    expect(example).toEqual({
      rejected_at: "2026-01-02T00:00:00.000Z",
      fields: {
        address: '{"city":"Bonn"}',
        external_id: "u1",
        f0: "0",
        f1: "1",
        f2: "2",
        f3: "3",
        f4: "4",
        f5: "5",
      },
      more_fields: 24,
    });
  });

  it("is bounded, whatever the reasons and the records", () => {
    const all = groups("shown");
    const huge = "x".repeat(100_000);
    for (let index = 0; index < 1000; index++) {
      all.add(
        "users",
        {
          code: "invalid_value",
          message: `${"m".repeat(100)} ${String.fromCharCode(0x4e00 + index)} ${huge}`,
        },
        {
          [huge]: huge,
        },
      );
    }
    expect(all.list).toHaveLength(100);
    expect(all.others).toBe(900);
    expect(JSON.stringify(all.list).length).toBeLessThan(100 * 1500);
  });

  it("takes secrets out, also where they would be cut", () => {
    const all = groups("shown");
    all.add("users", refused("no s3cret"), { a: `${"x".repeat(197)}s3cret` });
    const text = JSON.stringify(all.list);
    expect(text).not.toContain("s3c");
    expect(text).toContain("no ****");
  });

  it("keeps odd names as they are", () => {
    const all = groups("shown");
    const record = JSON.parse('{"__proto__": "p", "constructor": 1}') as JsonObject;
    all.add("__proto__", { code: "invalid_value", message: "x" }, record);
    expect(JSON.stringify(all.list[0]?.examples[0]?.fields)).toBe('{"__proto__":"p","constructor":"1"}');
  });
});
