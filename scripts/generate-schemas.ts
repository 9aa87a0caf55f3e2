/**
 * Writes lib/analysis/schema/files/*.json: what the checker knows of the fields of Kubernetes, Istio, Teleport and Gateway API objects.
 *
 *   node build/scripts/generate-schemas.js KUBERNETES TELEPORT GATEWAY LINE=ISTIO…
 *
 * KUBERNETES is the `_definitions.json` that `cdk8s import k8s` reads (cdk8s-team/cdk8s kubernetes-schemas/v1.34.0);
 * TELEPORT is the concatenation of integrations/operator/config/crd/bases/*.yaml of gravitational/teleport; GATEWAY that of
 * config/crd/experimental/gateway.networking.k8s.io_*.yaml of kubernetes-sigs/gateway-api, whose fields hold those of the standard channel; each
 * LINE=ISTIO is a line of Istio, such as 1.31, with its manifests/charts/base/files/crd-all.gen.yaml (istio/istio), which
 * is kubernetes/customresourcedefinitions.gen.yaml of istio/api; oldest line first. Neither build nor tests need those files.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { KUBERNETES_ENUMS } from './kubernetes-enums';

interface Schema {
  [keyword: string]: unknown;
}

interface SchemaFile {
  source: string;
  /** For each release the schemas begin with: `group/version/Kind` to the name of a definition. */
  releases: Record<string, Record<string, string>>;
  definitions: Record<string, Schema>;
}

interface CustomResourceDefinition {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; served?: boolean; schema: { openAPIV3Schema: Schema } }[];
  };
}

