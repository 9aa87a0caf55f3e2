import { Duration } from 'cdk8s';
import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { WorkloadIdentity, type WorkloadIdentityProps } from '../../../lib/constructs/teleport/workload-identity';
import { TrustDomain } from '../../../lib/upstream/spiffe/trust-domain';
import { attributes } from '../../../lib/upstream/teleport/attributes';

const { kubernetes, unix } = attributes.workload;
const attested = { conditions: [kubernetes.attested.eq(true)] };

const identity = (props: Partial<WorkloadIdentityProps> = {}) =>
  new WorkloadIdentity({ name: 'server', id: '/svc/server', allow: [attested], ...props });
const specOf = (made: WorkloadIdentity) => made.toTctlDocument().spec;

describe('WorkloadIdentity.forIstio', () => {
  test('gives each ServiceAccount of the namespaces its own identity, if tbot attested the pod', () => {
    const made = WorkloadIdentity.forIstio({ name: 'mesh', namespaces: ['shop', 'bank', 'shop'] });
    expect(made.toTctlDocument()).toEqual({
      kind: 'workload_identity',
      version: 'v1',
      metadata: { name: 'mesh', labels: { 'workload-identity': 'mesh' } },
      spec: {
        spiffe: { id: '/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}' },
        rules: {
          allow: [
            {
              conditions: [
                { attribute: 'workload.kubernetes.attested', eq: { value: 'true' } },
                { attribute: 'workload.kubernetes.namespace', in: { values: ['bank', 'shop'] } },
              ],
            },
          ],
        },
      },
    });
  });

  test('lets namespaces in until it is written, in an order of its own', () => {
    const made = WorkloadIdentity.forIstio({ name: 'mesh', namespaces: ['shop'] });
    made.allowNamespaces('bank', 'shop');
    made.allowNamespaces('a');
    expect(made.namespaces).toEqual(['a', 'bank', 'shop']);
    expect(specOf(made)).toEqual(
      specOf(WorkloadIdentity.forIstio({ name: 'mesh', namespaces: ['bank', 'a', 'shop'] })),
    );
  });

  test('is not written without a namespace', () => {
    const made = WorkloadIdentity.forIstio({ name: 'mesh' });
    expect(() => made.toTctlDocument()).toThrow('[WorkloadIdentity mesh] no namespace may get identities');
    made.allowNamespaces('shop');
    expect(() => made.toTctlDocument()).not.toThrow();
  });

  test.each(['*', 'Shop', 'a.b', '', 'shop*'])('refuses the namespace %j', (namespace) => {
    expect(() => WorkloadIdentity.forIstio({ name: 'mesh', namespaces: [namespace] })).toThrow(InvalidInputError);
  });
});

describe('the SPIFFE ID of a WorkloadIdentity', () => {
  test.each([
    '/svc/server',
    '/A-z_0.9',
    `/svc/${unix.binary_hash}`,
    `/svc/v-${kubernetes.pod_name}.x`,
    `/team/${kubernetes.labels.entry('team')}`,
    '/team/{{workload.kubernetes.labels.team}}',
    '/user/{{ strings.lower(user.name) }}',
    '/user/{{ regex.replace(user.name, "^a.b$", "c/d?") }}',
    `/pid/${unix.pid}`,
    `/user/${unix.uid}/${unix.gid}`,
  ])('may be %s', (id) => {
    expect(specOf(identity({ id }))).toMatchObject({ spiffe: { id } });
  });

  test.each([
    ['svc/server', 'does not start with "/"'],
    ['spiffe://example.org/svc', 'remove "spiffe://" and the trust domain'],
    ['', 'does not start with "/"'],
    ['/', 'or a trailing slash'],
    ['/svc/', 'or a trailing slash'],
    ['/svc//server', 'empty segment'],
    ['/svc/../server', 'dot segment'],
    ['/svc/a b', 'not allowed'],
    ['/svc/a%20b', 'must not use percent-encoding'],
    ['/svc/{{ }}', 'placeholder is empty'],
    ['/svc/{{ workload.kubernetes.namespace }', 'curly brace'],
    ['/svc/{{ "{" }}', 'curly brace'],
    ['/svc/{server}', 'curly brace'],
    ['/svc/{{ namespace }}', 'no attribute "namespace"'],
    ['/svc/{{ workload.kubernetes.serviceaccount }}', 'no attribute "workload.kubernetes.serviceaccount"'],
    ['/svc/{{ strings.lower(workload.kubernetes.ns) }}', 'no attribute "workload.kubernetes.ns"'],
    ['/svc/{{ workload.kubernetes.labels }}', 'no attribute "workload.kubernetes.labels"'],
    ['/svc/{{ workload.kubernetes }}', 'no attribute "workload.kubernetes"'],
  ])('may not be %j: %s', (id, problem) => {
    expect(() => identity({ id })).toThrow(InvalidInputError);
    expect(() => identity({ id })).toThrow(problem);
  });

  test('can be verified by others if it is the same for all workloads', () => {
    const trustDomain = TrustDomain.parse('example.org');
    expect(identity().spiffeId(trustDomain).toString()).toBe('spiffe://example.org/svc/server');
    const mesh = WorkloadIdentity.forIstio({ name: 'mesh', namespaces: ['shop'] });
    expect(() => mesh.spiffeId(trustDomain)).toThrow('depends on the workload');
  });
});

