import { commands, helpText, parseArguments } from "./arguments";

const parse = (...argv: string[]) => parseArguments(argv, commands);

describe("parseArguments", () => {
  test.each([
    [["spec"], { command: "spec" }],
    [["check", "--config", "c.json"], { command: "check", config: "c.json" }],
    [["discover", "--config=c.json"], { command: "discover", config: "c.json" }],
    [["read", "--config", "c", "--catalog", "k"], { command: "read", config: "c", catalog: "k" }],
    [
      ["read", "--state", "s", "--catalog", "k", "--config", "c"],
      { command: "read", config: "c", catalog: "k", state: "s" },
    ],
    [["write", "--config", "c", "--catalog", "k"], { command: "write", config: "c", catalog: "k" }],
  ])("%j runs", (argv, expected) => {
    const parsed = parse(...argv);
    expect(parsed).toMatchObject({ kind: "run", arguments: expected });
  });

  test.each([
    [[], "No command given"],
    [["reed"], "Unknown command 'reed'"],
    [["read", "twice"], "Unexpected argument 'twice'"],
    [["check"], "The command check needs --config FILE"],
    [["read", "--config", "c"], "The command read needs --catalog FILE"],
    [["spec", "--verbose"], "Unknown option '--verbose'"],
    [["check", "--config"], "Option '--config <value>' argument missing"],
    [["check", "--config", "--catalog"], "Option '--config' argument is ambiguous"],
  ])("%j is a mistake, told in one line", (argv, message) => {
    expect(parse(...argv)).toEqual({ kind: "mistake", message });
  });

  test("a command that the connector does not have is unknown", () => {
    expect(parseArguments(["write", "--config", "c", "--catalog", "k"], ["spec", "read"])).toEqual({
      kind: "mistake",
      message: "Unknown command 'write'",
    });
  });

  test("help and version need nothing else and win over everything else", () => {
    expect(parse("--help")).toEqual({ kind: "help" });
    expect(parse("read", "-h")).toEqual({ kind: "help" });
    expect(parse("--version")).toEqual({ kind: "version" });
  });
});

test("the help lists the commands that the connector has, and no others", () => {
  const text = helpText("source-braze", "Reads.", ["spec", "read"]);
  expect(text).toContain("source-braze read --config FILE --catalog FILE [--state FILE]");
  expect(text).not.toContain("write");
  expect(text).not.toContain("check");
});
