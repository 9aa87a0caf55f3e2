import { checkFiles } from '../../../../../lib/check';

/** How many findings of one rule there are in an object of Istio's networking group. */
function count(rule: string, kind: string, ...specs: readonly string[]): number {
  const text = specs
    .map(
      (spec, index) =>
        `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: {name: a${index}, namespace: shop}\nspec: ${spec}\n`,
    )
    .join('---\n');
  return checkFiles([{ file: 'a.yaml', text }], { rules: [rule] }).length;
}

describe('a server of a Gateway', () => {
  const server = (port: string, tls?: string) =>
    count(
      'gateway-server',
      'Gateway',
      `{selector: {a: b}, servers: [{hosts: [a.example], port: {number: 1, name: a, protocol: ${port}}${tls === undefined ? '' : `, tls: ${tls}`}}]}`,
    );

  test.each([
    ['HTTP', undefined],
    ['http2', undefined],
    ['TCP', undefined],
    ['HTTP', '{httpsRedirect: true}'],
    ['HTTPS', '{mode: SIMPLE, credentialName: a}'],
    ['HTTPS', '{mode: SIMPLE, credentialNames: [a, b]}'],
    ['HTTPS', '{mode: MUTUAL, credentialName: a}'],
    ['HTTPS', '{mode: MUTUAL, serverCertificate: a, privateKey: b, caCertificates: c}'],
    ['HTTPS', '{mode: ISTIO_MUTUAL}'],
    ['TLS', '{mode: PASSTHROUGH}'],
    ['TLS', '{mode: AUTO_PASSTHROUGH}'],
    ['"{{ protocol }}"', undefined],
  ])('is right: %s %s', (port, tls) => expect(server(port, tls)).toBe(0));

  test.each([
    ['HTTPS', undefined],
    ['TLS', undefined],
    ['HTTTP', undefined],
    ['HTTP', '{mode: SIMPLE, credentialName: a}'],
    ['TCP', '{mode: SIMPLE, credentialName: a}'],
    ['HTTPS', '{mode: SIMPLE}'],
    ['HTTPS', '{mode: SIMPLE, serverCertificate: a}'],
    ['HTTPS', '{mode: MUTUAL, serverCertificate: a, privateKey: b}'],
    ['HTTPS', '{mode: ISTIO_MUTUAL, credentialName: a}'],
  ])('is refused: %s %s', (port, tls) => expect(server(port, tls)).toBe(1));
});

describe('TLS of a DestinationRule', () => {
  const tls = (settings: string) =>
    count('client-tls', 'DestinationRule', `{host: a.example, trafficPolicy: {tls: ${settings}}}`);

  test.each([
    ['{mode: ISTIO_MUTUAL}', 0],
    ['{mode: SIMPLE}', 0],
    ['{mode: MUTUAL, clientCertificate: a, privateKey: b}', 0],
    ['{mode: MUTUAL, clientCertificate: a}', 1],
    ['{mode: MUTUAL}', 1],
    ['{mode: SIMPLE, credentialName: a, caCertificates: b}', 1],
    ['{mode: SIMPLE, credentialName: a}', 0],
  ])('%s', (settings, findings) => expect(tls(settings)).toBe(findings));
});

describe('a ServiceEntry', () => {
  const ports = 'ports: [{number: 443, name: tls, protocol: TLS}]';

  test.each([
    ['hosts: [a.example], resolution: DNS', 0],
    ['hosts: ["*.a.example"], resolution: NONE', 0],
    ['hosts: ["*.a.example"], resolution: DNS, endpoints: [{address: b.example}]', 0],
    ['hosts: ["*.a.example"], resolution: DYNAMIC_DNS', 0],
    ['hosts: [a.example], resolution: STATIC, endpoints: [{address: 10.0.0.1}]', 0],
    ['hosts: [a.example], resolution: STATIC, endpoints: [{address: "unix:///a"}]', 0],
    ['hosts: ["*"], resolution: NONE', 1],
    ['hosts: ["https://a.example"], resolution: DNS', 1],
    ['hosts: ["a.example:443"], resolution: DNS', 1],
    ['hosts: ["*.a.example"], resolution: DNS', 1],
    ['hosts: [a.example], resolution: STATIC, endpoints: [{address: b.example}]', 1],
    ['hosts: [a.example], endpoints: [{address: 10.0.0.1}]', 1],
    ['hosts: [a.example], resolution: STATIC, workloadSelector: {labels: {a: b}}, endpoints: [{address: 10.0.0.1}]', 1],
  ])('{%s} has %d', (spec, findings) =>
    expect(count('service-entry-refused', 'ServiceEntry', `{${ports}, ${spec}}`)).toBe(findings),
  );

  test.each([
    ['resolution: STATIC', 1],
    ['resolution: STATIC, workloadSelector: {labels: {a: b}}', 0],
    ['resolution: STATIC, endpoints: [{address: 10.0.0.1}]', 0],
    ['resolution: DNS', 0],
  ])('with {%s} has %d without endpoints', (spec, findings) =>
    expect(count('service-entry-without-endpoints', 'ServiceEntry', `{hosts: [a.example], ${ports}, ${spec}}`)).toBe(
      findings,
    ),
  );
});

describe('a Sidecar', () => {
  test.each([
    ['./*', 0],
    ['*/*', 0],
    ['istio-system/*', 0],
    ['~/*', 0],
    ['*', 1],
    ['a.shop.svc.cluster.local', 1],
    ['/a', 1],
  ])('for %s has %d', (host, findings) =>
    expect(count('sidecar-refused', 'Sidecar', `{egress: [{hosts: ["${host}"]}]}`)).toBe(findings),
  );

  test('is one of a kind for its pods', () => {
    const own = '{workloadSelector: {labels: {a: b}}, egress: [{hosts: ["./*"]}]}';
    const wide = '{egress: [{hosts: ["./*"]}]}';
    expect(count('settings-twice', 'Sidecar', wide, own)).toBe(0);
    expect(count('settings-twice', 'Sidecar', wide, wide)).toBe(1);
    expect(count('settings-twice', 'Sidecar', own, own, wide)).toBe(1);
  });
});

describe('a VirtualService', () => {
  const http = 'http: [{route: [{destination: {host: a}}]}]';
  const claim =
    'http: [{match: [{headers: {"@request.auth.claims.groups": {exact: a}}}], route: [{destination: {host: a}}]}]';

  test.each([
    [`hosts: ["*"], gateways: [a], ${http}`, 0],
    [`hosts: ["*"], gateways: [mesh], ${http}`, 1],
    [`hosts: ["*"], ${http}`, 1],
    [`hosts: ["*.a.example", a, 10.0.0.1, "2001:db8::1"], ${http}`, 0],
    [`hosts: ["https://a.example"], ${http}`, 1],
    [`hosts: ["a.example/b"], gateways: [a], ${http}`, 1],
    [`hosts: [a.example], gateways: [a], ${claim}`, 0],
    [`hosts: [a.example], ${claim}`, 1],
  ])('{%s} has %d', (spec, findings) =>
    expect(count('virtual-service-refused', 'VirtualService', `{${spec}}`)).toBe(findings),
  );
});
