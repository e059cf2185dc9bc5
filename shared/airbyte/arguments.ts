import { parseArgs } from "node:util";
import { errorMessage } from "./errors";

export const commands = ["spec", "check", "discover", "read", "write"] as const;
export type Command = (typeof commands)[number];

export interface Arguments {
  command: Command;
  config?: string;
  catalog?: string;
  state?: string;
  /** `write` only: do everything but the requests. */
  dryRun: boolean;
}

export type ParsedArguments =
  | { kind: "run"; arguments: Arguments }
  | { kind: "help" }
  | { kind: "version" }
  | { kind: "mistake"; message: string };

/** Files that each command can't do without. */
const required: Record<Command, readonly ("config" | "catalog")[]> = {
  spec: [],
  check: ["config"],
  discover: ["config"],
  read: ["config", "catalog"],
  write: ["config", "catalog"],
};

/**
 * Reads the command line.
 * @param available the commands that this connector has
 */
export function parseArguments(argv: readonly string[], available: readonly Command[]): ParsedArguments {
  let parsed: { values: Record<string, string | boolean | undefined>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        config: { type: "string" },
        catalog: { type: "string" },
        state: { type: "string" },
        "dry-run": { type: "boolean" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    return { kind: "mistake", message: firstSentence(errorMessage(error)) };
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };

  const [name, ...extra] = positionals;
  const command = available.find((candidate) => candidate === name);
  if (name === undefined) return { kind: "mistake", message: "No command given" };
  if (!command) return { kind: "mistake", message: `Unknown command '${name}'` };
  if (extra.length > 0) return { kind: "mistake", message: `Unexpected argument '${extra[0]}'` };

  const dryRun = values["dry-run"] === true;
  if (dryRun && command !== "write") return { kind: "mistake", message: "Only write has --dry-run" };

  const file = (key: string): string | undefined =>
    typeof values[key] === "string" ? values[key] : undefined;
  const missing = required[command].find((key) => file(key) === undefined);
  if (missing) return { kind: "mistake", message: `The command ${command} needs --${missing} FILE` };
  return {
    kind: "run",
    arguments: { command, config: file("config"), catalog: file("catalog"), state: file("state"), dryRun },
  };
}

/** Node.js adds advice on further lines; the command line answers with one. */
const firstSentence = (text: string): string => text.split(/\.(?:\s|$)/, 1)[0] ?? "";

export function helpText(name: string, description: string, available: readonly Command[]): string {
  const lines: Record<Command, string> = {
    spec: `${name} spec`,
    check: `${name} check --config FILE`,
    discover: `${name} discover --config FILE`,
    read: `${name} read --config FILE --catalog FILE [--state FILE]`,
    write: `${name} write --config FILE --catalog FILE [--dry-run] < MESSAGES`,
  };
  const dryRun = available.includes("write")
    ? "  --dry-run   do everything but the requests; the report says what would be sent\n"
    : "";
  const usage = available.map((command) => `  ${lines[command]}`).join("\n");
  return `${description}\n\nUsage:\n${usage}\n\n${dryRun}  --help      show this text\n  --version   show the version\n`;
}
