import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { listAt, scalarTextsAt } from '../../base/json';
import { GATEWAY_NAME_LABEL } from '../../upstream/istio/gateway-classes';
import { POD_INJECTION_LABEL, TEMPLATES_ANNOTATION } from '../../upstream/istio/injection';
import { DEFAULT_TRUST_DOMAIN } from '../../upstream/istio/mesh-config';
import { notForm } from '../../upstream/istio/policy-fields';
import { ADMISSION_V1, ISTIO_SECURITY } from '../../upstream/kubernetes/api-groups';
import { checkNamespace, NAMESPACE_NAME_LABEL } from '../../upstream/kubernetes/names';
import { RELEASE_FACTS } from '../../upstream/releases/release-facts';
import type { Target } from '../../upstream/releases/target';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import { addObject } from '../kubernetes/kubernetes-object';
import { checkSameApp } from '../mesh/mesh-checks';
import type { TeleportMesh } from '../mesh/teleport-mesh';
import { hostPathPattern } from './host-path-pattern';

/** What the API server does with a request that violates a guard. */
export type GuardAction = 'Deny' | 'Warn' | 'Audit';

/** Options of {@link AdmissionGuards}. */
export interface AdmissionGuardsProps {
  /** The mesh that is guarded. */
  readonly mesh: TeleportMesh;
  /**
   * What the API server does: `Warn` and `Audit` accept every request, to show which ones would be rejected.
   *
   * @default 'Deny'
   */
  readonly action?: GuardAction;
  /**
   * Further namespaces whose pods may mount the socket's directory, or one above it, from their node.
   *
   * @default - `kube-system` and the namespace of tbot only
   */
  readonly trustedNamespaces?: readonly string[];
  /**
   * Further trust domains that policies may name: those of external callers whose CA the mesh trusts.
   *
   * @default - that of the mesh, its aliases, and those of clients of `exposeThrough` (a `TrustBundle`)
   */
  readonly trustDomains?: readonly TrustDomain[];
}

/** One check of a policy, in CEL. */
interface Validation {
  readonly expression: string;
  readonly message: string;
}

/** The parts of a policy. */
interface Guard {
  readonly name: string;
  readonly resource: { readonly group: string; readonly versions: readonly string[]; readonly resource: string };
  readonly operations: readonly ('CREATE' | 'UPDATE')[];
  /** Namespaces it is for, or not for; undefined for all. */
  readonly namespaces?: { readonly operator: 'In' | 'NotIn'; readonly values: () => readonly string[] };
  readonly variables?: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: () => readonly Validation[];
}

/**
 * ValidatingAdmissionPolicies that protect the guarantees of this app's manifests against objects that are applied
 * later: every pod in the mesh's namespaces is in the mesh, no other pod mounts the socket, and policies name
 * identities that can exist.
 *
 * They check objects that are created afterwards; running pods stay. The first guard ignores Istio's control plane and
 * namespaces outside the mesh. Requires Kubernetes 1.30 or newer.
 */
export class AdmissionGuards extends Construct {
  /** The policies, for patches. */
  public readonly policies: readonly ApiObject[];

  /**
   * @throws InvalidInputError if a namespace is not valid, the mesh is part of another app, or Kubernetes is older
   */
  public constructor(scope: Construct, id: string, props: AdmissionGuardsProps) {
    super(scope, id);
    const { mesh, action = 'Deny' } = props;
    checkSameApp(mesh, this);
    checkRelease(this.node.path, mesh.target);
    for (const namespace of props.trustedNamespaces ?? []) checkNamespace(this.node.path, namespace);
    const trusted = [
      ...new Set([
        'kube-system',
        ...mesh.token.serviceAccounts.map(({ namespace }) => namespace),
        ...(props.trustedNamespaces ?? []),
      ]),
    ].sort();
    const domains = () => knownTrustDomains(mesh, props.trustDomains ?? []);
    const guards = [injectionGuard(mesh), socketGuard(mesh, trusted), principalGuard(domains)];
    this.policies = guards.map((guard) => this.add(guard, action));
    this.node.addValidation({ validate: () => refusedPolicies(mesh, domains()) });
  }

