import { type MeshNamespaceProps, MtlsMode, Port } from '../../../lib';
import { accessMatrix, compareAccess, MeshModel } from '../../../lib/access';
import { checkFiles } from '../../../lib/check';
import { addWeb, makeShop, written } from './shop-fixture';

/** A shop on its way into the mesh: `web` is in it and calls `api`, the others come in plain text. */
function shopWith(options: Partial<MeshNamespaceProps>) {
  const made = makeShop(options);
  const api = addWeb(made.shop, 'api', { ports: [Port.http(80), Port.tcp(5432)] });
  addWeb(made.shop, 'web').calls(api, { methods: ['GET'], ports: [80] });
  return made;
}

const modelOf = (options: Partial<MeshNamespaceProps>) => MeshModel.from(shopWith(options).app);

function cells(model: MeshModel, from: string): Readonly<Record<string, string>> {
  const own = accessMatrix(model).cells.filter((cell) => cell.from === from);
  return Object.fromEntries(own.map(({ to, port, access }) => [`${to}:${port.port}`, access]));
}

test('everybody comes in plain text at every port, and callers with an identity do what they did', () => {
  const model = modelOf({ plaintextFrom: 'everybody' });

  expect(cells(model, 'outside')).toEqual({
    'shop/api:80': 'allowed',
    'shop/api:5432': 'allowed',
    'shop/web:80': 'allowed',
  });
  expect(cells(model, 'shop/web')).toEqual({ 'shop/api:80': 'conditional', 'shop/api:5432': 'denied' });
  expect(cells(model, 'any identity of the trust domain')).toEqual({
    'shop/api:80': 'denied',
    'shop/api:5432': 'denied',
    'shop/web:80': 'denied',
  });
});

test('addresses say who', () => {
  const model = modelOf({ plaintextFrom: ['10.1.0.0/16'] });
  const from = (sourceIp: string) => {
    const answer = model.decide({ from: 'outside', to: 'shop/api', port: 5432, sourceIp });
    return answer.verdict;
  };

  expect([from('10.1.2.3'), from('10.2.0.1')]).toEqual(['allowed', 'denied']);
  expect(() => shopWith({ plaintextFrom: ['10.1.0.0/33'] })).toThrow(/10\.1\.0\.0\/33/);
});

test('without the option the same app is strict, and the difference is what closes', () => {
  const changes = compareAccess(modelOf({ plaintextFrom: 'everybody' }), modelOf({}));

  expect(changes.length).toBeGreaterThan(0);
  expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['closed']));
  expect(changes.map(({ from }) => from)).not.toContain('shop/web');
});

test('the checker finds nothing to say of it, and a notice reminds of it', () => {
  const { app } = shopWith({ plaintextFrom: 'everybody' });
  const files = [...app.synthFiles()].map(([file, text]) => ({ file, text }));

  expect(checkFiles(files).map(({ rule }) => rule)).toEqual([]);
  expect(app.render().notices.join('\n')).toContain('Namespace shop still accepts plain text from everybody');
});

test('the namespace is permissive meanwhile, and cannot be said to be something else', () => {
  expect(
    written(shopWith({ plaintextFrom: 'everybody' }).app, 'shop-policies.k8s.yaml', 'PeerAuthentication', 'default')
      .spec,
  ).toEqual({
    mtls: { mode: 'PERMISSIVE' },
  });
  expect(() => shopWith({ plaintextFrom: 'everybody', mtls: MtlsMode.STRICT })).toThrow(/plaintextFrom/);
  expect(() => shopWith({ plaintextFrom: 'everybody', mtls: MtlsMode.DISABLE })).toThrow(/plaintextFrom/);
  expect(shopWith({ plaintextFrom: 'everybody', mtls: MtlsMode.PERMISSIVE }).shop.plaintextPolicy).toBeDefined();
  expect(shopWith({ mtls: MtlsMode.PERMISSIVE }).shop.plaintextPolicy).toBeUndefined();
});

test('a service that is strict by itself stays closed', () => {
  const { app, shop } = makeShop({ plaintextFrom: 'everybody' });
  addWeb(shop, 'vault', { mtls: MtlsMode.STRICT });

  expect(cells(MeshModel.from(app), 'outside')).toEqual({ 'shop/vault:80': 'denied' });
});
