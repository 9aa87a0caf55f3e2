import { addTo } from '../../base/add-to';
import { stringifyManifests } from '../../base/yaml/write-yaml';
import { RBAC_V1 } from '../../upstream/kubernetes/api-groups';
import { DOCTOR_RESOURCES } from './resources';

/** The minimal ClusterRole for doctor, as YAML: to list objects, to read logs, and to query proxies and tbots. */
export function doctorRole(): string {
  const groups = new Map<string, string[]>();
  for (const { group, resource } of DOCTOR_RESOURCES) addTo(groups, group, resource);
  return stringifyManifests([
    {
      apiVersion: RBAC_V1,
      kind: 'ClusterRole',
      metadata: { name: 'teleport-istio-doctor' },
      rules: [
        ...[...groups].map(([group, resources]) => ({
          apiGroups: [group],
          resources: resources.sort(),
          verbs: ['list'],
        })),
        { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
        // `kubectl exec` asks for the pod first; newer clusters check "get" where it opens a WebSocket, older ones "create".
        { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
        { apiGroups: [''], resources: ['pods/exec'], verbs: ['create', 'get'] },
        { apiGroups: [''], resources: ['pods/proxy'], verbs: ['get'] },
        { nonResourceURLs: ['/openid/v1/jwks', '/version'], verbs: ['get'] },
      ],
    },
  ]);
}