describe('the allow rules of a WorkloadIdentity', () => {
  test('take every operator in the form of the resource', () => {
    const allow = [
      {
        conditions: [
          unix.uid.eq(1000),
          unix.binary_path.notEq('/bin/sh'),
          kubernetes.namespace.in(['b', 'a']),
          kubernetes.service_account.notIn(['default']),
        ],
      },
    ];
    expect(specOf(identity({ allow }))).toMatchObject({
      rules: {
        allow: [
          {
            conditions: [
              { attribute: 'workload.unix.uid', eq: { value: '1000' } },
              { attribute: 'workload.unix.binary_path', not_eq: { value: '/bin/sh' } },
              { attribute: 'workload.kubernetes.namespace', in: { values: ['a', 'b'] } },
              { attribute: 'workload.kubernetes.service_account', not_in: { values: ['default'] } },
            ],
          },
        ],
      },
    });
  });

  test('are never empty: that would let everybody have the identity', () => {
    expect(() => identity({ allow: [] })).toThrow('every process that can open');
  });

  test.each([
    ['no condition', []],
    ['only a negative one', [kubernetes.namespace.notEq('kube-system')]],
    ['only negative ones', [kubernetes.namespace.notIn(['a', 'b']), unix.uid.notEq(1000)]],
    ['one that unattested callers meet', [kubernetes.attested.eq(false)]],
    ['root, whose number is also what is not set', [unix.uid.eq(0)]],
  ])('refuse a rule with %s', (_, conditions) => {
    const allow = [attested, { conditions }];
    expect(() => identity({ allow })).toThrow(
      'workloads without attestation meet all conditions of an allow rule: an unset attribute counts as "", 0 or false',
    );
    expect(() => identity({ allow: [{ conditions: [...conditions, unix.attested.eq(true)] }] })).not.toThrow();
  });

  test('may identify the tbot instead of the workload', () => {
    const { service_account } = attributes.join.kubernetes;
    const conditions = [service_account.namespace.eq('shop'), service_account.name.eq('front')];
    expect(() => identity({ allow: [{ conditions }] })).not.toThrow();
  });

  test('put expressions last, because an error in one ends the evaluation', () => {
    const expression = `${kubernetes.labels.path}["team"] == "shop" && ${kubernetes.namespace.path} == "a"`;
    expect(specOf(identity({ allow: [{ expression }, attested] }))).toMatchObject({
      rules: { allow: [{ conditions: [{}] }, { expression }] },
    });
  });

  test.each([
    ['', 'no expression'],
    ['  ', 'no expression'],
    ['workload.kubernetes.label["a"] == "b"', 'no attribute "workload.kubernetes.label"'],
    ['namespace == "a"', 'no attribute "namespace"'],
    ['contains(workload.kubernetes.labels, "a")', 'no attribute "workload.kubernetes.labels"'],
  ])('refuse the expression %j', (expression, problem) => {
    expect(() => identity({ allow: [{ expression }] })).toThrow(problem);
  });

  test.each([
    'user.traits["teams"].contains("a.b.c")',
    'contains(user.traits.teams, `namespace`)',
    'sigstore.policy_satisfied("github-provenance")',
    'user.is_bot == true && !(workload.unix.uid == 0)',
  ])('accept the expression %s', (expression) => {
    expect(() => identity({ allow: [{ expression }] })).not.toThrow();
  });

  test('are either conditions or an expression', () => {
    // @ts-expect-error both do not compile
    const allow: WorkloadIdentityProps['allow'] = [{ ...attested, expression: 'user.is_bot' }];
    expect(() => identity({ allow })).toThrow('the allow rule has no expression, or also has conditions');
  });
});

