import fc from "fast-check";
import { Secrets, secretKeys, secretValues } from "./secrets";

function redact(text: string, ...values: string[]): string {
  const secrets = new Secrets();
  for (const value of values) secrets.add(value);
  return secrets.redact(text);
}

describe("Secrets", () => {
  test("a secret is replaced wherever it stands; other text is left alone", () => {
    expect(redact("key s3cret-9, again s3cret-9.", "s3cret-9")).toBe("key ****, again ****.");
    expect(redact("nothing here", "s3cret-9")).toBe("nothing here");
  });

  test("is found URL-encoded, in a form, inside JSON and trimmed", () => {
    const secret = ' a/b+"c d"\n';
    expect(redact(`url ${encodeURIComponent(secret)} end`, secret)).toBe("url **** end");
    expect(redact(`form ${new URLSearchParams({ k: secret })} end`, secret)).toBe("form k=**** end");
    expect(redact(`json ${JSON.stringify({ k: secret })} end`, secret)).toBe('json {"k":"****"} end');
    expect(redact(`trimmed ${secret.trim()} end`, secret)).toBe("trimmed **** end");
  });

  test("of secrets that contain or overlap each other nothing is left", () => {
    expect(redact("<abcdef>", "cdef", "abcdef")).toBe("<****>");
    expect(redact("<abcde>", "abcd", "bcde")).toBe("<****>");
    expect(redact("<ababababa>", "ababa")).toBe("<****>");
  });

  test("a secret too short to hide anything is replaced as a word, and other words stay readable", () => {
    expect(redact("x7 and more", "x7")).toBe("**** and more");
    expect(redact("key=x7, then fx7 and x70", "x7")).toBe("key=****, then fx7 and x70");
    expect(redact("The report has ended: e.", "e")).toBe("The report has ended: ****.");
    expect(redact("größe ö 𝒜ö", "ö")).toBe("größe **** 𝒜ö");
    expect(redact("abc abcd", "abc")).toBe("**** abcd");
    expect(redact("abcde", "abcd")).toBe("****e");
  });

  test("an empty secret, or one of white space, changes nothing", () => {
    expect(redact("a b  c", "", " ", "\t")).toBe("a b  c");
  });

  test("no redacted text ever contains a secret that is not very short", () => {
    const secret = fc
      .oneof(fc.string({ unit: "binary", minLength: 4, maxLength: 8 }), fc.stringMatching(/^[abc]{4,6}$/))
      // What consists of the mask's own character can't be masked by it.
      .filter((value) => value.trim() !== "" && !value.includes("*"));
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 4 }),
        fc.array(fc.string()),
        fc.infiniteStream(fc.nat()),
        (values, texts, picks) => {
          const spelled = values.flatMap((value) => [
            value,
            JSON.stringify(value),
            encodeURIComponent(Buffer.from(value).toString()),
          ]);
          const parts = texts.flatMap((text) => [
            text,
            spelled[Number(picks.next().value) % spelled.length] ?? "",
          ]);
          const redacted = redact(parts.join(""), ...values);
          for (const value of values) expect(redacted).not.toContain(value);
        },
      ),
    );
  });

  test("half a surrogate pair in a secret is no problem", () => {
    expect(redact("<a\ud800b>", "a\ud800b")).toBe("<****>");
  });
});

const schema = {
  properties: {
    api_key: { airbyte_secret: true },
    url: {},
    storage: {
      oneOf: [{ properties: { password: { airbyte_secret: true } } }, { properties: { directory: {} } }],
    },
  },
};

test("secret keys are found anywhere in a schema", () => {
  expect([...secretKeys(schema)]).toEqual(["api_key", "password"]);
});

test("secret values are found wherever they stand, also in a config that does not fit the schema", () => {
  const keys = secretKeys(schema);
  expect(secretValues({ api_key: "a", url: "u", storage: { password: "b", directory: "d" } }, keys)).toEqual([
    "a",
    "b",
  ]);
  expect(secretValues({ storage: [{ deep: { api_key: "a" } }] }, keys)).toEqual(["a"]);
  expect(secretValues({ api_key: ["a", { nested: "b" }], password: 12345 }, keys)).toEqual([
    "a",
    "b",
    "12345",
  ]);
  expect(secretValues({ api_key: null, password: true }, keys)).toEqual([]);
  expect(secretValues("api_key", keys)).toEqual([]);
});
