import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chart } from 'cdk8s';
import {
  KubernetesJoin,
  MeshApp,
  MeshFleet,
  MeshMonitoring,
  MeshNamespace,
  TeleportCluster,
  TeleportMesh,
} from '../../../lib';
import { placeOutput } from '../../../lib/constructs/app/output-place';
import { SockShop } from '../../../lib/demos';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'place-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  delete process.env.CDK8S_OUTDIR;
});

const TELEPORT = TeleportCluster.cloud('acme.teleport.sh');
const JOIN = KubernetesJoin.oidc('https://oidc.example.com/id');

/** Synthesizes as `cdk8s synth` does it, which says by a variable where to write; returns what was said. */
function synthesizeTo(outdir: string): string {
  process.env.CDK8S_OUTDIR = outdir;
  const app = new MeshApp();
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TELEPORT,
    join: JOIN,
    istio: { ingressGateway: true },
    teleportResources: { kind: 'operator', namespace: 'teleport' },
  });
  new SockShop(app, 'sock-shop', { mesh });
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    app.synth();
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

/** What cdk8s-cli makes before it runs the app with `--format helm`. */
function makeChart(): string {
  writeFileSync(join(folder, 'Chart.yaml'), 'name: shop\n');
  mkdirSync(join(folder, 'templates'));
  return join(folder, 'templates');
}

describe('a Helm chart', () => {
  test('has manifests alone among its templates, and everything else beside them', () => {
    const said = synthesizeTo(makeChart());

    expect(readdirSync(join(folder, 'templates')).filter((name) => !name.endsWith('.k8s.yaml'))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['.teleport-istio', 'Chart.yaml', 'istio', 'templates', 'variants']);
    expect(said).toBe('');
  });

  test("keeps Teleport's placeholders from Helm, which would read them as its own", () => {
    synthesizeTo(makeChart());
    const text = readFileSync(join(folder, 'templates/mesh.k8s.yaml'), 'utf8');

    expect(text).toContain('id: /ns/{{ "{{" }} workload.kubernetes.namespace }}/sa/{{ "{{" }} workload');
    expect(text.replaceAll('{{ "{{" }}', '')).not.toContain('{{');
  });

  test('keeps those of alerts and of the dashboard from Helm too', () => {
    process.env.CDK8S_OUTDIR = makeChart();
    const app = new MeshApp();
    const mesh = new TeleportMesh(app, 'mesh', { teleport: TELEPORT, join: JOIN });
    new MeshNamespace(app, 'shop', { mesh });
    new MeshMonitoring(new Chart(app, 'monitoring'), 'mesh', { mesh, runbooks: 'https://git.example.com/runbooks' });
    app.synth();
    const text = readFileSync(join(folder, 'templates/monitoring.k8s.yaml'), 'utf8');

    expect(text).toContain('tbot {{ "{{" }} $labels.pod }} could not');
    expect(text).toContain('{{ "{{" }} $value | humanizePercentage }}');
    expect(text).toContain('"legendFormat": "{{ "{{" }}namespace}}/{{ "{{" }}pod}}"');
    expect(text.replaceAll('{{ "{{" }}', '')).not.toContain('{{');
  });

  test("leaves the user's own placeholders to Helm", () => {
    const own = '{{ $.user.x }} {{ $labelsOfMine }} {{end}} {{ .Values.pod }} {{ $values.x }}';
    const files = new Map([['a.k8s.yaml', `a: {{ .Values.user.name }} {{strings.upper(user.name)}} ${own}\n`]]);

    expect(placeOutput(makeChart(), files).files.get('templates/a.k8s.yaml')).toBe(
      `a: {{ .Values.user.name }} {{ "{{" }}strings.upper(user.name)}} ${own}\n`,
    );
  });

  test('keeps from Helm what cdk8s-cli looks for among the templates', () => {
    const templates = makeChart();
    const { files } = placeOutput(templates, new Map([['construct-metadata.json', '{}']]));

    expect([...files]).toEqual([
      ['templates/construct-metadata.json', '{}'],
      ['.helmignore', 'templates/construct-metadata.json\n'],
    ]);
    expect([...placeOutput(templates, new Map([['a.k8s.yaml', 'a: 1\n']])).files.keys()]).toEqual([
      'templates/a.k8s.yaml',
    ]);
  });

  test('removes what an earlier synthesis wrote, and nothing of the chart', () => {
    const templates = makeChart();
    synthesizeTo(templates);
    process.env.CDK8S_OUTDIR = templates;
    const app = new MeshApp();
    const mesh = new TeleportMesh(app, 'mesh', { teleport: TELEPORT, join: JOIN });
    new MeshNamespace(app, 'shop', { mesh });
    app.synth();

    expect(readdirSync(templates).sort()).toEqual([
      '00-namespaces.k8s.yaml',
      'mesh.k8s.yaml',
      'shop-policies.k8s.yaml',
    ]);
    expect(readdirSync(folder)).toContain('Chart.yaml');
  });

  test('is not what a directory of that name is without a Chart.yaml', () => {
    const outdir = join(folder, 'templates');
    synthesizeTo(outdir);

    expect(readdirSync(outdir)).toContain('istio');
  });
});

describe('--stdout', () => {
  test('gets manifests alone, and says what it leaves out', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'cdk8s-'));
    try {
      const said = synthesizeTo(outdir);

      expect(readdirSync(outdir).filter((name) => !/^[^/]+\.k8s\.yaml$|^\.teleport-istio$/.test(name))).toEqual([]);
      expect(said).toContain('istio/istio-operator.yaml');
      expect(said).toContain('variants/sock-shop-deny-all.k8s.yaml');
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  test('is not what somebody else makes of such a directory', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'cdk8s-'));
    try {
      const files = new Map([['istio/a.yaml', 'a: 1\n']]);
      expect(placeOutput(outdir, files).files).toEqual(files);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });
});

test('a fleet is neither a chart nor a stream: its clusters would all be applied to one', () => {
  const fleet = new MeshFleet({ outdir: makeChart(), teleport: TELEPORT });
  fleet.addCluster('eu-1', { join: JOIN });
  fleet.addNamespace('shop', { identity: 'exclusive' });

  expect(() => fleet.synth()).toThrow(/would all be applied to one cluster: "--format helm"/);
});
