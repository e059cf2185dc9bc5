import {
  ConnectorError,
  type ErrorDetails,
  errorCode,
  errorMessage,
  type FailureType,
} from "../airbyte/errors";
import type { HelpAnchor } from "../airbyte/help";
import { certificateProblem } from "../certificate-problem";
import { isObject } from "../json";

/** What an error sentence can name about the request that failed. */
export interface RequestFacts {
  method: string;
  path: string;
  /** REST endpoint, as configured. */
  endpoint: string;
  /** The permission of the API key that the request needs, if known. */
  permission?: string;
}

interface StatusRule {
  failureType: FailureType;
  help: HelpAnchor;
  sentence(facts: RequestFacts, reason: string): string;
}

const permissionHint = ({ permission }: RequestFacts): string =>
  permission === undefined ? "" : ` and has the permission ${permission}`;

/** Statuses with which Braze refuses a key: unknown, or without the permission (api/errors). */
export const refusals: readonly number[] = [401, 403];

/** Other statuses between 400 and 499 that are about who asks, where or when: 402, 405, 407, 408, 421, 425, 426, 429, 451. */
const notAboutContent = new Set([...refusals, 402, 404, 405, 407, 408, 421, 425, 426, 429, 451]);

/** Failure statuses that may blame what a request holds: 400 and 413, as documented, and whatever else Braze may use. */
export const contentRefusals: readonly number[] = Array.from(
  { length: 100 },
  (_, index) => 400 + index,
).filter((status) => !notAboutContent.has(status));

/** The same, and where an instance does not have an endpoint: nothing can be listed there, and that is all. */
export const notOffered: readonly number[] = [...refusals, 404];

/** Status → who can mend it and what they are told. Statuses: braze.com/docs, api/errors. */
const statusRules: Record<number, StatusRule> = {
  400: {
    failureType: "system_error",
    help: "odd-answer",
    sentence: ({ method, path }, reason) => `Braze refused ${method} ${path} as malformed${reason}.`,
  },
  401: {
    failureType: "config_error",
    help: "wrong-api-key",
    sentence: (facts, reason) =>
      `Braze did not accept the API key for ${facts.path}${reason}: check that api_key belongs to ${facts.endpoint}${permissionHint(facts)}.`,
  },
  403: {
    failureType: "config_error",
    help: "missing-permission",
    sentence: (facts, reason) =>
      `Braze forbids ${facts.path}${reason}: check that the account is active, that the API key allows this machine's IP address${permissionHint(facts)}.`,
  },
  404: {
    failureType: "config_error",
    help: "wrong-url",
    sentence: ({ path, endpoint }, reason) =>
      `Braze does not know ${path}${reason}: check that url (${endpoint}) is the REST endpoint of your instance.`,
  },
  413: {
    failureType: "system_error",
    help: "odd-answer",
    sentence: ({ path }) => `Braze refused a request to ${path} because it is too large.`,
  },
  429: {
    failureType: "transient_error",
    help: "rate-limit",
    sentence: ({ path }) => `Braze's rate limit for ${path} stayed exhausted; try again later.`,
  },
};

const serverError: StatusRule = {
  failureType: "transient_error",
  help: "outage",
  sentence: ({ path, endpoint }, reason) =>
    `Braze kept failing at ${path}${reason}; try again later, and see Braze's status page if ${endpoint} stays down.`,
};

const redirect: StatusRule = {
  failureType: "config_error",
  help: "wrong-url",
  sentence: ({ path, endpoint }) =>
    `${endpoint} redirects ${path} elsewhere, which a REST endpoint of Braze does not do: check url.`,
};

const otherStatus: StatusRule = {
  failureType: "system_error",
  help: "odd-answer",
  sentence: ({ method, path }, reason) => `Braze refused ${method} ${path}${reason}.`,
};

const ruleFor = (status: number): StatusRule =>
  statusRules[status] ?? (status >= 500 ? serverError : status < 400 ? redirect : otherStatus);

/** The error for an answer that can't be used. */
export function statusError(status: number, body: unknown, facts: RequestFacts): ConnectorError {
  const rule = ruleFor(status);
  const message = messageOf(body);
  const reason = ` (${status}${message === undefined ? "" : `: ${message}`})`;
  return new BrazeStatusError(status, rule.failureType, rule.sentence(facts, reason), {
    help: rule.help,
    internal: `${facts.method} ${facts.path} answered ${status}${message === undefined ? "" : `: ${message}`}`,
  });
}

/** Statuses of refusals that Braze documents: objects may be at fault in large numbers. */
const documentedRefusals: readonly number[] = [400, 413];