/** What a checker can judge without running code; everything else (texts, CEL, list types, formats) is left out. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...['type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'nullable', '$ref'],
  ...['oneOf', 'anyOf', 'allOf', 'not', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength'],
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties'],
  ...['x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields'],
]);

const KUBERNETES_KINDS = [
  ...['Namespace', 'ServiceAccount', 'Service', 'ConfigMap', 'Secret', 'Pod', 'PersistentVolumeClaim', 'LimitRange'],
  ...['ResourceQuota', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'],
  ...['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'CSIDriver', 'StorageClass', 'PriorityClass'],
  ...['NetworkPolicy', 'Ingress', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'],
  ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
];

/** Fields the published definitions call required, but the API server fills in (kubernetes/kubernetes pkg/apis, `defaults.go`). */
const DEFAULTED: Readonly<Record<string, string>> = {
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern': 'status',
  'io.k8s.api.core.v1.ContainerResizePolicy': 'restartPolicy',
  'io.k8s.api.rbac.v1.RoleRef': 'apiGroup',
};

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Closes every object that lists its properties: that is what makes a misspelt field visible. */
function strict(value: unknown, isMapOfSchemas = false): unknown {
  if (Array.isArray(value)) return value.map((item) => strict(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (isMapOfSchemas) return Object.fromEntries(entries.map(([key, schema]) => [key, strict(schema)]));
  const result: Schema = {};
  for (const [key, child] of entries) {
    if (!KEYWORDS.has(key)) continue;
    result[key] = key === 'required' || key === 'enum' ? child : strict(child, key === 'properties');
  }
  if (typeof result.$ref === 'string') return { $ref: result.$ref.replace('#/definitions/', '') };
  const isBranch = result.type === undefined && result.additionalProperties === undefined;
  if (result.properties !== undefined && !isBranch && result['x-kubernetes-preserve-unknown-fields'] !== true) {
    result.additionalProperties ??= false;
  }
  return result;
}

function collect(name: string, all: Record<string, Schema>, into: Record<string, Schema>): void {
  if (into[name] !== undefined) return;
  const schema = all[name];
  if (schema === undefined) throw new Error(`no definition ${name}`);
  const result = strict(schema) as Schema;
  into[name] = result;
  for (const { 1: reference } of JSON.stringify(result).matchAll(/"\$ref":"([^"]+)"/g)) {
    collect(String(reference), all, into);
  }
}

function withStatusOpen(schema: Schema): Schema {
  const properties = schema.properties as Record<string, unknown> | undefined;
  return properties?.status ? { ...schema, properties: { ...properties, status: {} } } : schema;
}

/** The schema of a field that has one of these values; an empty text counts as absent where the field may be. */
function withValues(schema: Schema, values: readonly string[], isRequired: boolean): Schema {
  if (schema.items) return { ...schema, items: { ...(schema.items as Schema), enum: values } };
  return { ...schema, enum: isRequired ? values : ['', ...values] };
}

function withEnums(all: Record<string, Schema>): void {
  for (const [name, fields] of Object.entries(KUBERNETES_ENUMS)) {
    const schema = all[`io.k8s.api.${name}`];
    const properties = { ...(schema?.properties as Record<string, Schema> | undefined) };
    const required = (schema?.required ?? []) as readonly string[];
    for (const [field, values] of Object.entries(fields)) {
      const property = properties[field];
      if (property === undefined) throw new Error(`no field ${field} in ${name}`);
      properties[field] = withValues(property, values, required.includes(field));
    }
    all[`io.k8s.api.${name}`] = { ...schema, properties };
  }
}

function kubernetes(file: string): SchemaFile {
  const all = (JSON.parse(readFileSync(file, 'utf8')) as { definitions: Record<string, Schema> }).definitions;
  for (const [name, schema] of Object.entries(all)) all[name] = withStatusOpen(schema);
  for (const [name, defaulted] of Object.entries(DEFAULTED)) {
    const required = all[name]?.required as string[];
    all[name] = { ...all[name], required: required.filter((field) => field !== defaulted) };
  }
  withEnums(all);
  const definitions: Record<string, Schema> = {};
  const kinds: Record<string, string> = {};
  for (const [name, schema] of Object.entries(all)) {
    const named = schema['x-kubernetes-group-version-kind'] as { group: string; version: string; kind: string }[];
    if (named?.length !== 1) continue;
    for (const { group, version, kind } of named) {
      if (!KUBERNETES_KINDS.includes(kind) || /(?:alpha|beta)/.test(version)) continue;
      collect(name, all, definitions);
      kinds[`${group}/${version}/${kind}`] = name;
    }
  }
  const missing = KUBERNETES_KINDS.filter((kind) => !Object.keys(kinds).some((key) => key.endsWith(`/${kind}`)));
  if (missing.length > 0) throw new Error(`no schema for ${missing}`);
  return {
    source: 'Kubernetes 1.34.0 (cdk8s-team/cdk8s kubernetes-schemas/v1.34.0/_definitions.json)',
    releases: { '0.0': kinds },
    definitions,
  };
}

function customResources(
  source: string,
  files: Record<string, string>,
  objectMeta: Record<string, Schema>,
): SchemaFile {
  const result: SchemaFile = { source, releases: {}, definitions: { ...objectMeta } };
  const known = new Map<string, string>();
  for (const [release, file] of Object.entries(files)) {
    const kinds: Record<string, string> = {};
    for (const crd of loadAll(readFileSync(file, 'utf8')) as (CustomResourceDefinition | null)[]) {
      if (!crd?.spec.names) continue;
      const { group, names, versions } = crd.spec;
      for (const { name: version, schema } of versions) {
        const spec = withStatusOpen(withoutDefaulted(schema.openAPIV3Schema) as Schema);
        const properties = {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          ...(spec.properties as object),
          metadata: { $ref: OBJECT_META },
        };
        const definition = strict({ ...spec, type: 'object', properties }) as Schema;
        const text = JSON.stringify(definition);
        const name = known.get(text) ?? `${names.kind}.${release}.${version}`;
        known.set(text, name);
        result.definitions[name] = definition;
        kinds[`${group}/${version}/${names.kind}`] = name;
      }
    }
    result.releases[release] = kinds;
  }
  return result;
}

/** What the stored definition of TeleportProvisionToken is older than (gravitational/teleport api/types/provisioning.go). */
function withNewerJoins(file: SchemaFile): SchemaFile {
  for (const [name, schema] of Object.entries(file.definitions)) {
    if (!name.startsWith('TeleportProvisionToken.')) continue;
    const at = (from: unknown, ...path: string[]) =>
      path.reduce((node, key) => (node as Schema)[key], from) as Record<string, Schema>;
    at(schema, 'properties', 'spec', 'properties', 'kubernetes', 'properties').oidc ??= {
      type: 'object',
      properties: { issuer: { type: 'string' }, insecure_allow_http_issuer: { type: 'boolean' } },
      additionalProperties: false,
    };
    const { items } = at(schema, 'properties', 'spec', 'properties', 'kubernetes', 'properties', 'allow') as Schema;
    Object.assign((items as Schema).properties as object, {
      service_account_name: { type: 'string' },
      service_account_namespace: { type: 'string' },
    });
    // Their own fields are not known here.
    for (const method of ['env0', 'generic_oidc']) {
      at(schema, 'properties', 'spec', 'properties')[method] ??= {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
      };
    }
  }
  return file;
}

/**
 * Choices of a join token that the operator's definitions leave open (gravitational/teleport api/types/provisioning.go);
 * an empty text is the default. `env0` and `generic_oidc` are newer than the stored definitions.
 */
const TOKEN_CHOICES: readonly (readonly [path: readonly string[], values: readonly string[]])[] = [
  [
    ['join_method'],
    [
      ...['', 'token', 'ec2', 'iam', 'azure', 'azure_devops', 'bitbucket', 'bound_keypair', 'circleci', 'env0', 'gcp'],
      ...['generic_oidc', 'github', 'gitlab', 'kubernetes', 'oracle', 'spacelift', 'terraform_cloud', 'tpm'],
    ],
  ],
  [
    ['kubernetes', 'type'],
    ['', 'in_cluster', 'static_jwks', 'oidc'],
  ],
];

function withTokenChoices(file: SchemaFile): SchemaFile {
  for (const [name, schema] of Object.entries(file.definitions)) {
    if (!name.startsWith('TeleportProvisionToken.')) continue;
    for (const [path, values] of TOKEN_CHOICES) {
      let field = (schema.properties as Record<string, Schema>).spec as Schema;
      for (const key of path) field = (field.properties as Record<string, Schema>)[key] as Schema;
      field.enum = values;
    }
  }
  return file;
}

function write(name: string, file: SchemaFile): void {
  const path = join(__dirname, '..', '..', 'lib', 'analysis', 'schema', 'files', `${name}.json`);
  const definitions = Object.keys(file.definitions)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(file.definitions[key])}`);
  const head = `{"source":${JSON.stringify(file.source)},\n"releases":${JSON.stringify(file.releases)},\n"definitions":{\n`;
  writeFileSync(path, `${head}${definitions.join(',\n')}\n}}\n`);
}

/** Takes out of `required` what the API server fills in before it looks. */
function withoutDefaulted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaulted);
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withoutDefaulted(child)]));
  const { required, properties } = schema as { required?: unknown; properties?: Record<string, Schema> };
  if (!Array.isArray(required) || properties === undefined) return schema;
  return { ...schema, required: required.filter((name: string) => properties[name]?.default === undefined) };
}

/** Takes out choices between formats, which are not looked at, so that every choice would fit. */
function withoutFormatChoices(file: SchemaFile): SchemaFile {
  const text = JSON.stringify(file, (_key, value: unknown) => {
    const choices = (value as Schema | null)?.oneOf;
    if (!Array.isArray(choices) || !JSON.stringify(choices).includes('"anyOf":[{},{}]')) return value;
    const { oneOf: _, ...rest } = value as Schema;
    return rest;
  });
  return JSON.parse(text) as SchemaFile;
}

const [kubernetesFile, teleport, gateway, ...istio] = process.argv.slice(2);
if (!kubernetesFile || !teleport || !gateway || istio.length === 0) {
  throw new Error('usage: generate-schemas.js KUBERNETES TELEPORT GATEWAY LINE=ISTIO…');
}
const istioFiles = Object.fromEntries(istio.map((one) => one.split('=', 2) as [string, string]));
const core = kubernetes(kubernetesFile);
const objectMeta: Record<string, Schema> = {};
collect(OBJECT_META, core.definitions, objectMeta);
write('kubernetes', core);
write(
  'istio',
  customResources(
    `Istio ${Object.keys(istioFiles).join(', ')} (istio/istio manifests/charts/base/files/crd-all.gen.yaml)`,
    istioFiles,
    objectMeta,
  ),
);
write(
  'teleport',
  withTokenChoices(
    withNewerJoins(
      customResources(
        'Teleport Kubernetes operator (gravitational/teleport integrations/operator/config/crd/bases)',
        { '0.0': teleport },
        objectMeta,
      ),
    ),
  ),
);
write(
  'gateway-api',
  withoutFormatChoices(
    customResources(
      'Gateway API (kubernetes-sigs/gateway-api config/crd/experimental)',
      { '0.0': gateway },
      objectMeta,
    ),
  ),
);
