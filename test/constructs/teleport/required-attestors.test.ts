import type { AllowRule } from '../../../lib/constructs/teleport/allow-rule';
import { WorkloadIdentity } from '../../../lib/constructs/teleport/workload-identity';
import { attributes } from '../../../lib/upstream/teleport/attributes';

const { kubernetes, unix, systemd } = attributes.workload;
const attestorsOf = (id: string, ...allow: AllowRule[]) =>
  new WorkloadIdentity({ name: 'server', id, allow }).attestors;

describe('the attestors an identity cannot do without', () => {
  test('are Kubernetes with Istio', () => {
    expect(WorkloadIdentity.forIstio({ name: 'mesh' }).attestors).toEqual(['kubernetes']);
  });

  test('are those of its templates and those every rule needs', () => {
    const rule = { conditions: [unix.uid.eq(1000)] };
    expect(attestorsOf('/svc/server', rule)).toEqual(['unix']);
    expect(attestorsOf(`/svc/${systemd.service}`, rule)).toEqual(['systemd', 'unix']);
  });

  test('are none that one of several rules does without', () => {
    expect(
      attestorsOf('/svc/a', { conditions: [unix.uid.eq(1)] }, { conditions: [kubernetes.namespace.eq('a')] }),
    ).toEqual([]);
    expect(attestorsOf('/svc/a', { conditions: [unix.uid.eq(1)] }, { expression: 'user.is_bot' })).toEqual([]);
  });

  test('are none that a condition does not need to find', () => {
    const namespace = kubernetes.namespace.eq('a');
    expect(attestorsOf('/svc/a', { conditions: [namespace, unix.uid.notEq(0)] })).toEqual(['kubernetes', 'unix']);
    expect(attestorsOf('/svc/a', { conditions: [namespace, unix.gid.notEq(7)] })).toEqual(['kubernetes']);
  });

  test('are none for the identity of one tbot', () => {
    expect(attestorsOf('/svc/a', { conditions: [attributes.join.kubernetes.service_account.name.eq('a')] })).toEqual(
      [],
    );
  });
});
