import type { JsonSchema } from '../schemas';

const text: JsonSchema = { type: 'string' };
const any: JsonSchema = {};
const object: JsonSchema = { type: 'object' };

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
            base: object,
            pilot: object,
            cni: object,
            ztunnel: object,
            istiodRemote: object,
            ingressGateways: { type: 'array', items: object },
            egressGateways: { type: 'array', items: object },
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
