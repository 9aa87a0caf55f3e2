import { TestApp } from '../../../lib/demos';
import { makeShop, written } from '../mesh/shop-fixture';

test('nothing is written that the API server drops, so that a second apply changes nothing', () => {
  const { app, mesh } = makeShop();
  new TestApp(app, 'test-app', { mesh });
  const { spec } = written(app, 'test-app.k8s.yaml', 'Deployment', 'test-app');

  expect(spec).not.toHaveProperty('minReadySeconds');
  expect(spec.template.spec).not.toHaveProperty('hostNetwork');
  expect(spec.template.spec.securityContext).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
});
