import { checkFiles } from '../../../../../lib/check';

const pods =
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: db, namespace: shop}\nspec: {selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: a, image: "a:1.0.0"}]}}}\n';
const service = (ports: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\nspec: {selector: {app: db}, ports: [${ports}]}\n`;
const TCP = '{name: tcp, port: 3306}';
const HTTP = '{name: http, port: 80, targetPort: 8080}';

const says = (rule: string, spec: string, ports = `${HTTP}, ${TCP}`) => {
  const policy = `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: db, namespace: shop}\nspec: {${spec}}\n`;
  return checkFiles([{ file: 'a.yaml', text: [pods, service(ports), policy].join('---\n') }], { rules: [rule] }).map(
    ({ pointer, found }) => `${pointer}: ${found}`,
  );
};

const operations = (...list: readonly string[]) => `to: [${list.map((one) => `{operation: {${one}}}`).join(', ')}]`;
const onPort = (...ports: readonly string[]) =>
  `when: [{key: destination.port, values: [${ports.map((port) => `"${port}"`).join(', ')}]}]`;

describe('a DENY with HTTP fields', () => {
  const deny = (rule: string, ports?: string) =>
    says('deny-http-without-port', `action: DENY, rules: [{${rule}}]`, ports);

  test('closes a TCP port by the one operation that names no port, whatever the others name', () => {
    expect(deny(operations('paths: [/b], ports: ["8080"]', 'paths: [/admin]'))).toEqual([
      '/spec/rules/0/to/1/operation: a DENY rule has paths, and nothing excludes TCP port 3306 of db',
    ]);
  });

  test.each([
    ['ports that are another', operations('paths: [/b], ports: ["8080"]'), 0],
    ['ports that are the TCP one', operations('paths: [/b], ports: ["3306"]'), 1],
    ['ports it is not for', operations('paths: [/b], notPorts: ["3306"]'), 0],
    ['ports it is not for, but of another', operations('paths: [/b], notPorts: ["8080"]'), 1],
    [
      'a condition, which counts for every operation',
      `${operations('paths: [/a]', 'methods: [GET]')}, ${onPort('8080')}`,
      0,
    ],
    ['a condition for both ports', `${operations('paths: [/a]')}, ${onPort('8080', '3306')}`, 1],
    [
      'ports beside a source that Istio drops',
      `from: [{source: {requestPrincipals: ["*"]}}], ${operations('ports: ["3306"]')}`,
      1,
    ],
    ['nothing but ports in one operation', operations('ports: ["3306"]', 'paths: [/a], ports: ["8080"]'), 0],
  ])('is held against %s', (_, rule, count) => {
    expect(deny(rule)).toHaveLength(count);
  });
});

describe('an ALLOW with HTTP fields', () => {
  const allow = (rule: string, ports?: string) => says('allow-http-on-tcp', `rules: [{${rule}}]`, ports);

  test('opens no TCP port by any of its operations, as Istio drops the rule there', () => {
    expect(allow(operations('paths: [/a], ports: ["8080"]', 'ports: ["3306"]'))).toEqual([
      '/spec/rules/0/to/1/operation: an ALLOW rule has paths, but db has only TCP ports for it',
    ]);
  });

  test('opens nothing of a TCP workload, though another operation names a port it does not have', () => {
    expect(allow(operations('paths: [/a]', 'paths: [/b], ports: ["8080"]'), TCP)).toHaveLength(1);
  });

  test.each([
    ['an HTTP port among those it is for', operations('paths: [/a]'), undefined],
    ['ports it is not for', operations('paths: [/a], notPorts: ["3306"]'), undefined],
    ['a condition that leaves the HTTP port', `${operations('paths: [/a]')}, ${onPort('8080')}`, undefined],
    ['no HTTP field at all', operations('ports: ["3306"]'), undefined],
    ['ports of other pods', operations('paths: [/a], ports: ["9090"]'), undefined],
  ])('is right with %s', (_, rule, ports) => {
    expect(allow(rule, ports)).toEqual([]);
  });
});

describe('an ALLOW with HTTP fields for a whole namespace', () => {
  const deployment = (name: string, ports: string, annotations = '') =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: shop}\nspec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}, annotations: {${annotations}}}, spec: {containers: [{name: a, image: "a:1.0.0", ports: [${ports}]}]}}}\n`;
  const serviceOf = (name: string, port: string) => service(port).replaceAll('db', name);
  const allow = (operation: string, ...others: readonly string[]) => {
    const policy = `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: all, namespace: shop}\nspec: {rules: [{${operations(operation)}}]}\n`;
    const text = [pods, service(TCP), ...others, policy].join('---\n');
    return checkFiles([{ file: 'a.yaml', text }], { rules: ['allow-http-on-tcp'] }).map(({ found }) => found);
  };
  const SAYS = ['an ALLOW rule has methods, but db has only TCP ports for it'];
  const web = deployment('web', '');

  test.each([
    ['an HTTP port of another workload', 'methods: [GET]', web, serviceOf('web', HTTP)],
    ['a port of another workload whose protocol is detected', 'methods: [GET]', web, serviceOf('web', '{port: 81}')],
    ['the HTTP port it names', 'methods: [GET], ports: ["3306", "8080"]', web, serviceOf('web', HTTP)],
    [
      'a port that a gateway ends',
      'methods: [GET]',
      deployment('web', '', 'inject.istio.io/templates: gateway'),
      serviceOf('web', '{name: https, port: 443}'),
    ],
    ['a port that no Service leads to', 'methods: [GET]', deployment('web', '{containerPort: 9090}')],
  ])('is right with %s', (_, operation, ...others) => {
    expect(allow(operation, ...others)).toEqual([]);
  });

  test.each([
    ['no other workload', 'methods: [GET]'],
    ['another workload for TCP', 'methods: [GET]', web, serviceOf('web', '{name: tls, port: 443}')],
    ['an HTTP port it is not for', 'methods: [GET], ports: ["3306"]', web, serviceOf('web', HTTP)],
    ['another workload without ports', 'methods: [GET]', web],
    ['a UDP port', 'methods: [GET]', web, serviceOf('web', '{name: dns, port: 53, protocol: UDP}')],
    ['a UDP port that no Service leads to', 'methods: [GET]', deployment('web', '{containerPort: 53, protocol: UDP}')],
    [
      'a declared port that Services call by TCP',
      'methods: [GET]',
      deployment('web', '{containerPort: 443}'),
      serviceOf('web', '{name: tls, port: 443}'),
    ],
    [
      'a port that no Service leads to and that it is not for',
      'methods: [GET], notPorts: ["9090"]',
      deployment('web', '{containerPort: 9090}'),
    ],
  ])('opens nothing with %s', (_, operation, ...others) => {
    expect(allow(operation, ...others)).toEqual(SAYS);
  });
});

