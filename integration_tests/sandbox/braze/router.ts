import type { Endpoint } from "./endpoint";

export interface Route {
  endpoint: Endpoint;
  parameters: Record<string, string>;
}

interface Pattern {
  endpoint: Endpoint;
  pattern: RegExp;
  names: string[];
}

/** Finds the endpoint for a request; paths without parameters are looked up directly. */
export class Router {
  readonly #exact = new Map<string, Route>();
  readonly #patterns: Pattern[] = [];

  constructor(endpoints: readonly Endpoint[]) {
    for (const endpoint of endpoints) {
      const names = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
      if (names.length === 0) {
        this.#exact.set(`${endpoint.method} ${endpoint.path}`, { endpoint, parameters: {} });
        continue;
      }
      const pattern = new RegExp(`^${endpoint.path.replaceAll(/\{\w+\}/g, "([^/]+)")}$`);
      this.#patterns.push({ endpoint, pattern, names });
    }
  }

  find(method: string, path: string): Route | undefined {
    const exact = this.#exact.get(`${method} ${path}`);
    if (exact !== undefined) return exact;
    for (const { endpoint, pattern, names } of this.#patterns) {
      if (endpoint.method !== method) continue;
      const values = pattern.exec(path);
      if (values === null) continue;
      const parameters = Object.fromEntries(
        names.map((name, index) => [name, decodeURIComponent(values[index + 1] ?? "")]),
      );
      return { endpoint, parameters };
    }
    return undefined;
  }
}
