import type { JsonSchema } from './schema-files';

const text: JsonSchema = { type: 'string' };
const any: JsonSchema = {};
const object: JsonSchema = { type: 'object' };

/** An object with these fields and no others, whatever is in them. */
function withFields(...names: readonly string[]): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(names.map((name) => [name, any])),
  };
}

/** What istioctl can set of a component's workload (istio/istio operator/pkg/apis/types.go `KubernetesResources`). */
const KUBERNETES_RESOURCES = withFields(
  ...['affinity', 'env', 'hpaSpec', 'imagePullPolicy', 'nodeSelector', 'overlays', 'podAnnotations'],
  ...['podDisruptionBudget', 'priorityClassName', 'readinessProbe', 'replicaCount', 'resources', 'securityContext'],
  ...['service', 'serviceAnnotations', 'strategy', 'tolerations', 'volumeMounts', 'volumes'],
);

/** One of Istio's workloads, whose other fields are left to istioctl. */
const component: JsonSchema = {
  type: 'object',
  properties: {
    k8s: {
      ...KUBERNETES_RESOURCES,
      properties: {
        ...KUBERNETES_RESOURCES.properties,
        // istioctl reads EnvVar of Kubernetes, whose value is a string: an unquoted true ends the installation.
        env: { type: 'array', items: { type: 'object', properties: { name: text, value: text } } },
        // PodDisruptionBudgetSpec of policy/v1.
        podDisruptionBudget: withFields('maxUnavailable', 'minAvailable', 'selector', 'unhealthyPodEvictionPolicy'),
      },
    },
  },
};

/**
 * The fields of an IstioOperator that istioctl knows; it refuses others (istio/istio operator/pkg/apis/types.go,
 * operator/pkg/apis/validation/validation.go). What is inside `meshConfig` and `values` has schemas of its own.
 */
export const ISTIO_OPERATOR_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    apiVersion: text,
    kind: text,
    metadata: object,
    status: any,
    spec: {
      type: 'object',
      additionalProperties: false,
      properties: {
        profile: text,
        installPackagePath: text,
        hub: text,
        tag: any,
        namespace: text,
        revision: text,
        compatibilityVersion: text,
        meshConfig: object,
        components: {
          type: 'object',
          additionalProperties: false,
          properties: {
            base: component,
            pilot: component,
            cni: component,
            ztunnel: component,
            istiodRemote: component,
            gateway: component,
            ingressGateways: { type: 'array', items: component },
            egressGateways: { type: 'array', items: component },
          },
        },
        values: object,
        unvalidatedValues: object,
      },
    },
  },
};

/** What may stand beside `spec` in a Teleport resource for tctl (gravitational/teleport api/proto/teleport/header/v1). */
export const TCTL_ENVELOPE: Readonly<Record<string, JsonSchema>> = {
  kind: text,
  version: text,
  sub_kind: text,
  scope: text,
  status: any,
  metadata: {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: {
      name: text,
      namespace: text,
      description: text,
      labels: { type: 'object', additionalProperties: text },
      expires: any,
      id: any,
      revision: text,
    },
  },
};
