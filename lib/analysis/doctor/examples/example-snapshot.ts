import type { JsonObject } from '../../../base/json';
import { DEFAULT_RELEASES } from '../../../upstream/releases/default-releases';
import type { Gap, LogReading, ProxyReading, ProxySecret, Snapshot, TbotReading } from '../snapshot';
import { EXAMPLE_CERTIFICATES } from './example-certificates';
import { EXAMPLE_TRUST_DOMAIN } from './example-config-maps';
import { EXAMPLE_OBJECTS } from './example-objects';

const AT = '2026-11-01T12:10:00Z';

/** Parts of an example that are not as in a healthy mesh. */
export interface ExampleChanges {
  /** Objects in place of all others of their resource. */
  readonly objects?: Readonly<Record<string, readonly JsonObject[]>>;
  /** Resources that could not be listed. */
  readonly without?: readonly string[];
  readonly proxies?: readonly ProxyReading[];
  readonly logs?: readonly LogReading[];
  readonly tbots?: readonly TbotReading[];
  readonly jwks?: JsonObject;
  readonly teleport?: readonly JsonObject[];
  readonly takenAt?: string;
  readonly rights?: Readonly<Record<string, boolean>>;
  readonly gaps?: readonly Gap[];
}

/** A small healthy mesh, `web` and `api` in the namespace `shop` on one node, with some things changed. */
export function exampleSnapshot(changes: ExampleChanges = {}): Snapshot {
  const objects = new Map<string, readonly JsonObject[]>(Object.entries({ ...EXAMPLE_OBJECTS, ...changes.objects }));
  for (const name of changes.without ?? []) objects.delete(name);
  return {
    takenAt: changes.takenAt ?? AT,
    server: { gitVersion: `v${DEFAULT_RELEASES.kubernetes}` },
    objects,
    proxies: changes.proxies ?? [exampleProxy('web'), exampleProxy('api')],
    logs: changes.logs ?? [exampleLog('tbot', 'joined'), exampleLog('spiffe-csi-driver', 'serving')],
    tbots: changes.tbots ?? [{ namespace: 'teleport-system', pod: 'tbot-1', readyz: 'ok', metrics: {} }],
    jwks: changes.jwks ?? { keys: [{ kty: 'RSA', kid: 'one', n: '0vx7', e: 'AQAB' }] },
    teleport: changes.teleport,
    ...(changes.rights && { rights: changes.rights }),
    gaps: changes.gaps ?? [],
  };
}

/** The reading of a proxy of the example, with a certificate that may be another's. */
export function exampleProxy(
  name: 'web' | 'api',
  {
    chain = EXAMPLE_CERTIFICATES[name] as string,
    root = EXAMPLE_CERTIFICATES.teleport as string,
    ...changes
  }: ExampleProxyChanges = {},
): ProxyReading {
  const secret = (secretName: string, content: Partial<ProxySecret>): ProxySecret => ({
    name: secretName,
    state: 'active',
    version: '1',
    updated: '2026-11-01T12:01:00Z',
    error: undefined,
    chain: '',
    roots: {},
    ...content,
  });
  return {
    namespace: 'shop',
    pod: `${name}-1`,
    istioVersion: DEFAULT_RELEASES.istio,
    stats: {},
    secrets: [
      secret('default', { chain, ...changes.secret }),
      secret('ROOTCA', { roots: { [EXAMPLE_TRUST_DOMAIN]: root } }),
    ],
    ...changes.reading,
  };
}

/** What may be different about a proxy. */
export interface ExampleProxyChanges {
  readonly chain?: string;
  readonly root?: string;
  readonly secret?: Partial<ProxySecret>;
  readonly reading?: Partial<ProxyReading>;
}

/** The log of one of the node's agents. */
export function exampleLog(of: 'tbot' | 'spiffe-csi-driver', text: string): LogReading {
  return { namespace: 'teleport-system', pod: `${of}-1`, container: of, text: `${text}\n` };
}