test('each star that is only a letter is reported where it stands', () => {
  const values = '["/a*", "/b/*/c", "*d", "/e*f"]';
  expect(
    says('wildcard-inside', `rules: [{${operations(`paths: ${values}`)}}]`).map((one) => one.split(' has')[0]),
  ).toEqual(['/spec/rules/0/to/0/operation/paths/1: "/b/*/c"', '/spec/rules/0/to/0/operation/paths/3: "/e*f"']);
});

describe('the TCP port that a DENY with HTTP fields closes', () => {
  const deny = 'action: DENY, rules: [{to: [{operation: {methods: [DELETE]}}]}]';

  test('is the port of the pods, not that of the Service', () => {
    expect(says('deny-http-without-port', deny, '{name: tcp, port: 3306, targetPort: 3307}')).toEqual([
      expect.stringContaining('TCP port 3307 of db'),
    ]);
  });

  test('is called by its name where the pods do not say its number', () => {
    expect(says('deny-http-without-port', deny, '{name: tcp, port: 3306, targetPort: mysql}')).toEqual([
      expect.stringContaining('TCP port mysql of db'),
    ]);
  });

  const edge = (ports: string) =>
    [
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: edge, namespace: shop}\nspec: {selector: {matchLabels: {app: edge}}, template: {metadata: {labels: {app: edge, sidecar.istio.io/inject: "true"}, annotations: {inject.istio.io/templates: gateway}}, spec: {containers: [{name: istio-proxy, image: auto}]}}}\n',
      `apiVersion: v1\nkind: Service\nmetadata: {name: edge, namespace: shop}\nspec: {selector: {app: edge}, ports: [${ports}]}\n`,
      'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop}\nspec: {selector: {app: edge}, servers: [{port: {number: 9000, name: tcp, protocol: TCP}, hosts: ["*"]}]}\n',
      `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: edge, namespace: shop}\nspec: {${deny}}\n`,
    ].join('---\n');

  test.each([
    ['the one the Service leads the port of the Gateway to', '{name: tcp, port: 9000, targetPort: 9900}', 9900],
    ['the port of the Gateway, where no Service has it', '{name: http, port: 80, targetPort: 8080}', 9000],
  ])('of a gateway is %s', (_, ports, port) => {
    const findings = checkFiles([{ file: 'a.yaml', text: edge(ports) }], { rules: ['deny-http-without-port'] });

    expect(findings.map(({ values }) => values.port)).toEqual([port]);
  });
});
