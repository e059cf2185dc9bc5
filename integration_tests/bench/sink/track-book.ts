import { isObject } from "@braze-connectors/shared/json";

const arrays = ["attributes", "events", "purchases"] as const;
const marker = '"external_id":"';
/** Every so many requests one is parsed, to see that what was found by searching is all there is. */
const requestsPerParse = 64;
const maxViolations = 10;

/**
 * Keeps account of /users/track requests and of what no client may do: more objects in a request than
 * Braze takes, and one identity in two requests at a time. The objects of the benchmarks all have an
 * external_id, so searching for it finds identities without parsing, which would cost more than the
 * client's own work.
 */
export class TrackBook {
  requests = 0;
  objects = 0;
  /** What was done wrong, the first few. */
  readonly violations: string[] = [];
  private readonly inFlight = new Set<string>();

  constructor(private readonly objectsPerRequest: number) {}

  /** Takes note of a request. @returns the identities in it, in flight until `answered` */
  received(body: string): string[] {
    this.requests += 1;
    const identities = identitiesIn(body);
    this.objects += identities.length;
    if (identities.length > this.objectsPerRequest) {
      this.note(`A request has ${identities.length} objects; ${this.objectsPerRequest} are allowed.`);
    }
    for (const identity of identities) {
      if (this.inFlight.has(identity)) this.note(`"${identity}" is in flight twice.`);
      this.inFlight.add(identity);
    }
    if (this.requests % requestsPerParse === 1) this.compare(body, identities.length);
    return identities;
  }

  answered(identities: readonly string[]): void {
    for (const identity of identities) this.inFlight.delete(identity);
  }

  private compare(body: string, found: number): void {
    const objects = parsedObjects(body);
    if (objects === undefined) this.note("A request is not JSON.");
    else if (objects !== found) this.note(`A request has ${objects} objects, ${found} with an external_id.`);
  }

  private note(violation: string): void {
    if (this.violations.length < maxViolations) this.violations.push(violation);
  }
}

function identitiesIn(body: string): string[] {
  const identities: string[] = [];
  for (let at = body.indexOf(marker); at !== -1; at = body.indexOf(marker, at)) {
    const start = at + marker.length;
    at = body.indexOf('"', start);
    identities.push(body.slice(start, at));
  }
  return identities;
}

function parsedObjects(body: string): number | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (!isObject(parsed)) return 0;
    return arrays.reduce((sum, name) => {
      const array = parsed[name];
      return sum + (Array.isArray(array) ? array.length : 0);
    }, 0);
  } catch {
    return undefined;
  }
}
