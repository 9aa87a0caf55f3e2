import { socketPath } from '../../../lib/model/teleport/tbot-config';

test.each([
  ['unix:///run/a/b.sock', '/run/a/b.sock'],
  ['unix://run/a', undefined],
  ['unix:///run/a/', undefined],
  ['/run/a', undefined],
  ['tcp://0.0.0.0:1', undefined],
  [undefined, undefined],
])('the socket of listen %j is %j', (listen, path) => {
  expect(socketPath(listen)).toBe(path);
});
