/** Whether a host name of a URL means this machine: only there may anything travel without TLS. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Networks that belong to somebody (RFC 1918, RFC 4193), and names that only such a network can resolve. */
const privateHosts = [
  /^10(\.\d{1,3}){3}$/,
  /^192\.168(\.\d{1,3}){2}$/,
  /^172\.(1[6-9]|2\d|3[01])(\.\d{1,3}){2}$/,
  /^\[f[cd][0-9a-f]{2}:/i,
  /^[a-z0-9_-]+$/i,
  /\.(local|internal|svc|cluster\.local|home\.arpa)$/i,
];

/** Whether a host name of a URL means a machine in a private network, a container beside this one, say. */
export const isPrivate = (hostname: string): boolean =>
  isLoopback(hostname) || privateHosts.some((pattern) => pattern.test(hostname));
