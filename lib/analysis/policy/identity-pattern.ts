import type { Target } from '../../upstream/releases/target';
import { SPIFFE_SCHEME } from '../../upstream/spiffe/identity-uri';
import { ANY, type GlobPart, glob, STAR } from './glob';
import { stringPattern } from './string-pattern';
import { MAYBE, type Truth, truth } from './truth';

/** A test of the URI SAN in a client's certificate. */
export type IdentityTest = (uri: string) => Truth;

/**
 * A value of `principals`. The scheme is always put in front, so a value that carries it never matches anybody
 * (istio/istio pilot/pkg/security/authz/model/generator.go).
 */
export function principalPattern(pattern: string, target: Target): IdentityTest {
  if (pattern !== '*' && pattern.startsWith('*')) {
    return globTest([SPIFFE_SCHEME, STAR, ...name(pattern.slice(1), target.quotesPrincipalPatterns)]);
  }
  const test = stringPattern(pattern === '*' ? pattern : SPIFFE_SCHEME + pattern);
  return (uri) => truth(test(uri));
}

/**
 * A value of `namespaces`. It is looked for as `/ns/<value>/` anywhere in the identity: no trust domain is checked, and a
 * star spans slashes.
 */
export function namespacePattern(pattern: string, target: Target): IdentityTest {
  const parts = pattern.split('*').flatMap<NamePart>((text, index) => {
    const quoted = name(text, target.quotesPrincipalPatterns);
    return index === 0 ? quoted : [STAR, ...quoted];
  });
  return globTest([STAR, '/ns/', ...parts, '/', STAR]);
}

/**
 * A value of `serviceAccounts`, `name` or `namespace/name`: any trust domain, and further segments before `/ns/`, between
 * the two and after the ServiceAccount are accepted.
 *
 * @param ownNamespace the policy's namespace, also for a policy in the root namespace
 */
export function serviceAccountPattern(pattern: string, ownNamespace: string, target: Target): IdentityTest {
  const slash = pattern.indexOf('/');
  const namespace = name(slash < 0 ? ownNamespace : pattern.slice(0, slash), target.quotesServiceAccountPatterns);
  const account = name(slash < 0 ? pattern : pattern.slice(slash + 1), target.quotesServiceAccountPatterns);
  const tests = [[], [ANY, STAR, '/']].flatMap((between: readonly GlobPart[]) =>
    [[], ['/', ANY, STAR]].map((after: readonly GlobPart[]) =>
      globTest([SPIFFE_SCHEME, ANY, STAR, '/ns/', ...namespace, '/', ...between, 'sa/', ...account, ...after]),
    ),
  );
  return (uri) => tests.reduce<Truth>((best, test) => Math.max(best, test(uri)) as Truth, 0);
}

/** A value of `trustDomains`; an asterisk matches only characters of the trust domain, so no slash. */
export function trustDomainPattern(pattern: string): IdentityTest {
  const test =
    pattern === '*' ? () => true : glob(pattern.split('*').flatMap<GlobPart>((t, i) => (i === 0 ? [t] : [STAR, t])));
  return (uri) => {
    const slash = uri.indexOf('/', SPIFFE_SCHEME.length);
    if (!uri.startsWith(SPIFFE_SCHEME)) return truth(false);
    if (pattern === '*') return truth(true);
    return truth(slash > 0 && test(uri.slice(SPIFFE_SCHEME.length, slash)));
  };
}

/** Text that an unquoting Istio reads as part of a regular expression which this evaluator does not interpret. */
const UNREADABLE = { standsFor: 'a regular expression' } as const;
type NamePart = GlobPart | typeof UNREADABLE;

function name(text: string, quoted: boolean): readonly NamePart[] {
  if (quoted) return [text];
  if (/[\\^$*+?()[\]{}|]/.test(text)) return [UNREADABLE];
  return text.split('.').flatMap<NamePart>((part, index) => (index === 0 ? [part] : [ANY, part]));
}

function globTest(parts: readonly NamePart[]): IdentityTest {
  const readable = parts.filter((part): part is GlobPart => part !== UNREADABLE);
  if (readable.length < parts.length) return () => MAYBE;
  const test = glob(readable);
  return (uri) => truth(test(uri));
}
