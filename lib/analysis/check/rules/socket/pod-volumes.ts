import { type JsonObject, objectAt } from '../../../../base/json';
import { isGatewayValues } from '../../../../model/cluster/install-values';
import { toVolumes, type Volume, type Workload } from '../../../../model/cluster/workload';
import type { Manifest } from '../../../../model/documents/manifest';
import { PROXY_CONTAINER } from '../../../../upstream/istio/injection';
import { oncePerContext } from '../../context/once-per-context';

/** A pod spec, of a workload or of a template, or values that become one, with its volumes. */
export interface PodVolumes {
  readonly manifest: Manifest;
  readonly spec: JsonObject;
  readonly specPointer: string;
  readonly volumes: readonly Volume[];
  readonly isTemplate: boolean;
}

function namesProxy({ containers, initContainers }: Workload): boolean {
  const isProxy = ({ name }: { readonly name: string }) => name === PROXY_CONTAINER;
  return containers.some(isProxy) || initContainers.some(isProxy);
}

/**
 * The pod specs of workloads that have volumes or write down their proxy, and those of injection templates, of patches of
 * gateways and of the gateway chart.
 */
export const podVolumes = oncePerContext(({ workloads, injector, manifests }): readonly PodVolumes[] => [
  ...workloads
    .filter((workload) => workload.volumes.length > 0 || namesProxy(workload))
    .map(({ manifest, podSpec, podPointer, volumes }) => ({
      manifest,
      spec: podSpec,
      specPointer: `${podPointer}/spec`,
      volumes,
      isTemplate: false,
    })),
  ...injector.templates.map(({ manifest, spec, volumes }) => ({
    manifest,
    spec,
    specPointer: '/spec',
    volumes,
    isTemplate: true,
  })),
  ...manifests.ofKind('GatewayPatch').map((manifest) => {
    const spec = objectAt(manifest.body, 'spec', 'template', 'spec');
    const specPointer = '/spec/template/spec';
    return { manifest, spec, specPointer, volumes: toVolumes(spec, specPointer), isTemplate: true };
  }),
  ...manifests
    .ofKind('HelmValues')
    .filter(({ body }) => isGatewayValues(body))
    .map((manifest) => ({
      manifest,
      spec: manifest.body,
      specPointer: '',
      volumes: toVolumes(manifest.body, ''),
      isTemplate: true,
    })),
]);
