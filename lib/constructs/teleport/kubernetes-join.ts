import { InvalidInputError } from '../../base/invalid-input-error';
import type { KubernetesJoinType } from '../../upstream/teleport/join-methods';
import type { Jwks } from './jwks';
import type { TeleportCluster } from './teleport-cluster';

/** How Teleport verifies the ServiceAccount token that tbot joins with. */
export class KubernetesJoin {
  /**
   * With the public keys of the Kubernetes API server, copied into the join token. Works with any cluster, even one
   * that Teleport cannot reach; when the cluster rotates its keys, the token must be created again.
   *
   * @param jwks the keys; without them everything but the join token can be written
   */
  public static staticJwks(jwks?: Jwks): KubernetesJoin {
    return new KubernetesJoin('static_jwks', jwks, undefined);
  }

  /**
   * With the keys at the cluster's public issuer, which EKS, GKE and AKS have. No change is needed when the cluster
   * rotates its keys.
   *
   * @param issuer the `issuer` of the cluster's `/.well-known/openid-configuration`, exactly as printed
   * @throws InvalidInputError if it is not an `https` URL
   */
  public static oidc(issuer: string): KubernetesJoin {
    const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
    if (url?.protocol !== 'https:' || url.username !== '' || url.search !== '' || url.hash !== '') {
      throw new InvalidInputError({
        where: 'KubernetesJoin.oidc',
        problem: 'the issuer is not a valid https URL',
        value: issuer,
        allowed: 'a URL with "https://", without user, query and fragment',
        fix: 'use the "issuer" that "kubectl get --raw /.well-known/openid-configuration" prints',
      });
    }
    return new KubernetesJoin('oidc', undefined, issuer);
  }

  /**
   * With a token review by the Kubernetes API server, which only an Auth Service that runs in the same cluster can
   * request.
   */
  public static inCluster(): KubernetesJoin {
    return new KubernetesJoin('in_cluster', undefined, undefined);
  }

  private constructor(
    /** How the token is verified. */
    public readonly type: KubernetesJoinType,
    /** Only with `static_jwks`, and there only once they are known. */
    public readonly jwks: Jwks | undefined,
    /** Only with `oidc`. */
    public readonly issuer: string | undefined,
  ) {}

  /**
   * Rejects what cannot work with the cluster.
   *
   * @throws InvalidInputError for `in_cluster` with Teleport Cloud, whose Auth Service runs elsewhere
   */
  public checkWith(where: string, cluster: TeleportCluster): void {
    if (this.type === 'in_cluster' && cluster.edition === 'cloud') {
      throw new InvalidInputError({
        where,
        problem: 'the Auth Service of Teleport Cloud cannot ask this cluster to review tokens',
        value: this.type,
        allowed: 'KubernetesJoin.staticJwks or KubernetesJoin.oidc',
        fix: 'use KubernetesJoin.staticJwks(Jwks.fromFile(…)), or .oidc(…) if the issuer is public',
      });
    }
  }
}
