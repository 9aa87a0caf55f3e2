import { EnrolledWorkload, TrustDomain } from '../../../lib';
import { addWeb, makeShop, principal, written } from '../mesh/shop-fixture';

const BATCH = {
  name: 'nightly',
  namespace: 'jobs',
  serviceAccountName: 'batch',
  labels: { app: 'nightly' },
  trustDomain: TrustDomain.parse('acme.teleport.sh'),
};

test('its identity is made of its namespace and ServiceAccount, not of its name', () => {
  expect(new EnrolledWorkload(BATCH).identity.toString()).toBe('spiffe://acme.teleport.sh/ns/jobs/sa/batch');
});

test('it calls services with several kinds of requests at once', () => {
  const { app, shop } = makeShop();
  new EnrolledWorkload(BATCH).calls(addWeb(shop, 'api'), { methods: ['GET'] }, { methods: ['PUT'], paths: ['/x'] });

  const { rules } = written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'api').spec;
  expect(rules).toEqual([
    {
      from: [{ source: { principals: [principal('batch', 'jobs')] } }],
      to: [{ operation: { methods: ['GET'], ports: ['8080'] } }],
    },
    {
      from: [{ source: { principals: [principal('batch', 'jobs')] } }],
      to: [{ operation: { methods: ['PUT'], paths: ['/x'], ports: ['8080'] } }],
    },
  ]);
});