describe('the SVIDs of a WorkloadIdentity', () => {
  test('have lifetimes in whole seconds, the only form Teleport reads', () => {
    const made = identity({ x509MaximumTtl: Duration.hours(1), jwtMaximumTtl: Duration.minutes(5) });
    expect(specOf(made)).toMatchObject({ spiffe: { x509: { maximum_ttl: '3600s' }, jwt: { maximum_ttl: '300s' } } });
  });

  test('may live as long as Teleport allows, and not a second longer', () => {
    expect(specOf(identity({ x509MaximumTtl: Duration.days(14) }))).toMatchObject({
      spiffe: { x509: { maximum_ttl: '1209600s' } },
    });
    expect(specOf(identity({ jwtMaximumTtl: Duration.hours(24) }))).toMatchObject({
      spiffe: { jwt: { maximum_ttl: '86400s' } },
    });
    expect(() => identity({ x509MaximumTtl: Duration.seconds(1209601) })).toThrow('1 second to 14 days');
    expect(() => identity({ jwtMaximumTtl: Duration.seconds(86401) })).toThrow('out of range');
    expect(() => identity({ jwtMaximumTtl: Duration.seconds(0) })).toThrow('out of range');
    expect(() => identity({ x509MaximumTtl: Duration.millis(1500) })).toThrow('whole seconds');
  });

  test('tell tbot the longest lifetime Teleport will give them', () => {
    const made = identity({ x509MaximumTtl: Duration.hours(1) });
    expect(made.x509MaximumTtl.toSeconds()).toBe(3600);
    expect(made.jwtMaximumTtl.toSeconds()).toBe(86400);
    expect(identity().x509MaximumTtl.toSeconds()).toBe(86400);
  });

  test('have a hint, DNS names and a subject if asked, each with placeholders', () => {
    const dnsSans = [`${kubernetes.service_account}.${kubernetes.namespace}.svc`, '*.example.com'];
    const subject = { commonName: `${kubernetes.pod_name}`, organization: 'Shop', organizationalUnit: 'Carts' };
    expect(specOf(identity({ hint: `pod-${kubernetes.pod_name}`, dnsSans, subject }))).toMatchObject({
      spiffe: {
        hint: 'pod-{{ workload.kubernetes.pod_name }}',
        x509: {
          dns_sans: [
            '{{ workload.kubernetes.service_account }}.{{ workload.kubernetes.namespace }}.svc',
            '*.example.com',
          ],
          subject_template: {
            common_name: '{{ workload.kubernetes.pod_name }}',
            organization: 'Shop',
            organizational_unit: 'Carts',
          },
        },
      },
    });
  });

  test('carry nothing that was not asked for', () => {
    expect(specOf(identity())).toMatchObject({ spiffe: { id: '/svc/server' } });
    expect(Object.keys((specOf(identity()) as { spiffe: object }).spiffe)).toEqual(['id']);
  });

  test.each(['a b', '', 'a..b', '-a', '{{ namespace }}', 'a.*.b'])('refuse the DNS name %j', (name) => {
    expect(() => identity({ dnsSans: [name] })).toThrow(InvalidInputError);
  });

  test('refuse unknown attributes in the hint and the subject', () => {
    expect(() => identity({ hint: '{{ pod }}' })).toThrow('no attribute "pod"');
    expect(() => identity({ subject: { organization: '{{ pod }}' } })).toThrow('no attribute "pod"');
  });
});

describe('the name and labels of a WorkloadIdentity', () => {
  test('always include the label that holds the name, in one order', () => {
    expect(Object.entries(identity({ labels: { zone: 'eu', env: 'dev' } }).labels)).toEqual([
      ['env', 'dev'],
      ['workload-identity', 'server'],
      ['zone', 'eu'],
    ]);
  });

  test.each([{ env: '*' }, { '*': '*' }, { env: '^.*$' }, { env: '{{internal.logins}}' }])(
    'refuse %j, which a role would read as a pattern',
    (labels) => {
      expect(() => identity({ labels })).toThrow(InvalidInputError);
    },
  );

  test('refuse another value for the own label', () => {
    expect(() => identity({ labels: { 'workload-identity': 'other' } })).toThrow('is reserved');
  });

  test.each(['', 'Server', 'a/b', 'a b', '*', 'a'.repeat(64)])('refuse the name %j', (name) => {
    expect(() => identity({ name })).toThrow(InvalidInputError);
  });
});
