import { renderOperation } from '../../../../lib/constructs/istio/policy/operation';
import { refusal } from '../refusal';

const refused = (operation: Parameters<typeof renderOperation>[1]) => refusal(() => renderOperation('here', operation));

test('fields keep their names, and ports become texts', () => {
  expect(renderOperation('here', { methods: ['GET'], paths: ['/a*'], hosts: ['*.example'], ports: [8080] })).toEqual({
    methods: ['GET'],
    paths: ['/a*'],
    hosts: ['*.example'],
    ports: ['8080'],
  });
  expect(renderOperation('here', { notPorts: [1, 65535] })).toEqual({ notPorts: ['1', '65535'] });
});

test('an operation without fields is refused', () => {
  expect(refused({}).problem).toBe('an operation is empty');
});

test('an empty list is refused: Istio would decode it to no restriction', () => {
  expect(refused({ methods: [] }).problem).toBe('"methods" is empty');
  expect(refused({ paths: ['/a', ''] }).problem).toBe('"paths" contains an empty string');
});

test.each(['get', 'Get', 'G T', 'G*T', '*E*'])('the method %j is refused', (method) => {
  expect(refused({ methods: [method] }).value).toBe(method);
});

test('a lower-case method is answered with the upper-case one', () => {
  expect(refused({ methods: ['patch'] }).fix).toBe('write "PATCH"');
});

test.each(['*', 'P*', '*T', 'M-SEARCH'])('the method %j passes', (method) => {
  expect(renderOperation('here', { methods: [method] })).toEqual({ methods: [method] });
});

test.each([
  ['a', 'slash or an asterisk'],
  ['/a*/b', 'not a wildcard'],
  ['*/a*', 'not a wildcard'],
  ['/a?b=1', 'without query'],
  ['/a#b', 'without query'],
  ['/{x}', 'the segment "{x}"'],
  ['/a{*}', 'the segment "a{*}"'],
  ['/{**}/a/{*}', 'a template after {**}'],
  ['/{**}/{**}', 'a template after {**}'],
  ['/{*}/b*', '"b*" next to a template'],
  ['/{*}//b', 'an empty segment'],
])('the path %j is refused: %s', (path, problem) => {
  expect(refused({ paths: [path] }).problem).toContain(problem);
  expect(refused({ notPaths: [path] }).value).toBe(path);
});

test.each(['/', '*', '/a', '/a*', '*.css', '/a/{*}/b', '/{**}', '/a/{**}/b', '/a/{*}/{**}/', '/a%20b/{*}'])(
  'the path %j passes',
  (path) => {
    expect(renderOperation('here', { paths: [path] })).toEqual({ paths: [path] });
  },
);

test.each(['https://a.example', 'a.example/x', 'a.*.example'])('the host %j is refused', (host) => {
  expect(refused({ hosts: [host] }).value).toBe(host);
});

test.each(['a.example', 'a.example:8080', '*.example', 'a.example:*', '[::1]:80'])('the host %j passes', (host) => {
  expect(renderOperation('here', { hosts: [host] })).toEqual({ hosts: [host] });
});

test.each([0, -1, 65536, 1.5, Number.NaN])('the port %d is refused', (port) => {
  expect(refused({ ports: [port] }).where).toBe('here');
});
