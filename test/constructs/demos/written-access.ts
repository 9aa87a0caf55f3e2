/**
 * A second opinion on what the written policies allow: Istio's rules in the few words that are needed here, read from
 * its documentation and sources, and sharing nothing with `lib/`.
 */
// biome-ignore lint/suspicious/noExplicitAny: tests look into manifests of every kind
type Document = any;

/** A connection, and the request on it if there is one. */
export interface Attempt {
  /** SPIFFE ID without its scheme; undefined for a caller in plain text. */
  readonly principal: string | undefined;
  readonly pod: Document;
  readonly targetPort: number;
  /** Whether Istio sees requests at the port. */
  readonly http: boolean;
  readonly method?: string;
  readonly path?: string;
}

const HTTP_FIELDS = ['methods', 'notMethods', 'paths', 'notPaths', 'hosts', 'notHosts'];
const KNOWN_FIELDS = new Set(['methods', 'paths', 'ports']);

/** What the sidecar of the pod answers, by all AuthorizationPolicies and PeerAuthentications there are. */
export function isAllowed(documents: readonly Document[], attempt: Attempt): boolean {
  const applying = documents.filter(
    (each) => each.metadata.namespace === attempt.pod.metadata.namespace && selects(each.spec.selector, attempt.pod),
  );
  const [mode, ...others] = applying
    .filter(({ kind }) => kind === 'PeerAuthentication')
    .map(({ spec }) => spec.mtls.mode);
  if (others.length > 0) throw new Error('of two modes the older one counts, which no file tells');
  if (mode === 'STRICT' && attempt.principal === undefined) return false;

  const policies = applying.filter(({ kind }) => kind === 'AuthorizationPolicy');
  const some = (action: string) =>
    policies
      .filter(({ spec }) => (spec.action ?? 'ALLOW') === action)
      .map(({ spec }) => (spec.rules ?? []).some((rule: Document) => ruleMatches(rule, action, attempt)));
  if (some('DENY').includes(true)) return false;
  const allow = some('ALLOW');
  return allow.length === 0 || allow.includes(true);
}

function selects(selector: Document, pod: Document): boolean {
  const { labels } = pod.spec.template.metadata;
  return Object.entries(selector?.matchLabels ?? {}).every(([key, text]) => labels[key] === text);
}

function ruleMatches(rule: Document, action: string, attempt: Attempt): boolean {
  if (rule.when !== undefined) throw new Error('conditions are not understood');
  const operations: Document[] = (rule.to ?? [{ operation: {} }]).map(({ operation }: Document) => operation);
  const readsRequest = operations.some((operation) => HTTP_FIELDS.some((field) => field in operation));
  // At a TCP port an ALLOW rule with an HTTP field is dropped whole.
  if (!attempt.http && readsRequest) {
    if (action === 'ALLOW') return false;
    throw new Error('a DENY rule on requests is not understood');
  }
  const sources: Document[] = (rule.from ?? [{ source: {} }]).map(({ source }: Document) => source);
  return (
    sources.some((source) => sourceMatches(source, attempt)) && operations.some((o) => operationMatches(o, attempt))
  );
}

function sourceMatches(source: Document, { principal }: Attempt): boolean {
  for (const field of Object.keys(source)) if (field !== 'principals') throw new Error(`${field} is not understood`);
  if (source.principals === undefined) return true;
  return principal !== undefined && source.principals.some((pattern: string) => textMatches(pattern, principal));
}

function operationMatches(operation: Document, { targetPort, method = '', path = '' }: Attempt): boolean {
  for (const field of Object.keys(operation))
    if (!KNOWN_FIELDS.has(field)) throw new Error(`${field} is not understood`);
  const { ports, methods, paths } = operation;
  return (
    (ports === undefined || ports.includes(String(targetPort))) &&
    (methods === undefined || methods.some((pattern: string) => textMatches(pattern, method))) &&
    (paths === undefined || paths.some((pattern: string) => pathMatches(pattern, path)))
  );
}

function pathMatches(pattern: string, path: string): boolean {
  if (!pattern.includes('{')) return textMatches(pattern, path);
  const source = pattern
    .replace(/[.+?^$()|[\]\\]/g, '\\$&')
    .replaceAll('{**}', '.*')
    .replaceAll('{*}', '[^/]+');
  return new RegExp(`^${source}$`).test(path);
}

function textMatches(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
  return text === pattern;
}

/** How Istio takes a port of a Service; undefined where it would have to guess (istio/istio pkg/config/kube/conversion.go). */
export function protocolOf({ name = '', appProtocol, port }: Document): 'http' | 'tcp' | undefined {
  const text: string = (appProtocol ?? name).toLowerCase();
  const word = text.startsWith('grpc-web') ? 'grpc-web' : appProtocol === undefined ? text.split('-')[0] : text;
  if (['http', 'http2', 'http_proxy', 'grpc', 'grpc-web'].includes(word ?? '')) return 'http';
  if (['tcp', 'https', 'tls', 'mongo', 'redis', 'mysql'].includes(word ?? '')) return 'tcp';
  return [25, 53, 3306, 27017].includes(port) ? 'tcp' : undefined;
}
