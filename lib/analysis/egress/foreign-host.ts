import type { ManifestSet } from '../../model/documents/manifest-set';
import { serviceEntriesFor } from '../../model/egress/service-entries';
import { isForeignHost } from '../../upstream/istio/outbound-traffic';
import { isIpAddress } from '../../upstream/network/ip-address';

/** A host, with a port or as a URL: a bare slash would make it `namespace/name`. */
const NAME = /^(?:(?<scheme>https?):\/\/)?(?<bare>[^:/]*[^:/.])\.?(?::(?<port>\d+))?(?:(?<=^https?:.*)\/.*)?$/;
const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
]);

/** The host outside the mesh that a callee's name refers to, with its port if it has one; no host if the name is not a host. */
export function foreignHost(
  name: string,
  manifests: ManifestSet,
): { readonly host: string | undefined; readonly port: number | undefined } {
  const { scheme, bare = name, port = DEFAULT_PORTS.get(scheme ?? '') } = NAME.exec(name)?.groups ?? {};
  const host = bare.toLowerCase();
  const isOne = isIpAddress(host) || isForeignHost(host) || serviceEntriesFor(host, manifests).length > 0;
  const isMistyped = serviceEntriesFor(host, manifests).length === 0 && namesNamespace(host, manifests);
  return { host: isOne && !isMistyped ? host : undefined, port: port === undefined ? undefined : Number(port) };
}

/** `api.shop` where shop is a namespace means a Service that is not there, and no host of the world. */
function namesNamespace(host: string, manifests: ManifestSet): boolean {
  const [, namespace = '', ...more] = host.split('.');
  const isShort = more.length === 0;
  return (
    isShort &&
    manifests.all.some(
      ({ kind, name, namespace: own }) => own === namespace || (kind === 'Namespace' && name === namespace),
    )
  );
}
