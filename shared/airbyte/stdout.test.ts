import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { errorCode } from "./errors";
import { DescriptorSink, OutputClosedError } from "./stdout";

/** Linux lets so much stand in a pipe before its writer has to wait. */
const pipeBytes = 64 * 1024;

/** A real pipe: the test reads one end, the sink writes to the other. */
class Pipe {
  private readonly folder = mkdtempSync(join(tmpdir(), "stdout-test-"));
  private readonly reader: number;
  readonly writer: number;

  constructor(writerFlags = 0) {
    const path = join(this.folder, "pipe");
    execFileSync("mkfifo", [path]);
    this.reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.writer = openSync(path, constants.O_WRONLY | writerFlags);
  }

  /** What stands in the pipe now. */
  read(): string {
    const buffer = Buffer.alloc(pipeBytes);
    try {
      return buffer.toString("utf8", 0, readSync(this.reader, buffer));
    } catch (error) {
      if (errorCode(error) === "EAGAIN") return "";
      throw error;
    }
  }

  async readUntil(length: number): Promise<string> {
    let text = "";
    while (text.length < length) {
      text += this.read();
      await delay(0);
    }
    return text;
  }

  closeReader(): void {
    closeSync(this.reader);
  }

  /** To be called once, after everything. */
  close(): void {
    closeSync(this.writer);
    rmSync(this.folder, { recursive: true });
  }
}

const settled = async (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), delay(20).then(() => false)]);

