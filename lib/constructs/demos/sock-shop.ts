import type { Construct } from 'constructs';
import { VariantChart } from '../app/variant-chart';
import { AuthorizationPolicy } from '../istio/policy/authorization-policy';
import { PolicyScope } from '../istio/policy/policy-scope';
import { MtlsMode } from '../istio/traffic/mtls-mode';
import { PeerAuthentication } from '../istio/traffic/peer-authentication';
import { nameObjects } from '../kubernetes/object-labels';
import { MeshNamespace, type MeshNamespaceProps } from '../mesh/mesh-namespace';
import { FRONT_END_REQUESTS, SOCK_SHOP_CALLS } from './sock-shop-calls';
import { SOCK_SHOP_SERVICES, type SockShopService } from './sock-shop-services';

/** How much of the shop is deployed. */
export enum SockShopEdition {
  /** All fourteen services: the complete shop, from login to shipping. */
  FULL = 'FULL',
  /**
   * Six services: browsing and the cart. Logging in and checking out fail, because user, payment and shipping are
   * missing.
   */
  DEMO = 'DEMO',
}

/** What a {@link SockShop} needs to know. */
export interface SockShopProps extends MeshNamespaceProps {
  /**
   * Which Sock Shop is deployed.
   *
   * @default SockShopEdition.FULL
   */
  readonly edition?: SockShopEdition;
}

const DEMO_SERVICES: readonly SockShopService[] = [
  'front-end',
  'catalogue',
  'catalogue-db',
  'carts',
  'carts-db',
  'orders',
];

/**
 * Weaveworks' Sock Shop with an identity for every service, strict mTLS, and only the calls allowed that it makes.
 *
 * In addition to the charts of each {@link MeshNamespace}, it writes two variants: `<id>-deny-all`, which denies every
 * call, and `<id>-permissive-mtls`, which also accepts plain text while a namespace is migrated into the mesh.
 */
export class SockShop extends MeshNamespace {
  /** How much of the shop is deployed. */
  public readonly edition: SockShopEdition;

  /**
   * @throws InvalidInputError if the mesh has no ingress gateway, through which customers come
   */
  public constructor(scope: Construct, id: string, props: SockShopProps) {
    super(scope, id, props);
    this.edition = props.edition ?? SockShopEdition.FULL;
    this.deployServices();
    this.allowCalls();
    this.service('front-end').exposeThrough(this.mesh.ingressGateway, { requests: FRONT_END_REQUESTS });
    this.addVariants(scope, id);
  }

  private has(name: SockShopService): boolean {
    return this.edition === SockShopEdition.FULL || DEMO_SERVICES.includes(name);
  }

  private deployServices(): void {
    for (const [name, props] of Object.entries(SOCK_SHOP_SERVICES) as [
      SockShopService,
      (typeof SOCK_SHOP_SERVICES)[SockShopService],
    ][]) {
      if (!this.has(name)) continue;
      // Without session-db the sessions live in front-end's memory, which one pod is enough for.
      const sessions = name === 'front-end' && this.has('session-db');
      this.addService(name, sessions ? { ...props, env: [{ name: 'SESSION_REDIS', value: 'true' }] } : props);
    }
  }

  private allowCalls(): void {
    for (const { from, to, requests = [] } of SOCK_SHOP_CALLS) {
      if (this.has(from) && this.has(to)) this.service(from).calls(this.service(to), ...requests);
    }
  }

  private addVariants(scope: Construct, id: string): void {
    const everywhere = PolicyScope.namespace(this.name);
    // DENY, and not an ALLOW without rules: that one is part of the shop already and opens nothing, but closes nothing
    // either that another ALLOW opens.
    new AuthorizationPolicy(this.variant(scope, `${id}-deny-all`), 'deny-all', {
      name: 'deny-all',
      scope: everywhere,
      action: 'DENY',
      rules: 'everything',
    });
    // Takes the place of the namespace's own by having its name: of two, Istio would follow the older.
    new PeerAuthentication(this.variant(scope, `${id}-permissive-mtls`), 'mtls', {
      scope: everywhere,
      mtls: MtlsMode.PERMISSIVE,
    });
  }

  private variant(scope: Construct, id: string): VariantChart {
    const chart = new VariantChart(scope, id);
    nameObjects(chart, this.name);
    return chart;
  }
}
