import { type ApiObject, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
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
  /** The ports that are public, once all are known. */
  readonly ports: () => readonly Port[];
}

/**
 * Writes a load balancer beside the Service that the mesh calls. One Service for both would give the address every port,
 * the metrics and the admin port too.
 *
 * @throws InvalidInputError if the name gets too long
 */
export function addPublicService(scope: Construct, props: PublicServiceProps): ApiObject {
  const name = `${props.name}-public`;
  checkServiceName(scope.node.path, name);
  return addObject(scope, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: props.namespace, labels: { app: props.name } },
    spec: {
      type: 'LoadBalancer',
      selector: props.selector,
      ports: Lazy.any({ produce: () => toServicePorts(props.ports()) }),
    },
  });
}
