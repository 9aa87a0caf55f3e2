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
import type { NamespaceOptions } from './namespace-labels';
import { allowPlaintext, modeOf, type PlaintextCallers, plaintextNotice } from './plaintext-callers';
import type { TeleportMesh } from './teleport-mesh';

/** A namespace whose pods are all part of the mesh. */
export interface MeshNamespaceProps extends NamespaceOptions {
  /** The mesh that the namespace is part of. */
  readonly mesh: TeleportMesh;
  /**
   * Kubernetes name.
   *
   * @default - the id of the construct
   */
  readonly name?: string;
  /**
   * Which connections its pods take.
   *
   * @default MtlsMode.STRICT
   */
  readonly mtls?: MtlsMode;
  /**
   * Who may still come in plain text while callers move into the mesh: everybody, or the pods of these addresses and blocks. Until it is
   * left out every port takes plain text beside mTLS, and whoever comes so is allowed everything; callers with an identity are
   * allowed what `calls` says, as ever. `teleport-istio access --against` shows what closes with it.
   *
   * @default - nobody
   */
  readonly plaintextFrom?: PlaintextCallers;
  /**
   * For which services a DestinationRule tells clients to use mTLS. Istio decides that by itself nearly everywhere; with
   * `always` it is written down for every service, for a mesh without automatic mTLS.
   *
   * @default 'where-needed' - headless services, and those that take mTLS in a namespace that does not
   */
  readonly destinationRules?: DestinationRulesMode;
}

/**
 * A namespace of the mesh: injected, allowed to get identities from Teleport, closed by default.
 *
 * Workloads go to the chart itself, policies to {@link MeshNamespace.policies}, so that either can be applied alone.
 */
export class MeshNamespace extends Chart implements IServiceNamespace {
  /** The mesh it is part of. */
  public readonly mesh: TeleportMesh;
  /** Kubernetes name. */
  public readonly name: string;
  /** Which connections its pods take. */
  public readonly mtls: MtlsMode;
  /** Pod Security level that the API server enforces; undefined if the namespace does not say. */
  public readonly podSecurity: PodSecurityLevel | undefined;
  /** For which services a DestinationRule is written. */
  public readonly destinationRules: DestinationRulesMode;
  /** The chart that holds its policies. */
  public readonly policies: Chart;
  /** The Namespace object, for patches. */
  public readonly namespaceObject: ApiObject;
  /** The mTLS mode of the namespace. */
  public readonly peerAuthentication: PeerAuthentication;
  /** Closes the namespace to all that no other policy opens. */
  public readonly denyByDefault: AuthorizationPolicy;
  /** What lets callers in plain text in; undefined unless some still come so. */
  public readonly plaintextPolicy: AuthorizationPolicy | undefined;

  /**
   * @throws InvalidInputError if Kubernetes would refuse the name or a label, or if the mesh is part of another app, if an address is not
   * valid, or if `mtls` contradicts `plaintextFrom`
   */
  public constructor(scope: Construct, id: string, props: MeshNamespaceProps) {
    super(scope, id);
    if (props?.mesh === undefined) throw withoutMesh(this.node.path);
    this.mesh = props.mesh;
    this.mesh.checkSameApp(this);
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
   * @throws InvalidInputError listing the services there are
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
   * Deploys a service with an identity of its own.
   *
   * @throws InvalidInputError if there is such a service already, if Kubernetes would refuse a name or label, or if another
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