  private add(guard: Guard, action: GuardAction): ApiObject {
    const { name, resource, operations, namespaces, variables } = guard;
    const policy = addObject(this, name, {
      apiVersion: ADMISSION_V1,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      // Namespaces may join the mesh after this was made.
      spec: Lazy.any({
        produce: () => ({
          failurePolicy: 'Fail',
          matchConstraints: {
            ...(namespaces && {
              namespaceSelector: {
                matchExpressions: [
                  { key: NAMESPACE_NAME_LABEL, operator: namespaces.operator, values: namespaces.values() },
                ],
              },
            }),
            resourceRules: [
              {
                apiGroups: [resource.group],
                apiVersions: resource.versions,
                operations,
                resources: [resource.resource],
                // What the API server would fill in: kubectl compares lists as a whole, and would report a change each time.
                scope: '*',
              },
            ],
          },
          ...(variables && { variables }),
          validations: guard.validations().map((one) => ({ ...one, reason: 'Forbidden' })),
        }),
      }),
    });
    addObject(this, `${name}-binding`, {
      apiVersion: ADMISSION_V1,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: [action] },
    });
    return policy;
  }
}

const PODS = { group: '', versions: ['v1'], resource: 'pods' };

function injectionGuard(mesh: TeleportMesh): Guard {
  const templates = (['sidecar', 'gateway'] as const).map((stock) => mesh.overlay.templatesFor(stock));
  return {
    name: 'teleport-istio-injection',
    resource: PODS,
    operations: ['CREATE'],
    namespaces: { operator: 'In', values: () => mesh.injectedNamespaces },
    variables: [
      { name: 'labels', expression: 'object.metadata.?labels.orValue({})' },
      { name: 'annotations', expression: 'object.metadata.?annotations.orValue({})' },
      { name: 'account', expression: "object.spec.?serviceAccountName.orValue('')" },
      {
        // istiod writes these pods whole, and says itself that they are not to be injected.
        name: 'gateway',
        expression: `variables.labels[?'${GATEWAY_NAME_LABEL}'].orValue('')`,
      },
      {
        name: 'isGateway',
        expression: "variables.gateway != '' && variables.account == variables.gateway + '-istio'",
      },
    ],
    validations: () => [
      {
        expression: `variables.isGateway || [variables.labels, variables.annotations].all(each, each[?${cel(POD_INJECTION_LABEL)}].orValue('true') == 'true')`,
        message: `Pods of the mesh cannot opt out of injection: leave ${POD_INJECTION_LABEL} out, or set it to "true".`,
      },
      {
        expression: '!object.spec.?hostNetwork.orValue(false)',
        message: 'Pods on the host network get no sidecar, and so stay out of the mesh: leave hostNetwork out.',
      },
      {
        expression: `variables.annotations[?${cel(TEMPLATES_ANNOTATION)}].orValue(${cel(templates[0] as string)}) in ${celList(templates)}`,
        message: `Only ${templates.map((list) => `"${list}"`).join(' and ')} give pods an identity from Teleport: leave ${TEMPLATES_ANNOTATION} out.`,
      },
      {
        expression: "!(variables.account in ['', 'default'])",
        message: 'Pods of the mesh need a ServiceAccount of their own: all that run as "default" would be one caller.',
      },
    ],
  };
}

function socketGuard(mesh: TeleportMesh, trusted: readonly string[]): Guard {
  const { socket } = mesh;
  return {
    name: 'teleport-istio-socket',
    resource: PODS,
    operations: ['CREATE'],
    namespaces: { operator: 'NotIn', values: () => trusted },
    variables: [{ name: 'volumes', expression: 'object.spec.?volumes.orValue([])' }],
    validations: () => [hostPathValidation(mesh, socket), ...driverValidations(mesh, socket)],
  };
}

function hostPathValidation(mesh: TeleportMesh, socket: WorkloadApiSocket): Validation {
  const pattern = cel(hostPathPattern(socket.directory));
  const clean = `variables.volumes.all(v, !has(v.hostPath) || !v.hostPath.path.matches(${pattern}))`;
  const message = `Pods do not mount ${socket.directory}, or a directory above it, from their node: the socket of the Workload API is there.`;
  if (socket.delivery === 'csi') return { expression: clean, message };
  // There the directory itself is what enrolled pods mount.
  const own = `request.namespace in ${celList(mesh.identity.namespaces)} && variables.volumes.all(v, !has(v.hostPath) || v.hostPath.path == ${cel(socket.directory)} || !v.hostPath.path.matches(${pattern}))`;
  return { expression: `${clean} || (${own})`, message };
}

