import type { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { merged } from '../../base/merged';
import {
  IGNORED_NAMESPACES,
  NATIVE_SIDECAR_ANNOTATION,
  POD_INJECTION_LABEL,
  TEMPLATES_ANNOTATION,
} from '../../upstream/istio/injection';
import { END_PROXY_REQUEST } from '../../upstream/istio/scrape-annotations';
import { checkNamespace, checkObjectName } from '../../upstream/kubernetes/names';
import { RELEASE_FACTS } from '../../upstream/releases/release-facts';
import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import { ENDS_PROXY_ANNOTATION } from '../../upstream/teleport/mesh-names';
import type { InjectionOverlay } from '../istio/installation/injection-overlay';
import type { NativeSidecars } from '../istio/installation/native-sidecars';
import { addObject } from '../kubernetes/kubernetes-object';
import { nameLabel } from '../kubernetes/object-labels';
import { EnrolledWorkload } from './enrolled-workload';
import { type EnrollableWorkload, type PodTemplate, podTemplateOf } from './pod-template';

/** Options of {@link TeleportMesh.enroll}. */
export interface EnrollOptions {
  /**
   * ServiceAccount that the pods run as; it must exist.
   *
   * @default - the workload's own, or else one that is created with the workload's name
   */
  readonly serviceAccountName?: string;
  /**
   * States that this workload intentionally shares a ServiceAccount with another one: to policies, the two are the same
   * caller.
   *
   * @default false
   */
  readonly shareIdentity?: boolean;
  /**
   * States that a container of the Job ends the proxy itself, with `POST http://127.0.0.1:15020/quitquitquit`. Required
   * only for releases without native sidecars, where the proxy, and so the Job, would never end. The pods get the
   * annotation `teleport-istio.dev/ends-proxy: "true"`, which documents this for readers and the checker.
   *
   * @default false
   */
  readonly endsSidecar?: boolean;
}

/** What enrollment needs to know of its mesh. */
export interface EnrollmentContext {
  readonly trustDomain: TrustDomain;
  readonly overlay: InjectionOverlay;
  /** Which pods have a proxy that ends with them. */
  readonly nativeSidecars: NativeSidecars;
}

/** Who is part of a mesh: gives workloads their sidecar and identity, and keeps every identity to one of them. */
export class Enrollment {
  private readonly byIdentity = new Map<string, { readonly owner: IConstruct; readonly shared: boolean }>();
  private readonly byConstruct = new Map<IConstruct, EnrolledWorkload>();

  public constructor(private readonly context: EnrollmentContext) {}

  /** The mesh's trust domain. */
  public get trustDomain(): TrustDomain {
    return this.context.trustDomain;
  }

  /**
   * Adds what a workload lacks: a ServiceAccount, the injection label and the template annotation.
   *
   * @throws InvalidInputError if the pods could get no sidecar, if it was enrolled before, or if another workload has the same identity
   */
  public enroll(workload: EnrollableWorkload, options: EnrollOptions = {}): EnrolledWorkload {
    const known = this.byConstruct.get(workload);
    if (known !== undefined) throw enrolledAlready(workload.node.path, known);
    const account = { scope: workload.node.scope as Construct, id: `${workload.node.id}-service-account` };
    return this.enrollTemplate(workload, podTemplateOf(workload), account, options);
  }

  /**
   * Like {@link Enrollment.enroll}, for a workload whose manifest is still being made.
   *
   * @param owner the construct that stands for the workload
   * @param account where its ServiceAccount goes if one is made
   */
  public enrollTemplate(
    owner: IConstruct,
    template: PodTemplate,
    account: { readonly scope: Construct; readonly id: string },
    options: EnrollOptions,
  ): EnrolledWorkload {
    const where = owner.node.path;
    const namespace = checkInjectable(where, template, this.context.overlay);
    const given = options.serviceAccountName ?? template.serviceAccountName;
    const serviceAccountName = given ?? template.name;
    if (serviceAccountName === 'default') throw defaultAccount(where);
    checkObjectName(where, serviceAccountName);

    const labels = { [POD_INJECTION_LABEL]: 'true' };
    const annotations = {
      [TEMPLATES_ANNOTATION]: this.context.overlay.templatesFor('sidecar'),
      ...(template.endsByItself && this.annotationsToEnd(where, options.endsSidecar ?? false)),
    };
    template.add({ labels, annotations, serviceAccountName });
    const enrolled = new EnrolledWorkload({
      name: template.name,
      namespace,
      serviceAccountName,
      labels: merged(template.labels, labels),
      trustDomain: this.context.trustDomain,
      owner,
      ...(given === undefined
        ? { serviceAccount: addServiceAccount(account, namespace, serviceAccountName, template.name) }
        : undefined),
    });
    this.claim(owner, enrolled.identity, options.shareIdentity ?? false);
    this.byConstruct.set(owner, enrolled);
    return enrolled;
  }

  /**
   * What a workload became when it was enrolled.
   *
   * @throws InvalidInputError if it was not: then it has no identity that a policy could name
   */
  public of(workload: EnrollableWorkload): EnrolledWorkload {
    const enrolled = this.byConstruct.get(workload);
    if (enrolled === undefined) {
      throw new InvalidInputError({
        where: workload.node.path,
        problem: 'the workload is not enrolled in the mesh, so it has no identity that a policy could name',
        allowed: 'enrolled workloads',
        fix: 'call mesh.enroll(workload) first',
      });
    }
    return enrolled;
  }

  /**
   * What lets the pods of a Job end.
   *
   * @throws InvalidInputError if nothing does
   */
  private annotationsToEnd(where: string, endsSidecar: boolean): Readonly<Record<string, string>> {
    const { nativeSidecars } = this.context;
    if (nativeSidecars === 'on-request') return { [NATIVE_SIDECAR_ANNOTATION]: 'true' };
    if (nativeSidecars === 'none' && !endsSidecar) {
      const { attestsNativeSidecars, hasNativeSidecars } = RELEASE_FACTS;
      throw new InvalidInputError({
        where,
        problem: 'the proxy would keep running after the Job’s containers end, so the Job would never complete',
        allowed: `Kubernetes ${hasNativeSidecars} with tbot ${attestsNativeSidecars}; or endsSidecar: true`,
        fix: `upgrade, or end the proxy with ${END_PROXY_REQUEST} and set endsSidecar: true`,
      });
    }
    // What the container does is in its image, so only this tells readers and checks of the files.
    if (nativeSidecars === 'none') return { [ENDS_PROXY_ANNOTATION]: 'true' };
    return {};
  }

  private claim(owner: IConstruct, identity: SpiffeId, shared: boolean): void {
    const earlier = this.byIdentity.get(identity.toString());
    if (earlier !== undefined && !(earlier.shared && shared)) {
      throw new InvalidInputError({
        where: owner.node.path,
        problem: `${earlier.owner.node.path} has the same identity`,
        value: identity.toString(),
        allowed: 'one ServiceAccount for each workload, or shareIdentity: true on each workload that shares one',
        fix: 'give it its own ServiceAccount',
      });
    }
    this.byIdentity.set(identity.toString(), { owner, shared });
  }
}

function checkInjectable(where: string, template: PodTemplate, overlay: InjectionOverlay): string {
  const refuse = (problem: string, value: unknown, allowed: string, fix: string) =>
    new InvalidInputError({ where, problem, value, allowed, fix });

  const { namespace, annotations } = template;
  if (namespace === undefined) {
    throw refuse(
      'the workload has no namespace',
      undefined,
      'an explicit metadata.namespace',
      'set metadata.namespace',
    );
  }
  checkNamespace(where, namespace);
  if (IGNORED_NAMESPACES.has(namespace)) {
    throw refuse(
      'istiod never injects proxies into this namespace',
      namespace,
      'any other namespace',
      'move the workload',
    );
  }
  if (template.hostNetwork) {
    throw refuse('pods on the host network get no sidecar', true, 'hostNetwork: false', 'remove hostNetwork');
  }
  if (template.labels[POD_INJECTION_LABEL] === 'false' || annotations[POD_INJECTION_LABEL] === 'false') {
    throw refuse(
      `the pod disables injection with ${POD_INJECTION_LABEL}`,
      'false',
      '"true", or no such label',
      'remove it, or do not enroll the workload',
    );
  }
  const templates = annotations[TEMPLATES_ANNOTATION];
  if (templates !== undefined && templates !== overlay.templatesFor('sidecar')) {
    throw refuse(
      `the pod names other templates in ${TEMPLATES_ANNOTATION}`,
      templates,
      overlay.templatesFor('sidecar'),
      'remove the annotation: enrollment sets it',
    );
  }
  return namespace;
}

function enrolledAlready(where: string, { identity }: EnrolledWorkload): InvalidInputError {
  return new InvalidInputError({
    where,
    problem: 'the workload is already enrolled',
    value: identity.toString(),
    allowed: 'one call of either enroll or MeshService.from for each workload',
    fix: 'use what the first call returned; MeshService.from also enrolls',
  });
}

function defaultAccount(where: string): InvalidInputError {
  return new InvalidInputError({
    where,
    problem: 'every pod without its own ServiceAccount runs as "default", so all would be one caller',
    value: 'default',
    allowed: 'its own ServiceAccount',
    fix: 'remove serviceAccountName; a ServiceAccount with the workload’s name is created then',
  });
}

/** The proxy brings a projected token of its own, so nothing needs the account's. */
function addServiceAccount(
  place: { readonly scope: Construct; readonly id: string },
  namespace: string,
  name: string,
  workload: string,
): ApiObject {
  return addObject(place.scope, place.id, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, labels: nameLabel(workload) },
    automountServiceAccountToken: false,
  });
}
