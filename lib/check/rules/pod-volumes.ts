import { toVolumes, type Volume } from '../../cluster';
import { type JsonObject, type Manifest, objectAt } from '../../manifests';
import { oncePerContext } from '../model';

/** A pod spec, of a workload or of a template, with its volumes. */
export interface PodVolumes {
  readonly manifest: Manifest;
  readonly spec: JsonObject;
  readonly specPointer: string;
  readonly volumes: readonly Volume[];
  readonly isTemplate: boolean;
}

/** The pod specs of workloads that have volumes, and those of injection templates and of patches of gateways. */
export const podVolumes = oncePerContext(({ workloads, injector, manifests }): readonly PodVolumes[] => [
  ...workloads
    .filter(({ volumes }) => volumes.length > 0)
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
]);
