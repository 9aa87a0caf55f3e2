/**
 * The services of `bench/mesh-of.ts` written down for programs that people would use instead: four objects for each, and values that
 * say its name, its namespace and who calls it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringifyManifests } from '../lib/base/yaml/write-yaml';
import { calleesOf, refOf } from './mesh-of';

/** Where a service's own values go in {@link OBJECTS}. */
const NAME = 'NAME';
const NAMESPACE = 'SPACE';
const CALLER = 'CALLER';
const CALLER_NAMESPACE = 'FROM';

const labels = { app: NAME };
const metadata = { name: NAME, namespace: NAMESPACE };
const RULE = {
  from: [{ source: { principals: [`example.teleport.sh/ns/${CALLER_NAMESPACE}/sa/${CALLER}`] } }],
  to: [{ operation: { methods: ['GET'], paths: [`/${CALLER}`], ports: ['8080'] } }],
};
const SPEC = {
  containers: [
    {
      image: 'ghcr.io/example/service:1.0.0',
      name: NAME,
      ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
    },
  ],
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  serviceAccountName: NAME,
};
const POD = {
  metadata: {
    annotations: { 'inject.istio.io/templates': 'sidecar,spire' },
    labels: { ...labels, 'sidecar.istio.io/inject': 'true' },
  },
  spec: SPEC,
};
const PORT = { appProtocol: 'http', name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 };

/** What one service is; the rule stands for one of each caller. */
const OBJECTS = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
  { apiVersion: 'v1', kind: 'Service', metadata: { labels, ...metadata }, spec: { ports: [PORT], selector: labels } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { labels, ...metadata },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: POD },
  },
  {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata,
    spec: { action: 'ALLOW', rules: [RULE], selector: { matchLabels: labels } },
  },
];

interface Caller {
  readonly name: string;
  readonly namespace: string;
}

interface Service extends Caller {
  readonly callers: readonly Caller[];
}

/** Writes the same services as a chart for helm and as programs for jsonnet and cue. */
export function writeRivalInputs(folder: string, count: number): void {
  const services = servicesOf(count);
  const files = {
    'helm/Chart.yaml': 'apiVersion: v2\nname: mesh\nversion: 1.0.0\n',
    'helm/values.yaml': stringifyManifests([{ services }]),
    'helm/templates/services.yaml': chartTemplate(),
    'services.json': JSON.stringify(services),
    'mesh.jsonnet': jsonnet(),
    'mesh.cue': cue(services),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function servicesOf(count: number): readonly Service[] {
  const named = (index: number): Caller => {
    const [namespace = '', name = ''] = refOf(index).split('/');
    return { name, namespace };
  };
  const callers = Array.from({ length: count }, (): Caller[] => []);
  for (let index = 0; index < count; index += 1) {
    for (const callee of calleesOf(index, count)) callers[callee]?.push(named(index));
  }
  return callers.map((all, index) => ({ ...named(index), callers: all }));
}

/** Fills places in a text. */
function fill(text: string, values: { readonly [place: string]: string }): string {
  return text.replace(/\b(?:NAME|SPACE|CALLER|FROM)\b/g, (place) => values[place] ?? place);
}

function chartTemplate(): string {
  const text = stringifyManifests(OBJECTS).replace(
    /^ {4}- from:(?:\n {6}.*)+/m,
    (rule) => `{{- range .callers }}\n${rule}\n{{- end }}`,
  );
  const values = {
    [NAME]: '{{ .name }}',
    [NAMESPACE]: '{{ .namespace }}',
    [CALLER]: '{{ .name }}',
    [CALLER_NAMESPACE]: '{{ .namespace }}',
  };
  return `{{- range .Values.services }}\n---\n${fill(text, values)}{{- end }}\n`;
}

function jsonnet(): string {
  const inside = {
    [NAME]: '" + s.name + "',
    [NAMESPACE]: '" + s.namespace + "',
    [CALLER]: '" + c.name + "',
    [CALLER_NAMESPACE]: '" + c.namespace + "',
  };
  const rule = fill(JSON.stringify(RULE), inside);
  const objects = fill(JSON.stringify(OBJECTS), inside).replace(`[${rule}]`, `[${rule} for c in s.callers]`);
  return `std.flatMap(function(s) ${objects}, import 'services.json')\n`;
}

function cue(services: readonly Service[]): string {
  const inside = {
    [NAME]: '\\(s.name)',
    [NAMESPACE]: '\\(s.namespace)',
    [CALLER]: '\\(c.name)',
    [CALLER_NAMESPACE]: '\\(c.namespace)',
  };
  const rule = fill(JSON.stringify(RULE), inside);
  const objects = fill(JSON.stringify(OBJECTS), inside).replace(`[${rule}]`, `[for c in s.callers ${rule}]`);
  return `import "encoding/yaml"\n\nservices: ${JSON.stringify(services)}\nobjects: [for s in services for o in ${objects} {o}]\ntext: yaml.MarshalStream(objects)\n`;
}
