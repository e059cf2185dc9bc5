import { Agent, type Dispatcher, EnvHttpProxyAgent } from "undici";
import { isLoopback } from "../loopback";

export interface ConnectionOptions {
  /** Connections kept to a host at the most. */
  connections: number;
  /** How long to wait for the headers, and between two pieces, of an answer. */
  timeoutMs: number;
  /** The longest answer; default: any. */
  maxAnswerBytes?: number;
}

const connectTimeoutMs = 10_000;
const verified = { rejectUnauthorized: true };

/**
 * Keep-alive connections for requests to a URL, through the environment's proxy if there is one and the
 * URL does not mean this machine. TLS verification is always on, whatever the environment says: a key, or
 * everything about people, travels here. (Certificates of one's own: NODE_EXTRA_CA_CERTS.)
 */
export function openConnections(
  url: string,
  { connections, timeoutMs, maxAnswerBytes = -1 }: ConnectionOptions,
): Dispatcher {
  const options = {
    connections,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: maxAnswerBytes,
    connect: { timeout: connectTimeoutMs, ...verified },
  };
  return isProxied(url)
    ? new EnvHttpProxyAgent({ ...options, requestTls: verified, proxyTls: verified })
    : new Agent(options);
}

/** Whether the environment names a proxy and the host may be behind it; nothing on this machine is. */
function isProxied(url: string): boolean {
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env;
  const named = Boolean(HTTPS_PROXY || https_proxy || HTTP_PROXY || http_proxy);
  return named && !isLoopback(new URL(url).hostname);
}
