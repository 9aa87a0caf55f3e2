import { listAt, objectAt, scalarText, textAt, textsAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import { readYaml } from '../../base/yaml/yaml-value';
import { PROXY_CONFIG_ANNOTATION } from '../../upstream/istio/injection';
import { DEFAULT_SOCKET_FILE, SOCKET_FILE_VARIABLE } from '../../upstream/istio/proxy-volumes';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import type { Installation } from '../installation/installation';
import { baseNameOf } from '../teleport/host-directory';
import { socketPath, toTbotConfig } from '../teleport/tbot-config';
import { ownProxy } from './injection';
import { selects } from './label-index';
import type { Workload } from './workload';

/** The name of the socket file that a proxy looks for, and where it is set. */
export interface SocketFile {
  readonly name: string;
  /** Undefined for Istio's default. */
  readonly manifest: Manifest | undefined;
  /** JSON pointer to it. */
  readonly pointer: string;
  /** Whether it is set for some pods only, not for the whole mesh. */
  readonly isOfPods: boolean;
}

/** The socket files that proxies look for, and those that tbot creates. */
export class SocketFiles {
  private readonly ofMesh: SocketFile | undefined;
  private readonly proxyConfigs: readonly Manifest[];
  /** Names of the files that the tbots in the manifests create; empty without a tbot. */
  public readonly made: ReadonlySet<string>;

  public constructor(
    manifests: ManifestSet,
    installations: readonly Installation[],
    private readonly rootNamespace: string,
  ) {
    this.ofMesh = installations
      .flatMap(({ socketFiles }) => socketFiles ?? [])
      .map((file): SocketFile => ({ ...file, isOfPods: false }))
      .sort((a, b) => Number(a.name === DEFAULT_SOCKET_FILE) - Number(b.name === DEFAULT_SOCKET_FILE))[0];
    this.proxyConfigs = manifests.ofKind('ProxyConfig', ISTIO_NETWORKING);
    const listeners = manifests.ofKind('TbotConfig').flatMap((manifest) => toTbotConfig(manifest).workloadApis);
    const paths = listeners.flatMap(({ body }) => socketPath(textAt(body, 'listen')) ?? []);
    this.made = new Set(paths.map(baseNameOf));
  }

  /** The mesh configuration's name; undefined if it is not in the manifests. */
  public get meshWide(): SocketFile | undefined {
    return this.ofMesh;
  }

  /**
   * What a workload's proxy looks for: its own container's environment comes first, then the ProxyConfig for its labels,
   * its annotation, the ProxyConfig of its namespace and of the root namespace, and the mesh's configuration
   * (istio/istio pilot/pkg/model/proxy_config.go). Undefined if nothing sets it and the mesh configuration is not in the
   * manifests.
   */
  public of(workload: Workload): SocketFile | undefined {
    return (
      ofOwnContainer(workload) ??
      this.ofResource(workload.namespace, workload.labels) ??
      ofAnnotation(workload) ??
      this.ofResource(workload.namespace) ??
      this.ofResource(this.rootNamespace) ??
      this.ofMesh
    );
  }

  /**
   * The name for a proxy that is not injected: without a variable of its own container the default, whatever the mesh
   * says. A gateway that an installer or istiod writes has the variables of the mesh (istio/istio
   * manifests/charts/gateways/istio-ingress/templates/deployment.yaml, …/istio-discovery/files/kube-gateway.yaml).
   */
  public ofWholeProxy(workload: Workload): SocketFile | undefined {
    if (workload.manifest.kind !== workload.kind) return this.of(workload);
    const byDefault = { name: DEFAULT_SOCKET_FILE, manifest: undefined, pointer: '', isOfPods: true };
    return ofOwnContainer(workload) ?? byDefault;
  }

  private ofResource(namespace: string, labels?: Readonly<Record<string, string>>): SocketFile | undefined {
    const manifest = this.proxyConfigs.find((one) => {
      const selector = textsAt(one.body, 'spec', 'selector', 'matchLabels');
      const isForLabels = Object.keys(selector).length > 0;
      if ((one.namespace ?? 'default') !== namespace || isForLabels !== (labels !== undefined)) return false;
      return labels === undefined || selects(selector, labels);
    });
    if (manifest === undefined) return undefined;
    const variables = objectAt(manifest.body, 'spec', 'environmentVariables');
    const name = scalarText(variables[SOCKET_FILE_VARIABLE]);
    const pointer = toPointer('spec', 'environmentVariables', SOCKET_FILE_VARIABLE);
    return name === undefined ? undefined : { name, manifest, pointer, isOfPods: true };
  }
}

function ofOwnContainer(workload: Workload): SocketFile | undefined {
  const container = ownProxy(workload);
  const env = listAt(container?.body, 'env');
  const index = env.findIndex((entry) => textAt(entry, 'name') === SOCKET_FILE_VARIABLE);
  const name = textAt(env[index], 'value');
  if (container === undefined || name === undefined) return undefined;
  return { name, manifest: workload.manifest, pointer: `${container.pointer}/env/${index}/value`, isOfPods: true };
}

function ofAnnotation({ manifest, podPointer, annotations }: Workload): SocketFile | undefined {
  const text = annotations[PROXY_CONFIG_ANNOTATION];
  if (text === undefined) return undefined;
  const config = readYaml(text, { duplicateKeys: 'last-wins' }).value;
  const name = scalarText(objectAt(config, 'proxyMetadata')[SOCKET_FILE_VARIABLE]);
  const pointer = podPointer + toPointer('metadata', 'annotations', PROXY_CONFIG_ANNOTATION);
  return name === undefined ? undefined : { name, manifest, pointer, isOfPods: true };
}
