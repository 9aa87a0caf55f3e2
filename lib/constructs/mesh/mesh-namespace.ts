import { type ApiObject, Chart } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import type { PodSecurityLevel } from '../../upstream/kubernetes/pod-security';
import { MeshApp } from '../app/mesh-app';
import { AuthorizationPolicy } from '../istio/policy/authorization-policy';
import { PolicyScope } from '../istio/policy/policy-scope';
import type { MtlsMode } from '../istio/traffic/mtls-mode';
import { PeerAuthentication } from '../istio/traffic/peer-authentication';
import { nameObjects } from '../kubernetes/object-labels';
import { adoptedId, MeshService } from '../service/mesh-service';
import type { MeshServiceProps } from '../service/mesh-service-props';
import type { DestinationRulesMode } from '../service/service-destination-rule';
import type { IServiceNamespace } from '../service/service-namespace';
import { deployService } from '../service/service-objects';
import { checkSameApp } from './mesh-checks';
import type { NamespaceOptions } from './namespace-labels';
import { allowPlaintext, modeOf, type PlaintextCallers, plaintextNotice } from './plaintext-callers';
import type { TeleportMesh } from './teleport-mesh';

/** A namespace whose pods are all part of the mesh. */
export interface MeshNamespaceProps extends NamespaceOptions {
  /** The mesh that the namespace belongs to. */
  readonly mesh: TeleportMesh;
  /**
   * Kubernetes name.
   *
   * @default - the id of the construct
   */
  readonly name?: string;
  /**
   * Which connections its pods accept.
   *
   * @default MtlsMode.STRICT
   */
  readonly mtls?: MtlsMode;
  /**
   * Callers that may still use plain text while they are migrated into the mesh: everyone, or pods with these addresses
   * and CIDRs. While it is set, every port accepts plain text in addition to mTLS, and these plaintext callers are
   * allowed everything; for callers with an identity, `calls` still applies. `teleport-istio access --against` shows
   * which access its removal denies.
   *
   * @default - nobody
   */
  readonly plaintextFrom?: PlaintextCallers;
  /**
   * For which services a DestinationRule makes clients use mTLS. Istio does this automatically in most cases; `always`
   * writes a rule for every service, for a mesh without automatic mTLS.
   *
   * @default 'where-needed' - headless services, and those that accept mTLS in a namespace that does not
   */
  readonly destinationRules?: DestinationRulesMode;
}

/**
 * A namespace of the mesh: its pods are injected, get identities from Teleport, and deny all calls by default.
 *
 * Workloads are written to the chart itself, policies to {@link MeshNamespace.policies}, so that each can be applied
 * separately.
 */
export class MeshNamespace extends Chart implements IServiceNamespace {
  /** The mesh that it belongs to. */
  public readonly mesh: TeleportMesh;
  /** Kubernetes name. */
  public readonly name: string;
  /** Which connections its pods accept. */
  public readonly mtls: MtlsMode;
  /** Pod Security level that the API server enforces; undefined if it is not set. */
  public readonly podSecurity: PodSecurityLevel | undefined;
  /** For which services a DestinationRule is written. */
  public readonly destinationRules: DestinationRulesMode;
  /** The chart that holds its policies. */
  public readonly policies: Chart;
  /** The Namespace object, for patches. */
  public readonly namespaceObject: ApiObject;
  /** The mTLS mode of the namespace. */
  public readonly peerAuthentication: PeerAuthentication;
  /** Denies everything in the namespace that no other policy allows. */
  public readonly denyByDefault: AuthorizationPolicy;
  /** The policy that allows plaintext callers; undefined if there are none. */
  public readonly plaintextPolicy: AuthorizationPolicy | undefined;

  /**
   * @throws InvalidInputError if Kubernetes would refuse the name or a label, or if the mesh is part of another app, if an address is not
   * valid, or if `mtls` contradicts `plaintextFrom`
   */
  public constructor(scope: Construct, id: string, props: MeshNamespaceProps) {
    super(scope, id);
    if (props?.mesh === undefined) throw withoutMesh(this.node.path);
    this.mesh = props.mesh;
    checkSameApp(this.mesh, this);
    this.name = props.name ?? id;
    this.mtls = modeOf(this.node.path, props);
    this.podSecurity = props.podSecurity;
    this.destinationRules = props.destinationRules ?? 'where-needed';
    this.namespaceObject = this.mesh.addNamespace(this.name, props);
    this.policies = new Chart(scope, `${id}-policies`);
    nameObjects(this.policies, this.name);
    const everywhere = PolicyScope.namespace(this.name);
    // In the same chart services have their names as ids, which begin in lower case.
    this.peerAuthentication = new PeerAuthentication(this.policies, 'Mtls', { scope: everywhere, mtls: this.mtls });
    this.denyByDefault = new AuthorizationPolicy(this.policies, 'DenyByDefault', {
      name: 'deny-by-default',
      scope: everywhere,
      action: 'ALLOW',
      rules: 'nothing',
    });
    if (props.plaintextFrom !== undefined) {
      this.plaintextPolicy = allowPlaintext(this.policies, this.name, props.plaintextFrom);
      MeshApp.of(this).addNotice(plaintextNotice(this.name, props.plaintextFrom));
    }
  }

  /** The services, in the order they were added. */
  public get services(): readonly MeshService[] {
    return this.node.children.filter(isService);
  }

  /**
   * A service by its name.
   *
   * @throws InvalidInputError listing the existing services
   */
  public service(name: string): MeshService {
    const service = [name, adoptedId(name)].map((id) => this.node.tryFindChild(id)).find(isService);
    if (service === undefined) {
      throw new InvalidInputError({
        where: this.node.path,
        problem: 'the namespace has no service with this name',
        value: name,
        allowed: this.services.map((candidate) => candidate.name).join(', ') || 'a service that was already added',
      });
    }
    return service;
  }

  /**
   * Deploys a service with its own identity.
   *
   * @throws InvalidInputError if the service already exists, if Kubernetes would reject a name or label, or if another
   * workload has the same identity
   */
  public addService(name: string, props: MeshServiceProps): MeshService {
    if (this.node.tryFindChild(name) !== undefined) {
      throw new InvalidInputError({
        where: this.node.path,
        problem: 'the namespace already has an object with this name',
        value: name,
        allowed: 'a different name for each service',
        fix: `use the existing service: service('${name}')`,
      });
    }
    return new MeshService(this, name, props, (scope) => deployService(scope, this, name, props));
  }
}

function isService(construct: IConstruct | undefined): construct is MeshService {
  return construct instanceof MeshService;
}

function withoutMesh(where: string): InvalidInputError {
  return new InvalidInputError({
    where,
    problem: 'the namespace does not belong to a mesh',
    allowed: 'the TeleportMesh of the same app, as "mesh"',
    fix: 'pass { mesh }, created by new TeleportMesh(…)',
  });
}
