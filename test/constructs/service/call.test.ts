import { Port } from '../../../lib';
import { toOperation } from '../../../lib/constructs/service/call';

const WEB = Port.http(80, { targetPort: 8080 });
const ADMIN = Port.http(9090, { suffix: 'admin' });
const DB = Port.mysql();

const operation = (options: Parameters<typeof toOperation>[2], ports = [WEB, ADMIN, DB]) =>
  toOperation('shop/callee', ports, options);

test('without options means every port, by the number the pod listens on', () => {
  expect(operation({})).toEqual({ ports: [3306, 8080, 9090] });
});

test('methods, paths and hosts mean the HTTP ports only, since Istio would close the others', () => {
  expect(operation({ methods: ['GET'] }).ports).toEqual([8080, 9090]);
  expect(operation({ paths: ['/'] }).ports).toEqual([8080, 9090]);
  expect(operation({ hosts: ['a.com'] }).ports).toEqual([8080, 9090]);
});

test('a port is named by its number in the Service', () => {
  expect(operation({ ports: [80] })).toEqual({ ports: [8080] });
  expect(operation({ ports: [9090], methods: ['GET'] })).toEqual({ methods: ['GET'], ports: [9090] });
});

test('what is said in another order, or twice, is the same operation in the same bytes', () => {
  const one = operation({ methods: ['POST', 'GET', 'GET'], paths: ['/b', '/a'], ports: [9090, 80, 80] });
  const two = operation({ ports: [80, 9090], paths: ['/a', '/b', '/a'], methods: ['GET', 'POST'] });

  expect(JSON.stringify(one)).toBe(JSON.stringify(two));
});

test('ports are sorted as numbers', () => {
  expect(operation({}, [Port.tcp(10000), Port.http(9000)]).ports).toEqual([9000, 10000]);
});

test('a port that the callee does not have is refused with a list of those it has', () => {
  expect(() => operation({ ports: [8080] })).toThrow(
    '[shop/callee] the service does not have this port: 8080. Allowed: http 80 -> 8080, http-admin 9090, mysql 3306. ' +
      "Fix: use the number of the Service's port, not the one the container listens on.",
  );
});

test.each([{ methods: ['GET'] }, { paths: ['/'] }, { hosts: ['a.com'] }])(
  '%j on a TCP port is refused: Istio would drop the rule and close the port',
  (options) => {
    expect(() => operation({ ...options, ports: [3306] })).toThrow(
      /\[shop\/callee\] methods, paths and hosts apply only to HTTP ports.*"mysql 3306"\. Allowed: http 80 -> 8080, http-admin 9090/,
    );
    expect(() => operation({ ...options, ports: [80, 3306] })).toThrow(/"mysql 3306"/);
    expect(() => operation(options, [DB])).toThrow(/"mysql 3306"\. Allowed: a call without methods, paths and hosts/);
  },
);

test('a service without ports cannot be called', () => {
  expect(() => operation({}, [])).toThrow(/has no ports, so it cannot be called\..*declare a port/);
  expect(() => operation({ ports: [] })).toThrow(/the list of ports is empty: \[\]/);
  expect(() => operation({ ports: [80] }, [])).toThrow(/declare a port/);
});
