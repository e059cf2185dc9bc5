/** Runs a command line with a terminal around it, as a person does, and knows what is on its screen. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";

/** Whether this machine can give a command a terminal: `script` of util-linux can. */
export function hasTerminals(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  screen: Screen;
}

/** @param commandLine for a shell */
export function startInTerminal(
  commandLine: string,
  columns: number,
): { process: ChildProcess; screen: Screen; ended: Promise<Ended> } {
  const screen = new Screen(columns);
  const child = spawn("script", ["-qfec", `stty cols ${columns} rows 50; ${commandLine}`, "/dev/null"], {
    // A stdin that stays open: `script` ends with it.
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, TERM: "xterm", SHELL: "/bin/bash", AWS_EC2_METADATA_DISABLED: "true" },
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => screen.write(text));
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, screen }));
  return { process: child, screen, ended };
}

const esc = "\u001b";
const unfinishedSequence = new RegExp(`${esc}(\\[[0-9;]*)?$`);
const tokens = new RegExp(`${esc}\\[[0-9;]*[A-Za-z]|[\\s\\S]`, "gu");

/** As much of a terminal as our output asks for: `\r`, erasing to the end of a line, lines that break at the edge. */
export class Screen {
  private readonly rows: { text: string; breaks: boolean }[] = [{ text: "", breaks: false }];
  private column = 0;
  private unread = "";
  private readonly watchers = new Set<() => void>();
  /** What stood in a row when the cursor went back to its start, empty rows left out. */
  readonly overwritten: string[] = [];

  constructor(readonly columns: number) {}

  write(text: string): void {
    const all = this.unread + text;
    // An escape sequence may come in two pieces.
    this.unread = unfinishedSequence.exec(all)?.[0] ?? "";
    for (const [token] of all.slice(0, all.length - this.unread.length).matchAll(tokens)) this.take(token);
    for (const watcher of this.watchers) watcher();
  }

  /** Lines from the top, empty ones left out. A line that broke at the edge is one line. */
  get lines(): string[] {
    const lines: string[] = [];
    let line = "";
    for (const { text, breaks } of this.rows) {
      line += text;
      if (breaks) continue;
      if (line !== "") lines.push(line);
      line = "";
    }
    return lines;
  }

  /** What stands in the row of the cursor. */
  get current(): string {
    return this.row.text;
  }

  /** Resolves when something is on the screen. */
  until(matches: (screen: Screen) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watcher = (): void => {
        if (!matches(this)) return;
        this.watchers.delete(watcher);
        resolve();
      };
      this.watchers.add(watcher);
      watcher();
    });
  }

  private get row(): { text: string; breaks: boolean } {
    return this.rows[this.rows.length - 1] as { text: string; breaks: boolean };
  }

  private take(token: string): void {
    if (token === "\n") this.nextRow();
    else if (token === "\r") this.toStart();
    else if (token === `${esc}[K`) this.row.text = this.row.text.slice(0, this.column);
    else if (token.startsWith(esc)) throw new Error(`The screen knows no ${JSON.stringify(token)}`);
    else this.print(token);
  }

  private nextRow(): void {
    this.rows.push({ text: "", breaks: false });
    this.column = 0;
  }

  private toStart(): void {
    if (this.column > 0) this.overwritten.push(this.row.text);
    this.column = 0;
  }

  private print(character: string): void {
    if (this.column >= this.columns) {
      this.row.breaks = true;
      this.nextRow();
    }
    const { row } = this;
    row.text = row.text.slice(0, this.column) + character + row.text.slice(this.column + 1);
    this.column += 1;
  }
}
