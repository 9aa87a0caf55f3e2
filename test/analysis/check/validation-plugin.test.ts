import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Validation } from 'cdk8s-cli/plugins';
import { TeleportIstioValidation, type TeleportIstioViolation } from '../../../lib';
import { InvalidInputError } from '../../../lib/base/invalid-input-error';

const ROOT = join(__dirname, '..', '..', '..', '..');
const POLICY = (principal: string) =>
  `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata:\n  name: catalogue\n  namespace: shop\nspec:\n  rules:\n    - from:\n        - source:\n            principals:\n              - ${principal}\n`;

describe('the plugin', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'validation-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function run(plugin: TeleportIstioValidation, files: Readonly<Record<string, string>>) {
    const manifests = Object.entries(files).map(([name, text]) => {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    });
    const violations: TeleportIstioViolation[] = [];
    const submitted: unknown[][] = [];
    const report = {
      addViolation: (violation: TeleportIstioViolation) => void violations.push(violation),
      submit: (...args: unknown[]) => void submitted.push(args),
    };
    await plugin.validate({ manifests, report });
    return { violations, submitted };
  }

  const WRONG = { 'a.k8s.yaml': POLICY('spiffe://example.teleport.sh/ns/shop/sa/front-end') };

  test('is one that cdk8s-cli takes', () => {
    const validation: Validation = new TeleportIstioValidation();
    expect(validation).toBeInstanceOf(TeleportIstioValidation);
  });

  test('reports what breaks a rule with kind, namespace and line, and fails the synth', async () => {
    const { violations, submitted } = await run(new TeleportIstioValidation(), WRONG);
    expect(violations).toMatchObject([
      {
        ruleName: 'principal-has-scheme (error)',
        violatingResources: [{ resourceName: 'catalogue', manifestPath: join(directory, 'a.k8s.yaml') }],
      },
    ]);
    expect(violations[0]?.violatingResources[0]?.locations[0]).toContain('AuthorizationPolicy/shop/catalogue');
    expect(violations[0]?.violatingResources[0]?.locations[0]).toContain('line 11');
    expect(submitted).toEqual([['failure', { errors: '1', warnings: '0' }]]);
  });

  test('reports a file that cannot be read, fails the synth, and checks the others', async () => {
    const { violations, submitted } = await run(new TeleportIstioValidation({ rules: ['principal-has-scheme'] }), {
      ...WRONG,
      'bad.k8s.yaml': 'a: b: c\n',
    });
    expect(violations.map(({ ruleName }) => ruleName)).toEqual(['principal-has-scheme (error)', 'yaml-syntax (error)']);
    expect(submitted).toEqual([['failure', { errors: '2', warnings: '0' }]]);
    const missing: TeleportIstioViolation[] = [];
    const report = { addViolation: (one: TeleportIstioViolation) => void missing.push(one), submit: jest.fn() };
    await new TeleportIstioValidation().validate({ manifests: [join(directory, 'gone.yaml')], report });
    expect(missing).toMatchObject([{ ruleName: 'file-unreadable (error)' }]);
    expect(report.submit).toHaveBeenCalledWith('failure', { errors: '1', warnings: '0' });
  });

  test('submits exactly once when nothing is wrong', async () => {
    const { violations, submitted } = await run(new TeleportIstioValidation(), {
      'a.k8s.yaml': POLICY('example.teleport.sh/ns/shop/sa/front-end'),
    });
    expect(violations).toEqual([]);
    expect(submitted).toEqual([['success', { errors: '0', warnings: '0' }]]);
  });

  test('looks at all files together', async () => {
    const { violations } = await run(new TeleportIstioValidation(), {
      'a.k8s.yaml': POLICY('example.teleport.sh/ns/shop/sa/frontend'),
      'b.k8s.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: front-end, namespace: shop}\n',
    });
    expect(violations.map(({ ruleName }) => ruleName)).toEqual(['principal-without-service-account (warning)']);
  });

  test('passes with warnings, unless they are to fail it', async () => {
    const files = { 'a.k8s.yaml': POLICY('"*"').replace(/rules:.*/s, 'rules: [{}]\n') };
    expect((await run(new TeleportIstioValidation(), files)).submitted[0]?.[0]).toBe('success');
    expect((await run(new TeleportIstioValidation({ failOn: 'warning' }), files)).submitted[0]?.[0]).toBe('failure');
  });

  test('skips rules it is told to skip', async () => {
    const plugin = new TeleportIstioValidation({ skip: ['principal-has-scheme'] });
    expect((await run(plugin, WRONG)).violations).toEqual([]);
  });

  test.each([
    [{ failon: 'warning' }, 'there is no such property: "failon"'],
    [{ failOn: 'info' }, 'the property failOn cannot be used: "info"'],
    [{ complete: 'yes' }, 'the property complete cannot be used: "yes"'],
    [{ rules: 'principal-has-scheme' }, 'the property rules cannot be used'],
    [{ skip: [1] }, 'the property skip cannot be used'],
    [{ skip: ['principal-has-schem'] }, 'write "principal-has-scheme"'],
    [{ rules: ['principal-has-scheme'], skip: ['principal-prefix'] }, 'no rule is left to apply'],
    [{ target: '1.28' }, 'the property target cannot be used'],
    [{ target: { istio: 1.28 } }, 'the property target cannot be used: {"istio":1.28}'],
    [{ target: { istioo: '1.28' } }, 'the property target cannot be used'],
    [{ target: { istio: 'x' } }, 'istio]'],
    [null, 'the properties are not a mapping: null'],
    [[], 'the properties are not a mapping: []'],
  ])('refuses the properties %j', (properties, message) => {
    const refused = expect(() => new TeleportIstioValidation(properties as object));
    refused.toThrow(InvalidInputError);
    refused.toThrow(message);
  });
});

test('loading the package does not load the rules', () => {
  const script = `require(${JSON.stringify(join(ROOT, 'build', 'lib'))});
    console.log(Object.keys(require.cache).filter((file) => /lib.analysis.(check.(rules|context)|schema)/.test(file)).length)`;
  expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()).toBe('0');
});
