const pageBytes = 1 << 16;

/**
 * An instance of a module made by generate.ts, with memory of its own.
 * @param text the module, in Base64
 * @param inputBytes how much room it needs for what it is given, behind its own data
 */
export function instantiate<Exports extends { memory: WebAssembly.Memory }>(
  text: string,
  inputBytes: number,
): Exports {
  const module = new WebAssembly.Module(Buffer.from(text, "base64"));
  const exports = new WebAssembly.Instance(module).exports as Exports;
  // What it has already is for its own data.
  exports.memory.grow(Math.ceil(inputBytes / pageBytes));
  return exports;
}
