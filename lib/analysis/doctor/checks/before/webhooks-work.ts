import { field, type JsonObject, type JsonValue, listAt, scalarTextsAt, textAt, textsAt } from '../../../../base/json';
import { API_SERVER_IMAGE, disabledPlugins, WEBHOOK_PLUGINS } from '../../../../upstream/kubernetes/admission-plugins';
import { ADMISSION, ADMISSION_V1 } from '../../../../upstream/kubernetes/api-groups';
import { commandLine } from '../../../../upstream/kubernetes/command-line';
import { ADMISSION_MESSAGES } from '../../../../upstream/messages/refusals';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck, type HealthSink } from '../../health-check';
import type { LiveMesh } from '../../live-mesh';
import { isUnknownKind } from '../../resources';

const WEBHOOKS = `mutatingwebhookconfigurations.${ADMISSION}`;

/** Whether the API server will call Istio's webhooks. */
export const WEBHOOKS_WORK_CHECK = defineCheck({
  id: 'webhooks-work',
  group: 'before',
  title: 'the API server calls webhooks',
  looksAt:
    'whether the API server knows webhook configurations, which of its admission plugins are disabled (if its pod is visible), webhooks for new pods whose Service does not answer, and warnings about webhooks that could not be called; whether a firewall blocks the API server from reaching istiod is not visible before istiod runs',
  needs: ['services', 'pods', 'events'],
  cause: 'Without webhooks new pods get no proxy, and Istio’s objects are not checked.',
  fix: 'enable the admission plugins MutatingAdmissionWebhook and ValidatingAdmissionWebhook of the API server',
  source: 'kubernetes/kubernetes pkg/kubeapiserver/options/plugins.go',
  fires: () => exampleSnapshot({ objects: { [WEBHOOKS]: [configuration({ namespace: 'gone', name: 'gone' })] } }),
  quiet: () => exampleSnapshot({ objects: { [WEBHOOKS]: [configuration({ namespace: 'shop', name: 'web' })] } }),
  check(mesh, sink) {
    const unlisted = mesh.whyNotListed(WEBHOOKS);
    if (unlisted === undefined) sink.looked();
    else reportUnlisted(unlisted, sink);
    reportPlugins(mesh, sink);
    reportSilent(mesh, sink);
    for (const configured of mesh.objects(WEBHOOKS)) {
      for (const webhook of listAt(configured, 'webhooks')) {
        if (!isForPods(webhook) || textAt(webhook, 'failurePolicy') === 'Ignore') continue;
        sink.looked();
        const why = whySilent(mesh, field(webhook, 'clientConfig', 'service'));
        if (why === undefined) continue;
        sink.found({
          severity: 'warning',
          found: `webhook ${textAt(webhook, 'name') ?? ''} of ${textAt(configured, 'metadata', 'name') ?? ''} applies to new pods, and ${why}`,
          cause: 'Until the webhook answers, the API server rejects every pod that it applies to.',
          fix: 'remove the configuration if it is a leftover; otherwise start its pods first',
          source: 'kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers',
        });
      }
    }
  },
});

function reportUnlisted(because: string, sink: HealthSink): void {
  if (isUnknownKind(because)) {
    sink.found({ found: 'the API server does not know webhook configurations', evidence: [because] });
  } else sink.unseen(WEBHOOKS, because);
}

function reportPlugins(mesh: LiveMesh, sink: HealthSink): void {
  for (const pod of mesh.alivePods) {
    for (const container of pod.containers) {
      if (!API_SERVER_IMAGE.test(textAt(container, 'image') ?? '')) continue;
      sink.looked();
      const off = disabledPlugins(commandLine(container));
      const missing = WEBHOOK_PLUGINS.filter((plugin) => off.includes(plugin));
      if (missing.length > 0) sink.found({ found: `${pod.ref} has ${missing.join(' and ')} disabled` });
    }
  }
}

function reportSilent(mesh: LiveMesh, sink: HealthSink): void {
  const messages = mesh.objects('events').map((event) => textAt(event, 'message') ?? '');
  const failed = [...new Set(messages.filter((message) => ADMISSION_MESSAGES.webhookSilent.pattern.test(message)))];
  if (failed.length === 0) return;
  sink.found({
    severity: 'warning',
    found: 'the API server recently failed to call a webhook',
    evidence: failed.slice(-2),
    cause:
      'The webhook’s pods do not answer, or a firewall between the API server and the pods blocks the calls; it would also block calls to istiod’s webhooks.',
    fix: 'check that the webhook’s pods run; on private clusters, open the target ports of the webhooks’ Services from the API server to the nodes',
    source: ADMISSION_MESSAGES.webhookSilent.source,
  });
}

/** Whether the API server asks a webhook before it makes a pod. */
function isForPods(webhook: JsonValue): boolean {
  const has = (rule: JsonValue, key: string, ...words: readonly string[]) =>
    scalarTextsAt(rule, key).some((word) => words.includes(word));
  return listAt(webhook, 'rules').some(
    (rule) =>
      has(rule, 'apiGroups', '', '*') &&
      has(rule, 'resources', 'pods', '*', '*/*') &&
      has(rule, 'operations', 'CREATE', '*'),
  );
}

/** Why a webhook in the cluster does not answer, as a clause; undefined if it may. */
function whySilent(mesh: LiveMesh, service: JsonValue | undefined): string | undefined {
  const [namespace, name] = [textAt(service, 'namespace'), textAt(service, 'name')];
  // One at a URL is outside; of namespaces that nobody asked about nothing is known.
  if (namespace === undefined || name === undefined) return undefined;
  if (!mesh.isInScope(namespace)) return undefined;
  const found = mesh.service(namespace, name);
  if (found === undefined) return `its Service ${namespace}/${name} does not exist`;
  const selector = Object.entries(textsAt(found, 'spec', 'selector'));
  const answers = mesh.alivePods.some(
    (pod) => pod.isReady && pod.namespace === namespace && selector.every(([key, value]) => pod.labels[key] === value),
  );
  // Without a selector somebody else says where it leads.
  return selector.length === 0 || answers ? undefined : `its Service ${namespace}/${name} has no ready pod`;
}

function configuration(service: JsonObject): JsonObject {
  return {
    apiVersion: ADMISSION_V1,
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'sizes' },
    webhooks: [
      {
        name: 'sizes.example.com',
        clientConfig: { service },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      },
    ],
  };
}
