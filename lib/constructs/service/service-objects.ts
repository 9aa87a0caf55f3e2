import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { merged } from '../../base/merged';
import { checkLabels } from '../../upstream/kubernetes/names';
import type { EnrolledWorkload } from '../enroll/enrolled-workload';
import type { PodTemplateAdditions } from '../enroll/pod-template';
import { addObject } from '../kubernetes/kubernetes-object';
import { isHeadless, type MeshServiceProps } from './mesh-service-props';
import type { Port } from './port';
import { securePod } from './secure-pod';
import { checkImage, checkPorts, checkReplicas, checkServiceName } from './service-checks';
import type { IServiceNamespace } from './service-namespace';

/** The objects of a service of the mesh. */
export interface MeshServiceParts {
  readonly ports: readonly Port[];
  readonly enrolled: EnrolledWorkload;
  /** The Deployment, StatefulSet or DaemonSet. */
  readonly workload: ApiObject;
  /** Undefined if there are no ports. */
  readonly service: ApiObject | undefined;
  /** Whether the Service's name leads to the pods themselves. */
  readonly headless: boolean;
  /** The labels, of all the pods carry, by which they are found. */
  readonly selector: Readonly<Record<string, string>>;
}

/**
 * Writes the ServiceAccount, the Service and the workload of a service that we deploy ourselves.
 *
 * @throws InvalidInputError if Kubernetes would refuse a name, a label or the ports, or as enrollment does
 */
export function deployService(
  scope: Construct,
  { name: namespace, podSecurity, mesh }: IServiceNamespace,
  name: string,
  props: MeshServiceProps,
): MeshServiceParts {
  const { ports = [] } = props;
  const selector = { app: name };
  const labels = merged(props.labels, selector);
  checkServiceName(scope.node.path, name);
  checkPorts(scope.node.path, ports);
  checkImage(scope.node.path, props.image);
  checkReplicas(scope.node.path, props.replicas ?? 1);
  checkLabels(scope.node.path, labels);

  let additions: PodTemplateAdditions | undefined;
  const enrolled = mesh.enrollment.enrollTemplate(
    scope,
    {
      name,
      namespace,
      labels,
      annotations: props.annotations ?? {},
      serviceAccountName: undefined,
      hostNetwork: false,
      selector,
      containerPorts: new Map(),
      endsByItself: false,
      add: (toAdd) => {
        additions = toAdd;
      },
    },
    { scope, id: 'service-account' },
    props,
  );
  const headless = isHeadless(props);
  const service = ports.length === 0 ? undefined : addService(scope, namespace, name, ports, selector, headless);
  const workload = addObject(scope, 'workload', {
    apiVersion: 'apps/v1',
    kind: props.kind ?? 'Deployment',
    metadata: { name, namespace, labels: selector },
    spec: {
      replicas: props.replicas ?? 1,
      selector: { matchLabels: selector },
      ...(props.kind === 'StatefulSet' && {
        serviceName: name,
        ...(props.volumeClaimTemplates && { volumeClaimTemplates: props.volumeClaimTemplates }),
      }),
      template: {
        metadata: {
          labels: merged(labels, additions?.labels),
          annotations: merged(props.annotations, additions?.annotations),
        },
        spec: securePod(scope.node.path, podSpec(name, props, enrolled.serviceAccountName), {
          runAsRoot: props.runAsRoot ?? false,
          podSecurity,
        }),
      },
    },
  });
  return { ports, enrolled, workload, service, headless, selector };
}

function addService(
  scope: Construct,
  namespace: string,
  name: string,
  ports: readonly Port[],
  selector: Readonly<Record<string, string>>,
  headless: boolean,
): ApiObject {
  return addObject(scope, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: selector },
    spec: {
      ...(headless && { clusterIP: 'None' }),
      selector,
      ports: toServicePorts(ports),
    },
  });
}

/** The ports of a Service, in Kubernetes' format. */
export function toServicePorts(ports: readonly Port[]): readonly object[] {
  return ports.map((port) => ({
    name: port.name,
    appProtocol: port.appProtocol,
    port: port.number,
    targetPort: port.targetPort,
    protocol: 'TCP',
  }));
}

function podSpec(name: string, props: MeshServiceProps, serviceAccountName: string): PodSpec {
  const { pod, volumes, additionalContainers = [], ports = [], image } = props;
  const elsewhere = additionalContainers.flatMap((container) => container.ports ?? []);
  const own = ports.filter((port) => !elsewhere.some(({ containerPort }) => containerPort === port.targetPort));
  const written = own.map((port) => ({ name: port.name, containerPort: port.targetPort, protocol: 'TCP' }));
  const container = merged(
    containerFields(props),
    { name, image },
    written.length > 0 ? { ports: written } : undefined,
  );
  return merged(pod, { serviceAccountName }, volumes && { volumes: [...volumes] }, {
    containers: [container, ...additionalContainers],
  });
}

/** What is left when everything of ours is taken away: fields of the main container, as Kubernetes names them. */
function containerFields(props: MeshServiceProps): object {
  const {
    image,
    ports,
    kind,
    replicas,
    labels,
    annotations,
    volumes,
    additionalContainers,
    pod,
    runAsRoot,
    ...others
  } = props;
  const { mtls, portMtls, serviceAccountName, shareIdentity, headless, volumeClaimTemplates, ...container } = others;
  return container;
}
