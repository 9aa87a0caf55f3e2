import type { JsonObject } from '../../base/json';
import { fromPointer } from '../../base/json-pointer';
import type { Manifest } from '../../model/documents/manifest';
import type { Target } from '../../upstream/releases/target';
import { ISTIO_OPERATOR_SCHEMA } from './install-schemas';
import type { JsonSchema } from './schema-files';
import { kindsOf, loadSchemas } from './schema-files';
import { type SchemaViolation, SchemaWalker } from './schema-walker';

/** Schemas of what Istio is installed with, at one release. */
interface InstallSchemas {
  readonly istioOperator: JsonSchema;
  readonly values: JsonSchema;
  readonly meshConfig: JsonSchema;
  readonly proxyConfig: JsonSchema;
}

const NONE: readonly SchemaViolation[] = [];

const byMesh = new Map<string, InstallSchemas>();
let walker: SchemaWalker | undefined;

/**
 * Holds the settings of Istio's installation against the fields they can have: IstioOperator files, values of its Helm
 * charts, its mesh configuration and the proxy configuration of pods.
 */
export function validateInstallation(manifest: Manifest, target: Target): readonly SchemaViolation[] {
  // The values inside the injector's ConfigMap are the chart's own output.
  if (manifest.shape === 'helm-values' && manifest.container?.manifest.kind === 'ConfigMap') return NONE;
  const schema = schemaOf(manifest, target);
  if (!schema) return NONE;
  walker ??= new SchemaWalker(loadSchemas('mesh').definitions);
  const violations = walker.validate(schema, manifest.body);
  return isIstiosAlone(manifest) ? violations : violations.filter(isSurelyMeant);
}

/** Whether nobody but Istio reads the document; a file of values may be for other charts too. */
function isIstiosAlone({ shape, container }: Manifest): boolean {
  return shape === 'istio-operator' || (container !== undefined && shape !== 'helm-values');
}

function schemaOf({ shape, kind, body }: Manifest, target: Target): JsonSchema | undefined {
  if (shape === 'istio-operator') return schemasFor(target).istioOperator;
  if (shape === 'mesh-config') return schemasFor(target).meshConfig;
  if (shape === 'annotation' && kind === 'ProxyConfigOverride') return schemasFor(target).proxyConfig;
  return shape === 'helm-values' && isControlPlane(body) ? schemasFor(target).values : undefined;
}

/** Whether values are for istiod's chart. The gateway chart refuses what it does not know, others are seldom alone. */
function isControlPlane(values: JsonObject): boolean {
  return Object.keys(values).some((key) => /^(?:pilot|meshconfig|sidecarinjectorwebhook)$/i.test(key));
}

function schemasFor(target: Target): InstallSchemas {
  const { MeshConfig = '', ProxyConfig = '' } = kindsOf(loadSchemas('mesh'), target.istio);
  let schemas = byMesh.get(MeshConfig);
  if (!schemas) {
    schemas = installSchemas({ $ref: MeshConfig }, { $ref: ProxyConfig });
    byMesh.set(MeshConfig, schemas);
  }
  return schemas;
}

function installSchemas(meshConfig: JsonSchema, proxyConfig: JsonSchema): InstallSchemas {
  const known = loadSchemas('mesh').definitions.Values ?? {};
  const values = { ...known, properties: { ...known.properties, meshConfig } };
  const { spec = {} } = ISTIO_OPERATOR_SCHEMA.properties ?? {};
  const istioOperator = {
    ...ISTIO_OPERATOR_SCHEMA,
    properties: {
      ...ISTIO_OPERATOR_SCHEMA.properties,
      spec: { ...spec, properties: { ...spec.properties, meshConfig, values } },
    },
  };
  return { istioOperator, values, meshConfig, proxyConfig };
}

/** Parts of the values that only istiod's chart has; other charts have a `global`, `base` or `gateways` too. */
const OWN_PARTS: ReadonlySet<string> = new Set(['meshConfig', 'pilot', 'sidecarInjectorWebhook']);

/** Shorter names are near one another without being meant. */
const MIN_LENGTH = 8;

/** Whether something was surely meant for Istio: it is in a part of Istio's own, or has nearly the name of one. */
function isSurelyMeant(violation: SchemaViolation): boolean {
  const [part = '', ...rest] = fromPointer(violation.pointer);
  if (OWN_PARTS.has(part) && (rest.length > 0 || violation.type === 'invalid-value')) return true;
  return violation.type === 'unknown-field' && violation.meant !== undefined && violation.field.length >= MIN_LENGTH;
}
