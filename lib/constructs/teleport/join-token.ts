import { InvalidInputError } from '../../base/invalid-input-error';
import { checkNamespace, checkObjectName } from '../../upstream/kubernetes/names';
import type { KubernetesJoin } from './kubernetes-join';
import { type BotReference, TeleportBot } from './teleport-bot';
import type { TeleportCluster } from './teleport-cluster';
import { checkResourceName, type TctlDocument, type TeleportResource } from './teleport-resource';

/** The ServiceAccount that a tbot pod runs as. */
export interface ServiceAccountReference {
  /** Namespace of the ServiceAccount and of the pod. */
  readonly namespace: string;
  /** Name of the ServiceAccount. */
  readonly name: string;
}

/** Which ServiceAccounts may join as which bot. */
export interface JoinTokenProps {
  /** Name of the token. It is not a secret, because joining also needs a ServiceAccount token. */
  readonly name: string;
  /** The cluster to join. */
  readonly cluster: TeleportCluster;
  /** The bot that tbot joins as. */
  readonly bot: TeleportBot | BotReference;
  /** How Teleport verifies the ServiceAccount token. */
  readonly join: KubernetesJoin;
  /** ServiceAccounts that may join. Teleport compares full names, without wildcards. */
  readonly serviceAccounts: readonly ServiceAccountReference[];
}

/** Teleport's `token` for tbot in Kubernetes: lets pods with certain ServiceAccounts join as a bot. */
export class JoinToken implements TeleportResource {
  /** Teleport's word for what this is. */
  public readonly kind = 'token';
  /** The join method, as tbot spells it. */
  public readonly method = 'kubernetes';
  /** Name of the token, which tbot sends when it joins. */
  public readonly name: string;
  /** The cluster to join; its name is the audience that the ServiceAccount token must have. */
  public readonly cluster: TeleportCluster;
  /** The bot that tbot joins as. */
  public readonly bot: BotReference;
  /** How Teleport verifies the ServiceAccount token. */
  public readonly join: KubernetesJoin;
  /** ServiceAccounts that may join, sorted by namespace and name. */
  public readonly serviceAccounts: readonly ServiceAccountReference[];
  /** The bot, if this program creates it. */
  public readonly references: readonly TeleportResource[];
  private readonly where: string;

  /**
   * @throws InvalidInputError if no ServiceAccount may join, a name is not valid, or the join type cannot work with the
   * cluster
   */
  public constructor(props: JoinTokenProps) {
    this.where = `JoinToken ${props.name}`;
    checkResourceName(this.where, props.name);
    props.join.checkWith(this.where, props.cluster);
    checkServiceAccounts(this.where, props.serviceAccounts);
    this.name = props.name;
    this.cluster = props.cluster;
    this.bot = props.bot;
    this.join = props.join;
    this.serviceAccounts = [...props.serviceAccounts].sort((a, b) => (qualifiedName(a) < qualifiedName(b) ? -1 : 1));
    this.references = props.bot instanceof TeleportBot ? [props.bot] : [];
  }

  /** Whether the token cannot be written yet, because the cluster's keys are missing. */
  public get needsJwks(): boolean {
    return this.join.type === 'static_jwks' && this.join.jwks === undefined;
  }

  /**
   * The document for `tctl create -f`.
   *
   * @throws InvalidInputError if it {@link JoinToken.needsJwks | needs the cluster's keys}
   */
  public toTctlDocument(): TctlDocument {
    const allow = [...new Set(this.serviceAccounts.map(qualifiedName))].map((account) => ({
      service_account: account,
    }));
    return {
      kind: this.kind,
      version: 'v2',
      metadata: { name: this.name },
      spec: {
        roles: ['Bot'],
        bot_name: this.bot.name,
        join_method: this.method,
        kubernetes: { type: this.join.type, ...this.keySource(), allow },
      },
    };
  }

  private keySource(): object {
    const { type, jwks, issuer } = this.join;
    if (type === 'oidc') return { oidc: { issuer } };
    if (type === 'in_cluster') return {};
    if (jwks === undefined) {
      throw new InvalidInputError({
        where: this.where,
        problem: 'the public keys of the Kubernetes cluster are not known',
        allowed: 'KubernetesJoin.staticJwks with the keys',
        fix: 'save "kubectl get --raw /openid/v1/jwks" as jwks.json and pass Jwks.fromFile("jwks.json")',
      });
    }
    return { static_jwks: { jwks: jwks.toString() } };
  }
}

function checkServiceAccounts(where: string, serviceAccounts: readonly ServiceAccountReference[]): void {
  if (serviceAccounts.length === 0) {
    throw new InvalidInputError({
      where,
      problem: 'no ServiceAccount may join',
      value: serviceAccounts,
      allowed: 'at least one { namespace, name }',
    });
  }
  for (const account of serviceAccounts) {
    checkNamespace(where, account.namespace);
    checkObjectName(where, account.name);
  }
}

function qualifiedName({ namespace, name }: ServiceAccountReference): string {
  return `${namespace}:${name}`;
}
