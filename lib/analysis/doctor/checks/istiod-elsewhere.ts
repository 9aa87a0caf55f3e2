import { field, type JsonValue, listAt, objectAt, textAt } from '../../../base/json';
import { INJECTION_WEBHOOK_SUFFIX } from '../../../upstream/istio/injection-webhook';
import { ADMISSION } from '../../../upstream/kubernetes/api-groups';
import type { LiveMesh } from '../live-mesh';

/**
 * Where the injector of a cluster is that has no istiod of its own, as a clause: its webhook leads out of the cluster, by a URL or
 * by a Service that selects no pod (istio/istio manifests/charts/istio-control/istio-discovery, istiodRemote); undefined if it
 * does not.
 */
export function istiodElsewhere(mesh: LiveMesh): string | undefined {
  return mesh
    .objects(`mutatingwebhookconfigurations.${ADMISSION}`)
    .flatMap((configuration) => listAt(configuration, 'webhooks'))
    .filter((webhook) => textAt(webhook, 'name')?.endsWith(INJECTION_WEBHOOK_SUFFIX) === true)
    .map((webhook) => whereTo(mesh, field(webhook, 'clientConfig')))
    .find((where) => where !== undefined);
}

function whereTo(mesh: LiveMesh, client: JsonValue | undefined): string | undefined {
  const url = textAt(client, 'url');
  if (url !== undefined) return `the injector's webhook is at ${url}`;
  const [namespace = '', name = ''] = [textAt(client, 'service', 'namespace'), textAt(client, 'service', 'name')];
  const service = mesh.service(namespace, name);
  if (service === undefined || Object.keys(objectAt(service, 'spec', 'selector')).length > 0) return undefined;
  return `the injector's Service ${namespace}/${name} selects no pod of it`;
}
