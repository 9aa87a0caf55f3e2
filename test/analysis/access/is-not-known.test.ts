import { type Decision, isNotKnown, type WayThroughGateway } from '../../../lib/analysis/access/decision';

/** No more of a decision than the question is about. */
const decision = (reason: object) => ({ reason }) as unknown as Decision;
const ambient = decision({ kind: 'ambient' });
const plain = decision({ kind: 'no-policy' });
const throughGateway = (...ways: readonly (readonly [WayThroughGateway['verdict'], Decision])[]) =>
  decision({
    kind: 'through-gateway',
    ways: ways.map(([verdict, atCallee]) => ({ verdict, atGateway: [plain], atCallee })),
  });

test.each([
  ['a way that is open for a reason that nobody can state', [['depends', ambient]], true],
  ['a way that is open for what a request may state', [['depends', plain]], false],
  ['a way that is closed whatever is behind it', [['denied', ambient]], false],
  [
    'one of two ways',
    [
      ['denied', ambient],
      ['depends', ambient],
    ],
    true,
  ],
] as const)('through a gateway: %s', (_, ways, expected) => {
  expect(isNotKnown(throughGateway(...ways))).toBe(expected);
});
