/** Text for the person who watches. */
const tty = process.stdout.isTTY === true;
const style = (code: number, text: string): string => (tty ? `\u001b[${code}m${text}\u001b[0m` : text);

let progressShown = false;

export function print(text: string): void {
  clearProgress();
  process.stdout.write(`${text}\n`);
}

export const title = (text: string): void => print(`\n${style(1, text)}`);

/** What the connectors themselves say. */
export const note = (text: string): void => print(style(2, `  ${text}`));

function clearProgress(): void {
  if (progressShown) process.stdout.write("\r\u001b[K");
  progressShown = false;
}

const redrawMs = 100;
const lineMs = 2000;
const barWidth = 30;

/** A bar on a terminal, a line now and then elsewhere. */
export class Progress {
  private readonly timer: NodeJS.Timeout;
  private shown = -1;

  constructor(
    private readonly total: number,
    private readonly done: () => number,
  ) {
    this.timer = setInterval(() => this.draw(), tty ? redrawMs : lineMs);
  }

  end(): void {
    clearInterval(this.timer);
    clearProgress();
  }

  private draw(): void {
    const done = this.done();
    if (done === this.shown) return;
    this.shown = done;
    const text = `${done.toLocaleString("en")} of ${this.total.toLocaleString("en")} delivered`;
    if (!tty) {
      process.stdout.write(`  ${text}\n`);
      return;
    }
    const filled = Math.round((done / this.total) * barWidth);
    process.stdout.write(`\r\u001b[K  ${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${text}`);
    progressShown = true;
  }
}