function driverValidations(mesh: TeleportMesh, { driverName }: WorkloadApiSocket): readonly Validation[] {
  if (driverName === undefined) return [];
  return [
    {
      expression: `request.namespace in ${celList(mesh.identity.namespaces)} || variables.volumes.all(v, !has(v.csi) || v.csi.driver != ${cel(driverName)})`,
      message: `Volumes of ${driverName} are for namespaces of the mesh: Teleport issues no identities to pods of others.`,
    },
  ];
}

function principalGuard(domains: () => readonly string[]): Guard {
  const isKnown = (list: string) =>
    `object.spec.?rules.orValue([]).all(r, r.?from.orValue([]).all(f, f.?source.?${list}.orValue([]).all(p, p == '*' || ${celList(domains().map((name) => `${name}/`))}.exists(d, p.startsWith(d)))))`;
  return {
    name: 'teleport-istio-principals',
    resource: { group: ISTIO_SECURITY, versions: ['v1', 'v1beta1'], resource: 'authorizationpolicies' },
    operations: ['CREATE', 'UPDATE'],
    // Services may let clients of another trust domain in after this was made.
    validations: () =>
      PRINCIPAL_LISTS.map((list) => ({
        expression: isKnown(list),
        message: `${list} begin with a trust domain of the mesh and a slash (${domains().join(', ')}), or are "*".`,
      })),
  };
}

const PRINCIPAL_LISTS = ['principals', notForm('principals')];

function knownTrustDomains(mesh: TeleportMesh, others: readonly TrustDomain[]): readonly string[] {
  const known = [mesh.cluster.trustDomain, ...mesh.istio.trustDomainAliases, ...others].map(String);
  // Istio puts the mesh's trust domain in the place of the last one.
  return [...new Set([...known, ...mesh.clientTrustDomains, DEFAULT_TRUST_DOMAIN])].sort();
}

/** The policies of the app that the API server would refuse, as faults; nothing in an app of several meshes, whose policies look alike. */
function refusedPolicies(mesh: TeleportMesh, domains: readonly string[]): string[] {
  const all = mesh.node.root.node.findAll();
  // To cdk8s every chart is an instance of every kind of chart.
  if (all.some((one) => 'clientTrustDomains' in one && one !== mesh)) return [];
  const isKnown = (text: string) => text === '*' || domains.some((name) => text.startsWith(`${name}/`));
  return all.flatMap((one) => {
    if (!ApiObject.isApiObject(one) || one.kind !== 'AuthorizationPolicy') return [];
    const sources = listAt(one.toJson(), 'spec', 'rules').flatMap((rule) => listAt(rule, 'from'));
    const named = sources.flatMap((from) => PRINCIPAL_LISTS.flatMap((list) => scalarTextsAt(from, 'source', list)));
    const stranger = named.find((text) => !isKnown(text));
    return stranger === undefined
      ? []
      : [
          `the API server would reject ${one.node.path}: ${JSON.stringify(stranger)} is in a trust domain that the guards do not accept. Fix: add TrustDomain.parse(${JSON.stringify(stranger.split('/', 1)[0])}) to trustDomains, or correct the policy`,
        ];
  });
}

function checkRelease(where: string, target: Target): void {
  if (target.has('hasAdmissionPolicies')) return;
  throw new InvalidInputError({
    where,
    problem: 'the API server does not have ValidatingAdmissionPolicy v1 yet, and would reject the guards',
    value: `Kubernetes ${target.kubernetes}`,
    allowed: `Kubernetes ${RELEASE_FACTS.hasAdmissionPolicies}`,
    fix: 'upgrade Kubernetes and set kubernetes: { version }, or remove AdmissionGuards',
  });
}

/** A text as CEL writes it. */
function cel(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

function celList(texts: readonly string[]): string {
  return `[${texts.map(cel).join(', ')}]`;
}
