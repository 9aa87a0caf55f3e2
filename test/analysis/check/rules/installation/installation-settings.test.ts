import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../../../../lib/check';
import { readManifests } from '../../../../../lib/model/documents/read-manifests';
import { filesBelow, REFERENCE } from '../../../../golden/written-files';

/** Ids of the rules that some files break, each with its file and line. */
function findings(files: Readonly<Record<string, string>>, ...rules: readonly string[]): readonly string[] {
  const { manifests, problems } = readManifests(Object.entries(files).map(([file, text]) => ({ file, text })));
  return check(manifests, { problems })
    .filter(({ rule }) => rules.length === 0 || rules.includes(rule))
    .map(({ rule, location: { file, line } }) => `${rule} ${file}:${line}`);
}

/** The repository's own output, without its file for istioctl: a mesh that Helm installs. */
function helmOutput(): Record<string, string> {
  const files = [...filesBelow(join(REFERENCE, 'dist'))].filter(
    ([file]) => file.endsWith('.yaml') && !file.startsWith('variants/') && !file.endsWith('istio-operator.yaml'),
  );
  return Object.fromEntries(files);
}

const TRUST_DOMAIN = ['trust-domain', 'trust-domain-mismatch', 'global-trust-domain'] as const;
const VALUES = 'istio/values-istiod.yaml';

describe('the trust domain', () => {
  test('that was forgotten with the rest of the mesh configuration is found', () => {
    const files = helmOutput();
    expect(findings(files)).toEqual([]);
    const [before = ''] = (files[VALUES] ?? '').split('meshConfig:');
    expect(findings({ ...files, [VALUES]: before }, ...TRUST_DOMAIN)).toEqual([`trust-domain-mismatch ${VALUES}:2`]);
  });

  test('is found in a file for istioctl beside it, which does not make up for it', () => {
    const files = helmOutput();
    const [before = ''] = (files[VALUES] ?? '').split('meshConfig:');
    const operator = readFileSync(join(REFERENCE, 'dist/istio/istio-operator.yaml'), 'utf8');
    const both = { ...files, [VALUES]: before, 'istio/istio-operator.yaml': operator };
    expect(findings(both, ...TRUST_DOMAIN)).toEqual([`trust-domain-mismatch ${VALUES}:2`]);
  });

  test('stands in either part of an IstioOperator, or in either of two files of values', () => {
    const tbot =
      'version: v2\nproxy_server: acme.teleport.sh:443\nonboarding: {join_method: kubernetes}\nstorage: {type: memory}\n';
    const rules = [...TRUST_DOMAIN, 'socket-name-default', 'socket-name-mismatch'];
    const overlay = `
    sidecarInjectorWebhook:
      templates:
        spire: |
          spec: {volumes: [{name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}]}`;
    const socket = 'defaultConfig: {proxyMetadata: {WORKLOAD_IDENTITY_SOCKET_FILE: workload.sock}}';
    const operator = `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: mesh, namespace: istio-system}
spec:
  meshConfig: {${socket}}
  values:
    meshConfig: {trustDomain: acme.teleport.sh}${overlay}
`;
    expect(findings({ 'tbot.yaml': tbot, 'mesh.yaml': operator }, ...rules)).toEqual([]);
    const values = {
      'a.yaml': 'meshConfig: {trustDomain: acme.teleport.sh}\n',
      'b.yaml': `meshConfig: {${socket}}${overlay.replaceAll('\n    ', '\n')}\n`,
    };
    expect(findings({ 'tbot.yaml': tbot, ...values }, ...rules)).toEqual([]);
    const wrong = { ...values, 'a.yaml': 'meshConfig: {trustDomain: other.teleport.sh}\n' };
    expect(findings({ 'tbot.yaml': tbot, ...wrong }, ...rules)).toEqual(['trust-domain-mismatch a.yaml:1']);
  });

  test('that is the default is wrong beside any tbot, whatever its cluster is called', () => {
    const tbot =
      'version: v2\nproxy_server: teleport.acme.com:443\nonboarding: {join_method: kubernetes}\nstorage: {type: memory}\n';
    const mesh = (meshConfig: string) =>
      `meshConfig: {${meshConfig} defaultConfig: {proxyMetadata: {WORKLOAD_IDENTITY_SOCKET_FILE: a}}}\n`;
    const found = (meshConfig: string) =>
      findings({ 'tbot.yaml': tbot, 'mesh.yaml': mesh(meshConfig) }, ...TRUST_DOMAIN);
    expect(found('')).toEqual(['trust-domain-mismatch mesh.yaml:1']);
    expect(found('trustDomain: acme.com,')).toEqual([]);
    expect(found('trustDomain: cluster.local, trustDomainAliases: ["$(ALIAS)"],')).toEqual([]);
  });

  test('under global is found in each place that has values, also inside an IstioOperator and a HelmRelease', () => {
    const value = '{global: {trustDomain: a.example}, pilot: {}}';
    const files = {
      'a.yaml': `global: {trustDomain: a.example}\npilot: {}\n`,
      'b.yaml': `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: b, namespace: a}\nspec: {values: ${value}}\n`,
      'c.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: istiod, namespace: a}\nspec:\n  chart: {spec: {chart: istiod}}\n  values: ${value}\n`,
    };
    expect(findings(files, 'global-trust-domain')).toEqual([
      'global-trust-domain a.yaml:1',
      'global-trust-domain b.yaml:4',
      'global-trust-domain c.yaml:6',
    ]);
  });

  test('is not what a slip below global is taken for', () => {
    const { manifests } = readManifests([{ file: 'a.yaml', text: 'global: {trustDomian: a.example}\npilot: {}\n' }]);
    expect(JSON.stringify(check(manifests))).not.toContain('trustDomain');
  });
});
