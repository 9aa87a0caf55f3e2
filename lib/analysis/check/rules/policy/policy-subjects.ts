import type { Workload } from '../../../../model/cluster/workload';
import { workloadEntries } from '../../../../model/cluster/workload-entries';
import { gatewayAccounts } from '../../../../model/gateways/gateway-accounts';
import type { PolicyField } from '../../../../model/policy/authorization-policy';
import { TEMPLATES_ANNOTATION } from '../../../../upstream/istio/injection';
import { PRINCIPAL_OF_MESH } from '../../../../upstream/istio/mesh-config';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { didYouMean } from '../did-you-mean';
import { deployment, OVERLAY, stream, withTemplate } from '../examples';

const account = (name: string) => `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}, namespace: shop}\n`;

const policy = (principal: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: catalogue, namespace: shop}
spec:
  selector: {matchLabels: {app: catalogue}}
  rules:
    - from: [{source: {principals: [${principal}]}}]
`;

const identity = (namespaces: string) => `kind: workload_identity
version: v1
metadata: {name: mesh}
spec:
  spiffe: {id: "/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}"}
  rules:
    allow:
      - conditions: [{attribute: workload.kubernetes.namespace, in: {values: ${namespaces}}}]
`;

const FRONT_END = 'example.teleport.sh/ns/shop/sa/front-end';

/** A principal that names one ServiceAccount. */
const ACCOUNT = /^([^/]+)\/ns\/([^/*]+)\/sa\/([^/*]+)$/;

/** Looks at every principal that names one ServiceAccount of the mesh's own trust domain; others' accounts are elsewhere. */
function forEachAccount(
  { policyFields, trustDomains }: CheckContext,
  look: (account: { readonly namespace: string; readonly name: string }, field: PolicyField, index: number) => void,
): void {
  for (const field of policyFields.about('principals')) {
    if (field.negative) continue;
    field.values.forEach((principal, index) => {
      const { 1: domain = '', 2: namespace, 3: name } = ACCOUNT.exec(principal) ?? [];
      const isOwn = trustDomains.length === 0 || domain === PRINCIPAL_OF_MESH || domain === trustDomains[0];
      if (namespace !== undefined && name !== undefined && isOwn) look({ namespace, name }, field, index);
    });
  }
}

/** Names of ServiceAccounts that some namespace has, nobody knows which. */
function accountsAnywhere({ manifests }: CheckContext): ReadonlySet<string> {
  return new Set(gatewayAccounts(manifests).flatMap(({ namespace, name }) => (namespace === undefined ? [name] : [])));
}

/** Names of ServiceAccounts by namespace: those written down, those pods run as, and those made for gateways. */
function accountsByNamespace({ manifests, workloads }: CheckContext): ReadonlyMap<string, ReadonlySet<string>> {
  const accounts = new Map<string, Set<string>>();
  const add = (namespace: string, name: string) => {
    const names = accounts.get(namespace);
    if (names) names.add(name);
    else accounts.set(namespace, new Set(['default', name]));
  };
  for (const manifest of manifests.ofKind('ServiceAccount', '')) {
    for (const namespace of manifests.namespacesOf(manifest)) add(namespace, manifest.name);
  }
  for (const { namespace, serviceAccount } of workloadEntries(manifests)) {
    if (serviceAccount !== undefined) add(namespace, serviceAccount);
  }
  for (const { namespace, serviceAccount } of workloads) add(namespace, serviceAccount);
  for (const { namespace, name } of gatewayAccounts(manifests)) if (namespace !== undefined) add(namespace, name);
  return accounts;
}

/** Whether an account that kustomize may still rename, or put in another namespace, can become this one. */
function mayBeMade(name: string, unfinished: ReadonlySet<string>): boolean {
  if (unfinished.has(name)) return true;
  const dashes = [...name.matchAll(/-/g)].map(({ index }) => index);
  return dashes.some((at) => unfinished.has(name.slice(0, at)) || unfinished.has(name.slice(at + 1)));
}

/** What only shows when policies, workloads and Teleport's rules are looked at together. */
export const JOINING_RULES = [
  defineRule({
    id: 'principal-without-service-account',
    subject: 'Policies, workloads and identities together',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'all objects',
    title: 'Principal without a ServiceAccount',
    found: 'namespace {namespace} has no ServiceAccount "{name}"{hint}',
    why: 'No pod can ever present this identity, so the rule has no effect; usually the name is misspelled or has changed.',
    fix: 'correct the principal, or create the ServiceAccount',
    source: 'istio/istio pkg/spiffe/spiffe.go',
    wrong: stream(account('front-end'), policy('example.teleport.sh/ns/shop/sa/frontend')),
    right: stream(account('front-end'), policy(FRONT_END)),
    check(context, report) {
      const accounts = accountsByNamespace(context);
      const anywhere = accountsAnywhere(context);
      const { manifests, workloads } = context;
      const complete = context.complete && !context.hasOtherClusters;
      const unfinished = new Set(
        [...manifests.ofKind('ServiceAccount', ''), ...workloads.map(({ manifest }) => manifest)]
          .filter((manifest) => manifests.isUnfinished(manifest))
          .map((manifest) => manifest.name),
      );
      const workloadNames = new Set(workloads.map(({ namespace, name }) => `${namespace}/${name}`));
      forEachAccount(context, ({ namespace, name }, field, index) => {
        const known = accounts.get(namespace);
        if (known?.has(name) || anywhere.has(name) || mayBeMade(name, unfinished)) return;
        const hint = didYouMean(name, known ?? []);
        // Charts and other clusters have accounts too; a slip, or a workload of that name with another account, is seen here.
        if (!complete && hint === '' && !workloadNames.has(`${namespace}/${name}`)) return;
        report(field.manifest, `${field.pointer}/${index}`, { namespace, name, hint });
      });
    },
  }),
  defineRule({
    id: 'principal-not-issued',
    subject: 'Policies, workloads and identities together',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    yieldsTo: ['principal-without-service-account'],
    title: 'Principal that Teleport does not issue',
    found: 'Teleport issues no identity to ServiceAccount {name} of namespace {namespace}',
    why: 'No rule of the workload identity allows its pods, so no certificate carries this principal.',
    fix: 'let the rules of the workload identity allow {namespace}/{name}, or correct the principal',
    source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go',
    wrong: stream(identity('[shop]'), policy('example.teleport.sh/ns/checkout/sa/front-end')),
    right: stream(identity('[shop, checkout]'), policy('example.teleport.sh/ns/checkout/sa/front-end')),
    check(context, report) {
      // Another cluster of the mesh has rules of its own, and its callers come by their names.
      if (!context.issued.areKnown || context.hasOtherClusters) return;
      forEachAccount(context, ({ namespace, name }, field, index) => {
        const identity = context.issued.identityOf({ namespace, serviceAccount: name });
        if (identity?.issued === false) report(field.manifest, `${field.pointer}/${index}`, { namespace, name });
      });
    },
  }),
  defineRule({
    id: 'workload-not-issued',
    subject: 'Policies, workloads and identities together',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Teleport issues no identity for a workload',
    found: 'no rule of the workload identity allows ServiceAccount {name} of namespace {namespace}',
    why: 'The proxy never gets a certificate, and the pod does not become ready.',
    fix: 'let the rules allow {namespace}/{name}, or remove the overlay from the pods',
    source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go',
    wrong: stream(
      withTemplate(OVERLAY),
      identity('[checkout]'),
      deployment('front-end', `annotations: {${TEMPLATES_ANNOTATION}: "sidecar,spire"}`, ''),
    ),
    right: stream(
      withTemplate(OVERLAY),
      identity('[shop]'),
      deployment('front-end', `annotations: {${TEMPLATES_ANNOTATION}: "sidecar,spire"}`, ''),
    ),
    check(context, report) {
      for (const workload of context.workloads) {
        if (context.isInjected(workload) !== true || context.isEnrolled(workload) !== true) continue;
        if (context.issued.identityOf(workload)?.issued !== false) continue;
        const { manifest, namespace, serviceAccount } = workload;
        report(manifest, '/metadata/namespace', { namespace, name: serviceAccount });
      }
    },
  }),
  defineRule({
    id: 'workload-without-policy',
    subject: 'Policies, workloads and identities together',
    since: '0.1.0',
    severity: 'warning',
    title: 'Workload that accepts every caller',
    found: 'no ALLOW policy applies to {workload}',
    why: 'Without an ALLOW policy every caller is admitted, although the other workloads of the namespace are protected.',
    fix: 'add a policy that names its callers, or one without rules for the whole namespace',
    source: 'istio/istio.io content/en/docs/concepts/security/index.md',
    wrong: stream(deployment('front-end', `annotations: {${TEMPLATES_ANNOTATION}: sidecar}`, ''), policy(FRONT_END)),
    right: stream(
      deployment('front-end', `annotations: {${TEMPLATES_ANNOTATION}: sidecar}`, ''),
      policy(FRONT_END).replace('  selector: {matchLabels: {app: catalogue}}\n', ''),
    ),
    check(context, report) {
      const policies = context.authorizationPolicies.filter(({ action }) => action === 'ALLOW' || action === 'CUSTOM');
      const guarded = new Set<Workload>();
      const namespaces = new Set<string>();
      for (const one of policies) {
        namespaces.add(one.namespace);
        for (const workload of context.scopeOf(one.manifest)) guarded.add(workload);
      }
      for (const workload of context.workloads) {
        const isAmongGuarded = namespaces.has(workload.namespace) || (context.complete && namespaces.size > 0);
        if (!isAmongGuarded || guarded.has(workload) || context.isInjected(workload) !== true) continue;
        if (context.portsOf(workload).length === 0 && context.services.length > 0) continue;
        report(workload.manifest, '/metadata/name', { workload: workload.name });
      }
    },
  }),
];
