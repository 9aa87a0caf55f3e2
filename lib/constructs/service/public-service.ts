import { type ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { addObject } from '../kubernetes/kubernetes-object';
import type { Port } from './port';
import { checkServiceName } from './service-checks';
import { toServicePorts } from './service-objects';

/** The service whose ports get a public address. */
export interface PublicServiceProps {
  readonly name: string;
  readonly namespace: string;
  /** Labels of its pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** All of its ports, of which some are published. */
  readonly ports: readonly Port[];
}

/**
 * A load balancer beside the Service that the mesh calls. One Service for both would give the address every port,
 * the metrics and the admin port too.
 *
 * Holds its place among the objects from the start, so that files are the same whatever is asked first.
 */
export class PublicService extends Construct {
  private readonly published = new Set<Port>();
  private written: ApiObject | undefined;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: PublicServiceProps,
  ) {
    super(scope, id);
  }

  /** The Service, for patches; undefined while no port is published. */
  public get object(): ApiObject | undefined {
    return this.written;
  }

  /**
   * Gives ports the public address, beside those that have it already.
   *
   * @throws InvalidInputError if the name gets too long
   */
  public publish(ports: readonly Port[]): void {
    for (const port of ports) this.published.add(port);
    this.written ??= this.write();
  }

  private write(): ApiObject {
    const { namespace, selector, ports } = this.props;
    const name = `${this.props.name}-public`;
    checkServiceName(this.node.path, name);
    return addObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, labels: { app: this.props.name } },
      spec: {
        type: 'LoadBalancer',
        selector,
        ports: Lazy.any({ produce: () => toServicePorts(ports.filter((port) => this.published.has(port))) }),
      },
    });
  }
}
