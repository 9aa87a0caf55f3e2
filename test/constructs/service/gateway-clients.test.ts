import { PARTNER_ROOTS } from '../../../examples/partner/partner-roots';
import {
  type ExposeOptions,
  type ForeignCaller,
  IngressGateway,
  type MeshService,
  TrustBundle,
  TrustDomain,
} from '../../../lib';
import { MeshModel } from '../../../lib/access';
import { checkFiles } from '../../../lib/check';
import { addWeb, type Document, documentsIn, makeShop, written } from '../mesh/shop-fixture';

const partner = TrustBundle.of(TrustDomain.parse('partner.example'), PARTNER_ROOTS);
const sync = partner.workload({ namespace: 'billing', serviceAccount: 'sync' });
const OPTIONS = { hosts: ['api.example.com'], tlsSecret: 'api-tls', clients: [sync] } as const;

function expose(options: ExposeOptions, gateway = IngressGateway.of()) {
  const made = makeShop({}, { istio: { ingressGateway: gateway } });
  const api = addWeb(made.shop, 'api');
  const route = api.exposeThrough(made.mesh.ingressGateway, options);
  return { ...made, api, route };
}

const refusal = (options: ExposeOptions, gateway?: IngressGateway) => () => expose(options, gateway);

test('the gateway asks for certificates of the other trust domain at that host, and nowhere else', () => {
  const { app, mesh, shop, route } = expose(OPTIONS);
  addWeb(shop, 'web').exposeThrough(mesh.ingressGateway, { hosts: ['web.example.com'], tlsSecret: 'web-tls' });
  const servers = (name: string): readonly Document[] => written(app, 'shop.k8s.yaml', 'Gateway', name).spec.servers;

  expect(servers('api')[0].tls).toEqual({
    mode: 'MUTUAL',
    credentialName: 'api-tls',
    caCertCredentialName: 'configmap://shop/api-clients',
  });
  expect(servers('api')[1].tls).toEqual({ httpsRedirect: true });
  expect(servers('web')[0].tls).toEqual({ mode: 'SIMPLE', credentialName: 'web-tls' });
  expect(written(app, 'shop.k8s.yaml', 'ConfigMap', 'api-clients').data).toEqual({ 'ca.crt': PARTNER_ROOTS });
  expect(route.clients?.roots.name).toBe('api-clients');
});

test('who may come is decided by name at the gateway: the roots could issue any', () => {
  const { app } = expose(OPTIONS);
  const policy = written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'shop-api-clients');

  expect(policy.metadata.namespace).toBe('istio-system');
  expect(policy.spec).toMatchObject({
    action: 'DENY',
    rules: [
      {
        from: [{ source: { notPrincipals: ['partner.example/ns/billing/sa/sync'] } }],
        to: [{ operation: { hosts: ['api.example.com', 'api.example.com:*'], ports: ['8443'] } }],
      },
    ],
  });
});

test('the evaluator says the same: that workload, and nobody else of its trust domain or ours', () => {
  const { app } = expose(OPTIONS);
  const model = MeshModel.from(app);
  const at = (from: string, to: string, host: string) =>
    model.decide({ from, to, port: to.startsWith('shop') ? 80 : 443, method: 'GET', path: '/', host }).verdict;
  const gateway = 'istio-system/istio-ingressgateway';

  expect(at('spiffe://partner.example/ns/billing/sa/sync', gateway, 'api.example.com')).toBe('allowed');
  expect(at('spiffe://partner.example/ns/billing/sa/other', gateway, 'api.example.com')).toBe('denied');
  expect(at('spiffe://partner.example/ns/billing/sa/other', gateway, 'api.example.com:443')).toBe('denied');
  expect(at('spiffe://acme.teleport.sh/ns/shop/sa/api', gateway, 'api.example.com')).toBe('denied');
  expect(at('spiffe://partner.example/ns/billing/sa/sync', 'shop/api', 'api.example.com')).toBe('denied');
});

test('the checker finds nothing to say of it', () => {
  const files = [...expose(OPTIONS).app.synthFiles()].map(([file, text]) => ({ file, text }));
  expect(checkFiles(files).map(({ rule }) => rule)).toEqual([]);
});

test('clients of two trust domains are refused at one host, because either could issue the other’s identities', () => {
  const other = TrustBundle.of(TrustDomain.parse('other.example'), PARTNER_ROOTS);
  const clients: readonly [ForeignCaller, ...ForeignCaller[]] = [sync, other.anybody()];

  expect(refusal({ ...OPTIONS, clients })).toThrow(/two trust domains.*partner\.example.*other\.example/);
  expect(refusal({ ...OPTIONS, clients: [sync, partner.identity('/svc/x')] })).not.toThrow();
});

test.each<[string, ExposeOptions, RegExp]>([
  [
    'without a certificate of its own',
    { hosts: ['api.example.com'], clients: [sync] },
    /clients together with tlsSecret/,
  ],
  ['for every host', { tlsSecret: 'api-tls', clients: [sync] }, /full names/],
  ['for a wildcard', { ...OPTIONS, hosts: ['*.example.com'] }, /full names/],
])('clients %s are refused', (_, options, problem) => {
  expect(refusal(options)).toThrow(problem);
});

test('the policy names the port that the gateway’s pods listen on', () => {
  const gateway = IngressGateway.of({ ports: [{ name: 'https', port: 443, targetPort: 9443 }] });
  const { app } = expose(OPTIONS, gateway);

  expect(
    written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'shop-api-clients').spec.rules[0].to[0].operation
      .ports,
  ).toEqual(['9443']);
});

test('without clients nothing of it is written', () => {
  const { app, route }: { app: ReturnType<typeof expose>['app']; api: MeshService; route: { clients?: unknown } } =
    expose({ hosts: ['api.example.com'], tlsSecret: 'api-tls' });

  expect(route.clients).toBeUndefined();
  expect(documentsIn(app, 'shop.k8s.yaml').filter(({ kind }) => kind === 'ConfigMap')).toEqual([]);
});