/**
 * The error for a status with which Braze has refused each of many objects, and taken none.
 * @returns undefined for one that Braze documents: then all of them may be at fault
 */
export const refusalOfAll = (
  status: number,
  words: string,
  { method, path }: Pick<RequestFacts, "method" | "path">,
): ConnectorError | undefined =>
  documentedRefusals.includes(status)
    ? undefined
    : new ConnectorError(
        "system_error",
        `Braze refused everything sent to ${method} ${path} (${status}: ${words}).`,
        {
          help: "odd-answer",
        },
      );

/** An answer with a status that is a failure; the status lets callers tell "missing permission" from the rest. */
export class BrazeStatusError extends ConnectorError {
  constructor(
    readonly status: number,
    failureType: FailureType,
    message: string,
    details: ErrorDetails,
  ) {
    super(failureType, message, details);
  }
}

/** The error for an answer that Braze's REST API would never give. */
export const notBraze = ({ path, endpoint }: RequestFacts): ConnectorError =>
  new ConnectorError(
    "config_error",
    `${endpoint} answers ${path} with a web page, which Braze's REST API does not do: check that url is the REST endpoint of your instance, not its dashboard.`,
    { help: "wrong-url" },
  );

/** The error for an answer that begins as JSON and is none: a proxy cut it off, or Braze did. */
export const cutOffAnswer = ({ method, path }: RequestFacts): ConnectorError =>
  new ConnectorError("transient_error", `Braze's answers to ${path} keep breaking off; try again later.`, {
    help: "outage",
    internal: `${method} ${path} was answered with half-written JSON`,
  });

const transientCodes: Record<string, string> = {
  ECONNREFUSED: "it refuses connections",
  ECONNRESET: "the connection was cut",
  EAI_AGAIN: "the name could not be looked up",
  UND_ERR_SOCKET: "the connection was cut",
  UND_ERR_CONNECT_TIMEOUT: "it did not answer in time",
  UND_ERR_HEADERS_TIMEOUT: "it did not answer in time",
  UND_ERR_BODY_TIMEOUT: "its answer stopped halfway",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "its answer is longer than any of Braze's",
};

/** The error for a request that got no answer. */
export function networkError(thrown: unknown, facts: RequestFacts): ConnectorError {
  const code = codeOf(thrown);
  const untrusted = certificateProblem(code);
  const wrong = code === "ENOTFOUND" ? "there is no such host" : untrusted;
  const details = { internal: `${code ?? "no code"}: ${errorMessage(thrown)}`, cause: thrown };
  if (wrong !== undefined) {
    return new ConnectorError("config_error", `${facts.endpoint} can't be reached: ${wrong}. Check url.`, {
      ...details,
      help: untrusted === undefined ? "wrong-url" : "certificate",
    });
  }
  const why = transientCodes[code ?? ""] ?? errorMessage(thrown);
  return new ConnectorError(
    "transient_error",
    `${facts.endpoint} can't be reached: ${why}. Check the network and url, or try again later.`,
    { ...details, help: "unreachable" },
  );
}

/** Codes of connections that never came about: nothing was sent. */
const unsentCodes = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** Whether a request that got no answer may have reached Braze. */
export const mayHaveArrived = (thrown: unknown): boolean => !unsentCodes.has(codeOf(thrown) ?? "");

/** Nobody knows what became of a request, and it must not be sent again. */
export class OutcomeUnknownError extends ConnectorError {
  constructor(cause: ConnectorError) {
    super(
      "transient_error",
      `Nobody knows whether Braze has taken this, so it was not sent again (${cause.internal ?? cause.message}).`,
      { help: "outage", cause },
    );
  }
}

/** Whether a network error says that there is no host of that name. */
export const isUnknownHost = ({ cause }: ConnectorError): boolean => codeOf(cause) === "ENOTFOUND";

function codeOf(thrown: unknown): string | undefined {
  return errorCode(thrown) ?? (thrown instanceof Error ? errorCode(thrown.cause) : undefined);
}

/** Longer texts (a page of a proxy, a list of everything) would hide the sentence around them. */
const longestReason = 300;

/** The text in Braze's answer that says what was wrong, as a part of a sentence. */
export function messageOf(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const { message, errors } = body;
  // Catalogs and translations say what is wrong in objects: {"errors": [{"message": "…"}]}.
  const details = (Array.isArray(errors) ? errors : [])
    .map((error) => (isObject(error) ? error.message : error))
    .filter((detail) => typeof detail === "string");
  const text = [message, ...details.slice(0, 3)]
    .filter((part) => typeof part === "string")
    .join("; ")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (text === "") return undefined;
  return text.length > longestReason ? `${text.slice(0, longestReason)}…` : text;
}
