import { readYaml } from '../../base/yaml/yaml-value';
import { type ConnectionSettings, connectionSettingsIn } from '../../upstream/istio/connection-settings';
import { PROXY_CONFIG_ANNOTATION } from '../../upstream/istio/injection';
import type { MeshSettings } from '../installation/mesh-settings';
import type { Workload } from './workload';

/** The settings of a proxy, from its pod's annotation or the mesh's `defaultConfig`. */
export interface ProxySettings {
  readonly from: 'annotation' | 'mesh';
  readonly settings: ConnectionSettings;
}

/**
 * The path settings of a workload's proxies. The annotation's `connectionSettings` replace the mesh's as a whole
 * (istio/istio pkg/config/mesh/mesh.go `MergeProxyConfig`); a resource of the kind ProxyConfig cannot have any
 * (istio/api networking/v1beta1/proxy_config.proto).
 */
export function proxySettingsOf({ annotations }: Workload, mesh: MeshSettings): ProxySettings | undefined {
  const text = annotations[PROXY_CONFIG_ANNOTATION];
  const own = text === undefined ? undefined : readYaml(text, { duplicateKeys: 'last-wins' }).value;
  const ofPod = connectionSettingsIn(own);
  if (ofPod !== undefined) return { from: 'annotation', settings: ofPod };
  return mesh.connectionSettings && { from: 'mesh', settings: mesh.connectionSettings };
}
