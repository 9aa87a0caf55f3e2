import { expandPrincipals, expandTrustDomains } from '../../../lib/analysis/policy/principal-expansion';

describe('expandPrincipals', () => {
  test.each([
    // cluster.local means the mesh's trust domains, whatever they are called, and no longer itself.
    [['cluster.local/ns/a/sa/b'], ['td1', 'td2'], ['td1/ns/a/sa/b', 'td2/ns/a/sa/b']],
    [['td1/ns/a/sa/b'], ['td1', 'td2'], ['td1/ns/a/sa/b', 'td2/ns/a/sa/b']],
    [['td2/ns/a/sa/b'], ['td1', 'td2'], ['td1/ns/a/sa/b', 'td2/ns/a/sa/b']],
    [['foreign/ns/a/sa/b'], ['td1'], ['foreign/ns/a/sa/b']],
    [['*/ns/a/sa/b'], ['td1'], ['*/ns/a/sa/b']],
    [['*'], ['td1'], ['*']],
    // Four parts take no part.
    [['cluster.local/ns/a/*'], ['td1'], ['cluster.local/ns/a/*']],
    [['cluster.local/ns/a/sa/*'], ['td1'], ['td1/ns/a/sa/*']],
    // A leading star that fits an entry stays as it is for that entry, once.
    [['*-td/ns/a/sa/b'], ['old-td', 'new-td'], ['*-td/ns/a/sa/b']],
    [['*-td/ns/a/sa/b'], ['old-td', 'other'], ['*-td/ns/a/sa/b', 'other/ns/a/sa/b']],
    [['td*/ns/a/sa/b'], ['td1'], ['td1/ns/a/sa/b']],
  ])('%j in a mesh of %j is %j', (principals, trustDomains, expected) => {
    expect(expandPrincipals(principals, trustDomains)).toEqual(expected);
  });
});

test('a trustDomains value that names one of the mesh’s stands for all of them', () => {
  expect(expandTrustDomains(['td2', 'x'], ['td1', 'td2'])).toEqual(['td1', 'td2', 'x']);
});