describe("DescriptorSink", () => {
  test("writes everything, in order, and flush waits for it", async () => {
    const pipe = new Pipe();
    const sink = new DescriptorSink(pipe.writer);
    expect(sink.write("a\n")).toBeUndefined();
    expect(sink.write("grüße\n")).toBeUndefined();
    await sink.flush();
    expect(pipe.read()).toBe("a\ngrüße\n");
    sink.write("later\n");
    await sink.flush();
    expect(pipe.read()).toBe("later\n");
    pipe.close();
  });

  test("lets what stands around it make room while it writes", async () => {
    const pipe = new Pipe();
    const seen: string[] = [];
    const surroundings = {
      hide: () => void seen.push(`hide before ${JSON.stringify(pipe.read())}`),
      show: () => void seen.push(`show after ${JSON.stringify(pipe.read())}`),
    };
    const sink = new DescriptorSink(pipe.writer, undefined, surroundings);
    sink.write("a\n");
    await sink.flush();
    expect(seen).toEqual(['hide before ""', 'show after "a\\n"']);
    pipe.close();
  });

  test("takes bytes, and keeps none of the caller's memory", async () => {
    const pipe = new Pipe();
    const sink = new DescriptorSink(pipe.writer);
    const bytes = Buffer.from("aü\n");
    sink.writeBytes(bytes);
    bytes.fill("x");
    sink.write("text\n");
    await sink.flush();
    expect(pipe.read()).toBe("aü\ntext\n");
    pipe.close();
  });

  test("whatever is taken comes out in order: text and bytes, short and longer than a block", async () => {
    const line = fc.record({
      text: fc.constantFrom("", "a", "grüße 👋", '{"x":1}'),
      times: fc.constantFrom(1, 7, 5000, 40_000, 100_000),
      asBytes: fc.boolean(),
      waits: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        const path = join(mkdtempSync(join(tmpdir(), "stdout-test-")), "file");
        const file = openSync(path, "w");
        const sink = new DescriptorSink(file);
        let expected = "";
        for (const { text, times, asBytes, waits } of lines) {
          const whole = text.repeat(times);
          expected += `${whole}\n`;
          const wait = asBytes ? sink.writeBytes(Buffer.from(`${whole}\n`)) : sink.write(`${whole}\n`);
          if (waits) await wait;
        }
        await sink.flush();
        closeSync(file);
        expect(readFileSync(path, "utf8") === expected).toBe(true);
        rmSync(dirname(path), { recursive: true });
      }),
      { numRuns: 50 },
    );
  });

  test("memory is used again only after what was in it is written", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stdout-test-"));
    const file = openSync(join(folder, "file"), "w");
    const sink = new DescriptorSink(file);
    const lines = Array.from({ length: 10_000 }, (_, index) => `${String(index).padEnd(999)}\n`);
    for (const line of lines) await sink.write(line);
    await sink.flush();
    closeSync(file);
    expect(readFileSync(join(folder, "file"), "utf8") === lines.join("")).toBe(true);
    rmSync(folder, { recursive: true });
  });

  test("flush with nothing to write is done at once", async () => {
    await new DescriptorSink(-1).flush();
  });

  test.each([
    ["that blocks", 0],
    ["that the host made non-blocking: full, and taking parts", constants.O_NONBLOCK],
  ])("a pipe %s gets every byte of more than it holds", async (_, flags) => {
    const pipe = new Pipe(flags);
    const sink = new DescriptorSink(pipe.writer);
    const text = `${"0123456789".repeat(pipeBytes / 2)}\n`;
    sink.write(text);
    const flushed = sink.flush();
    expect(await settled(flushed)).toBe(false);
    expect(await pipe.readUntil(text.length)).toBe(text);
    await flushed;
    pipe.close();
  });

  test("asks its caller to wait once much is waiting, until the reader has nearly caught up", async () => {
    const pipe = new Pipe();
    const sink = new DescriptorSink(pipe.writer);
    const line = "x".repeat(50 * 1024);
    let taken = 0;
    let wait: Promise<void> | undefined;
    while (wait === undefined && taken < 2 << 20) {
      wait = sink.write(line);
      taken += line.length;
    }
    expect(taken).toBe(21 * line.length);
    expect(await settled(wait ?? Promise.resolve())).toBe(false);
    // Not to the last byte: while the caller makes more, there is something to write.
    const { length } = await pipe.readUntil(taken * 0.75);
    await wait;
    expect(sink.write("y")).toBeUndefined();
    await pipe.readUntil(taken + 1 - length);
    await sink.flush();
    pipe.close();
  });

  test("does not hold up the process while the reader is slow", async () => {
    const pipe = new Pipe();
    const sink = new DescriptorSink(pipe.writer);
    sink.write("x".repeat(3 * pipeBytes));
    let turns = 0;
    while (turns < 5) {
      await delay(1);
      turns += 1;
    }
    await pipe.readUntil(3 * pipeBytes);
    await sink.flush();
    pipe.close();
  });

  describe("when the reader has gone away", () => {
    let pipe: Pipe;
    let failures: number;
    let sink: DescriptorSink;
    beforeEach(() => {
      pipe = new Pipe();
      pipe.closeReader();
      failures = 0;
      sink = new DescriptorSink(pipe.writer, () => {
        failures += 1;
      });
    });
    afterEach(() => pipe.close());

    test("flush and later writes say so", async () => {
      sink.write("a\n");
      await expect(sink.flush()).rejects.toMatchObject({
        name: "OutputClosedError",
        message: "the reader of the output went away",
      });
      await expect(sink.write("b\n")).rejects.toBeInstanceOf(OutputClosedError);
      await expect(sink.flush()).rejects.toBeInstanceOf(OutputClosedError);
      expect(failures).toBe(1);
    });

    test("whoever waits for room is told", async () => {
      await expect(sink.write("x".repeat(2 << 20))).rejects.toBeInstanceOf(OutputClosedError);
    });

    test("nobody has to be waiting: no rejection is left unhandled", async () => {
      const unhandled: unknown[] = [];
      const listener = (reason: unknown): void => void unhandled.push(reason);
      process.on("unhandledRejection", listener);
      sink.write("a\n");
      while (failures === 0) await delay(1);
      await delay(1);
      process.off("unhandledRejection", listener);
      expect(unhandled).toEqual([]);
    });
  });

  test("any other failure is named", async () => {
    const readOnly = openSync(__filename, "r");
    const sink = new DescriptorSink(readOnly);
    sink.write("a\n");
    await expect(sink.flush()).rejects.toMatchObject({
      name: "OutputClosedError",
      message: "the output can't be written (EBADF)",
    });
    closeSync(readOnly);
  });
});
