import { isObject, type JsonObject, objectAt } from '../../base/json';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { looksLikeGatewayValues } from '../documents/recognise';

/** Helm values of one of Istio's charts, wherever they are written. */
export interface InstallValues {
  readonly manifest: Manifest;
  readonly body: JsonObject;
  /** JSON pointer to them. */
  readonly pointer: string;
}

/** All values for Istio's charts among the manifests, those inside IstioOperator files first. */
export function findInstallValues(manifests: ManifestSet): readonly InstallValues[] {
  return [
    ...manifests.ofKind('IstioOperator').map((manifest) => {
      return { manifest, body: objectAt(manifest.body, 'spec', 'values'), pointer: '/spec/values' };
    }),
    ...manifests.ofKind('HelmValues').map((manifest) => ({ manifest, body: manifest.body, pointer: '' })),
  ];
}

/** Whether Helm values are the gateway chart's. */
export function isGatewayValues(values: JsonObject): boolean {
  return looksLikeGatewayValues(values) && !isObject(values.meshConfig);
}
