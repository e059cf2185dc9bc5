import { decodeMembers, decodeSeen, encodeMembers, mentionLine, nobody, seenLine } from "./lines";
import { Seal, SealedError } from "./sealed";

const seal = new Seal("key", "https://rest.example.com");
const content = '"external_id:somebody"\n'.repeat(50);

describe("a sealed file", () => {
  it("gives back what was put in", async () => {
    expect(await seal.open(await seal.close(content, "k"), "k")).toBe(content);
  });

  it("shows nothing of it, and never looks the same", async () => {
    const [one, two] = [await seal.close(content, "k"), await seal.close(content, "k")];
    expect(one.includes("somebody")).toBe(false);
    expect(one[0]).toBe(1);
    expect(one.subarray(1, 17)).not.toEqual(two.subarray(1, 17));
    expect(one.subarray(45)).not.toEqual(two.subarray(45));
  });

  test.each([
    ["another key", new Seal("other", "https://rest.example.com"), "k"],
    ["another Braze", new Seal("key", "https://rest.example.org"), "k"],
    ["another place", seal, "l"],
  ])("can't be opened with %s", async (_, other, key) => {
    await expect(other.open(await seal.close(content, "k"), key)).rejects.toThrow(SealedError);
  });

  it("can't be opened when it is damaged, anywhere", async () => {
    const bytes = await seal.close("x", "k");
    for (let position = 0; position < bytes.length; position++) {
      const damaged = Buffer.from(bytes);
      damaged[position] = (damaged[position] as number) ^ 1;
      await expect(seal.open(damaged, "k")).rejects.toThrow(SealedError);
    }
    await expect(seal.open(bytes.subarray(0, 20), "k")).rejects.toThrow("it is cut off");
  });
});

describe("the lines in it", () => {
  it("hold members with their attributes", () => {
    const members = new Map([
      ["external_id:a\nb", ["x", "y"]],
      ["email:ü@example.com", ["x", "y"]],
      ["phone:1", []],
    ]);
    expect(decodeMembers(encodeMembers(members))).toEqual(members);
    expect(encodeMembers(members).match(/"x"/g)).toHaveLength(1);
    expect(decodeMembers(encodeMembers(new Map()))).toEqual(new Map());
  });

  it("hold who was seen and who was mentioned", () => {
    const read = nobody();
    decodeSeen(seenLine("external_id:1\n") + mentionLine("email:ü") + seenLine("external_id:2"), read);
    expect(read).toEqual({
      seen: new Set(["external_id:1\n", "external_id:2"]),
      mentioned: new Set(["email:ü"]),
    });
  });
});
