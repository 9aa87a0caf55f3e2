import { toPointer } from '../../../../base/json-pointer';
import { isGateway } from '../../../../model/cluster/injection';
import { proxySettingsOf } from '../../../../model/cluster/proxy-config';
import { PROXY_CONFIG_ANNOTATION } from '../../../../upstream/istio/injection';
import { pathHandlingOf, weakness, withConnectionSettings } from '../../../../upstream/istio/path-handling';
import { defineRule } from '../../rule';
import { deployment, policy, stream } from '../examples';

const MESH = 'meshConfig:\n  pathNormalization:\n    normalization: MERGE_SLASHES\n';
const DENY = policy(
  '  selector: {matchLabels: {app: catalogue}}\n  action: DENY\n  rules: [{to: [{operation: {paths: [/admin*], ports: ["80"]}}]}]',
);
const withSlashes = (merge: boolean) =>
  stream(
    MESH,
    DENY,
    deployment(
      'catalogue',
      `annotations: {${PROXY_CONFIG_ANNOTATION}: "connectionSettings: {httpMergeSlashes: ${merge}}"}`,
      '',
    ),
  );

/** Proxies whose own settings let more past rules on paths than the mesh's do. */
export const PATH_SETTINGS_WEAKENED_RULE = defineRule({
  id: 'path-settings-weakened',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'warning',
  title: "Settings of a proxy weaken the mesh's path normalization",
  found: 'the proxy of {workload} {gap}, which pathNormalization requires, and a policy for it matches paths',
  why: "A proxy's connectionSettings override the mesh's pathNormalization: //admin or /a%2fadmin bypasses a rule on a path.",
  fix: 'remove httpMergeSlashes and httpPathWithEscapedSlashesAction, or set them as the mesh does',
  source: 'istio/istio pilot/pkg/networking/core/connection_settings.go (applyConnectionSettingsToHCM)',
  wrong: withSlashes(false),
  right: withSlashes(true),
  check(context, report) {
    const { target, meshSettings, policyFields, installations } = context;
    if (!target.has('hasConnectionSettings')) return;
    const ofMesh = pathHandlingOf(meshSettings.pathNormalization, target);
    const seen = new Set<unknown>();
    for (const workload of new Set(policyFields.about('paths').flatMap(({ manifest }) => context.scopeOf(manifest)))) {
      const own = proxySettingsOf(workload, meshSettings);
      if (own === undefined || context.isInjected(workload) === false) continue;
      const gap = weakness(withConnectionSettings(ofMesh, own.settings, isGateway(workload)), ofMesh);
      const place =
        own.from === 'annotation'
          ? {
              manifest: workload.manifest,
              pointer: `${workload.podPointer}${toPointer('metadata', 'annotations', PROXY_CONFIG_ANNOTATION)}`,
            }
          : installations[0]?.pointerTo('defaultConfig', 'connectionSettings');
      if (gap === undefined || place === undefined || seen.has(place.manifest)) continue;
      seen.add(place.manifest);
      report(place.manifest, place.pointer, { workload: workload.name, gap });
    }
  },
});
