import type { ProxyReading, Snapshot } from '../../../lib/analysis/doctor/snapshot';
import { UserError } from '../../../lib/cli/user-error';

/** What kubectl prints for a cluster of which there is a snapshot, so far as doctor asks. */
export function answerOf(snapshot: Snapshot, args: readonly string[]): string {
  const words = args.filter(
    (arg) =>
      !/^--(?:context|kubeconfig|field-selector|show-managed-fields|output|tail|limit-bytes|all-namespaces)/.test(arg),
  );
  const [verb, ...rest] = words;
  const at = rest.indexOf('-n');
  const namespace = at < 0 ? undefined : rest[at + 1];
  const names = at < 0 ? rest : [...rest.slice(0, at), ...rest.slice(at + 2)];
  const [what = ''] = names;
  if (verb === 'get' && what.startsWith('--raw=')) return raw(snapshot, what.slice('--raw='.length));
  if (verb === 'get') {
    const items = snapshot.objects.get(what);
    if (items === undefined)
      throw new UserError(`kubectl get failed: error: the server doesn't have a resource type "${what}"`);
    const own = items.filter(
      (item) => namespace === undefined || (item.metadata as { namespace?: string }).namespace === namespace,
    );
    return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: own });
  }
  if (verb === 'logs') {
    const log = snapshot.logs.find((one) => one.namespace === namespace && one.pod === what);
    if (log === undefined)
      throw new UserError(`kubectl logs failed: Error from server (BadRequest): container is waiting to start`);
    return log.text;
  }
  const proxy = snapshot.proxies.find((one) => one.namespace === namespace && one.pod === what);
  if (verb === 'exec' && proxy !== undefined) return envoy(proxy, args.at(-1) ?? '');
  throw new UserError(`kubectl ${verb} failed: Error from server (NotFound): nobody knows ${args.join(' ')}`);
}

function raw(snapshot: Snapshot, path: string): string {
  if (path === '/version') return JSON.stringify(snapshot.server);
  if (path === '/openid/v1/jwks') return JSON.stringify(snapshot.jwks);
  const [, namespace, pod, , what] =
    /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/:]+):(\d+)\/proxy\/(\w+)$/.exec(path) ?? [];
  const tbot = snapshot.tbots.find((one) => one.namespace === namespace && one.pod === pod);
  if (what === 'readyz' && tbot?.readyz !== undefined) return tbot.readyz;
  throw new UserError(
    'kubectl get failed: Error from server (NotFound): the server could not find the requested resource',
  );
}

/** As Envoy's administration interface has it, with a private key where the real one says that it is redacted. */
function envoy({ secrets, istioVersion, stats }: ProxyReading, path: string): string {
  if (path.startsWith('server_info')) return JSON.stringify({ node: { metadata: { ISTIO_VERSION: istioVersion } } });
  if (path.startsWith('stats'))
    return Object.entries(stats)
      .map(([name, count]) => `${name}: ${count}\n`)
      .join('');
  const state = path.includes('warming') ? 'warming' : 'active';
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const entries = secrets
    .filter((secret) => secret.state === state)
    .map(({ name, version, updated, error, chain, roots }) => ({
      name,
      version_info: version,
      last_updated: updated,
      ...(error !== undefined && { error_state: { details: error } }),
      secret: {
        name,
        ...(chain !== '' && {
          tls_certificate: {
            certificate_chain: { inline_bytes: base64(chain) },
            private_key: { inline_bytes: base64('-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----\n') },
          },
        }),
        ...(Object.keys(roots).length > 0 && {
          validation_context: {
            custom_validator_config: {
              typed_config: {
                trust_domains: Object.entries(roots).map(([domain, pem]) => ({
                  name: domain,
                  trust_bundle: { inline_bytes: base64(pem) },
                })),
              },
            },
          },
        }),
      },
    }));
  return JSON.stringify({ configs: [{ [`dynamic_${state}_secrets`]: entries }] });
}
