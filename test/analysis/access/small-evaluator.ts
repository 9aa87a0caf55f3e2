import { isObject, type JsonObject, type JsonValue } from '../../../lib/base/json';
import type { ManifestSet } from '../../../lib/model/documents/manifest-set';

/**
 * A second, deliberately simple reading of AuthorizationPolicy, sharing no code with the library: just enough for a shop
 * with ALLOW policies by label, exact principals, methods, and paths with stars at the end or templates.
 */
export function mayCall(
  manifests: ManifestSet,
  namespace: string,
  call: {
    readonly principal: string;
    readonly app: string;
    readonly podPort: number;
    readonly method?: string;
    readonly path?: string;
  },
): boolean {
  const policies = manifests.all
    .filter((m) => m.kind === 'AuthorizationPolicy' && m.namespace === namespace)
    .map((m) => spec(m.body));
  const mine = policies.filter((policy) => {
    const app =
      at(policy, 'selector', 'matchLabels', 'app') ?? at(policy, 'selector', 'matchLabels', 'app.kubernetes.io/name');
    return app === undefined || app === call.app;
  });
  if (mine.some((policy) => (policy.action ?? 'ALLOW') !== 'ALLOW')) throw new Error('this evaluator knows ALLOW only');
  if (mine.length === 0) return true;
  return mine.some((policy) => list(policy.rules).some((rule) => fits(rule, call)));
}

function fits(rule: JsonValue, call: { principal: string; podPort: number; method?: string; path?: string }): boolean {
  const from = list(at(rule, 'from'));
  const to = list(at(rule, 'to'));
  const caller =
    from.length === 0 || from.some((entry) => list(at(entry, 'source', 'principals')).includes(call.principal));
  const operation = to.some((entry) => {
    const ports = list(at(entry, 'operation', 'ports'));
    const methods = list(at(entry, 'operation', 'methods'));
    const paths = list(at(entry, 'operation', 'paths'));
    const http = methods.length > 0 || paths.length > 0;
    if (http && call.method === undefined) return false;
    return (
      (ports.length === 0 || ports.includes(String(call.podPort))) &&
      (methods.length === 0 || methods.includes(call.method ?? '')) &&
      (paths.length === 0 || paths.some((path) => expression(String(path)).test(call.path ?? '')))
    );
  });
  return caller && (to.length === 0 || operation);
}

function expression(path: string): RegExp {
  if (path.startsWith('*')) return new RegExp(`${quoted(path.slice(1))}$`);
  const escaped = quoted(path);
  const source = escaped.includes('{*')
    ? escaped.replaceAll('{**}', '.*').replaceAll('{*}', '[^/]+')
    : escaped.replace(/\*$/, '.*');
  return new RegExp(`^${source}$`);
}

function quoted(text: string): string {
  return text.replace(/[.+?^$()|[\]\\]/g, '\\$&');
}

function spec(body: JsonObject): JsonObject {
  return isObject(body.spec) ? body.spec : {};
}

function at(value: JsonValue | undefined, ...keys: readonly string[]): JsonValue | undefined {
  return keys.reduce<JsonValue | undefined>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
