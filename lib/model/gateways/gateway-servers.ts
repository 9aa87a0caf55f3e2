import { addTo } from '../../base/add-to';
import { field, isObject, type JsonValue, listAt, scalarTextsAt, textAt, textsAt } from '../../base/json';
import { GATEWAY_NAME_LABEL } from '../../upstream/istio/gateway-classes';
import type { PortProtocol } from '../../upstream/istio/port-protocol';
import { type Labelled, selects } from '../cluster/label-index';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** A server of a Gateway: it says what the pods it is for do with one of their ports. */
export interface GatewayServer {
  /** The Gateway, of Istio's or of the Gateway API. */
  readonly manifest: Manifest;
  /** `namespace/name` of the Gateway. */
  readonly ref: string;
  /** Port as the Service has it. */
  readonly port: number;
  /** Whether the proxy looks into its HTTP: TLS that it passes through is bytes to it. */
  readonly protocol: Extract<PortProtocol, 'http' | 'tcp'>;
  /** Hosts it is for; empty for all. */
  readonly hosts: readonly string[];
}

const HTTP: ReadonlySet<string> = new Set(['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB', 'HTTP_PROXY']);

/** What the Gateways among the manifests make of the ports of gateways. */
export class GatewayServers {
  private readonly ofIstio: readonly {
    readonly selector: Readonly<Record<string, string>>;
    readonly servers: readonly GatewayServer[];
  }[];
  private readonly ofApi = new Map<string, GatewayServer[]>();

  public constructor(manifests: ManifestSet) {
    this.ofIstio = manifests.ofKind('Gateway', 'networking.istio.io').map((manifest) => ({
      selector: textsAt(manifest.body, 'spec', 'selector'),
      servers: listAt(manifest.body, 'spec', 'servers').flatMap((server) => toServer(manifest, server)),
    }));
    for (const manifest of manifests.ofKind('Gateway', 'gateway.networking.k8s.io')) {
      for (const listener of listAt(manifest.body, 'spec', 'listeners')) {
        for (const server of toListener(manifest, listener)) addTo(this.ofApi, server.ref, server);
      }
    }
  }

  /** The servers of a gateway's pods: of Istio's Gateways that select them in any namespace, or of their own Gateway. */
  public of({ namespace, labels }: Labelled): readonly GatewayServer[] {
    const name = labels[GATEWAY_NAME_LABEL];
    if (name !== undefined) return this.ofApi.get(`${namespace}/${name}`) ?? [];
    return this.ofIstio.flatMap(({ selector, servers }) => (selects(selector, labels) ? servers : []));
  }
}

/** What servers make of a port: undefined if none is for it, `detect` if it may be either. */
export function serverProtocol(servers: readonly GatewayServer[], ports: readonly number[]): PortProtocol | undefined {
  const protocols = new Set(servers.filter(({ port }) => ports.includes(port)).map(({ protocol }) => protocol));
  const [only, ...others] = protocols;
  return others.length > 0 ? 'detect' : only;
}

function toServer(manifest: Manifest, server: JsonValue): readonly GatewayServer[] {
  const port = field(server, 'port', 'number');
  if (typeof port !== 'number') return [];
  const spoken = (textAt(server, 'port', 'protocol') ?? '').toUpperCase();
  const passes = ['PASSTHROUGH', 'AUTO_PASSTHROUGH'].includes(textAt(server, 'tls', 'mode') ?? '');
  const isHttp = HTTP.has(spoken) || (spoken === 'HTTPS' && !passes);
  // A host may name the namespace whose routes it is for.
  const hosts = scalarTextsAt(server, 'hosts').map((host) => host.slice(host.indexOf('/') + 1));
  return [{ manifest, ref: refOf(manifest), port, protocol: isHttp ? 'http' : 'tcp', hosts }];
}

function toListener(manifest: Manifest, listener: JsonValue): readonly GatewayServer[] {
  const port = field(listener, 'port');
  if (!isObject(listener) || typeof port !== 'number') return [];
  const isHttp = ['HTTP', 'HTTPS'].includes(textAt(listener, 'protocol') ?? '');
  const host = textAt(listener, 'hostname');
  const hosts = host === undefined ? [] : [host];
  return [{ manifest, ref: refOf(manifest), port, protocol: isHttp ? 'http' : 'tcp', hosts }];
}

function refOf({ namespace, name }: Manifest): string {
  return `${namespace ?? 'default'}/${name}`;
}
