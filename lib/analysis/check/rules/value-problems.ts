/** What is wrong with a ServiceAccount in a policy; undefined if nothing is. */
export function serviceAccountProblem(text: string): string | undefined {
  if (text.includes('*')) return 'has a star';
  const parts = text.split('/');
  if (parts.length > 2) return 'has more than one slash';
  if (text.length > 320) return 'has more than 320 characters';
  return parts.length === 2 && parts.includes('') ? 'has an empty part' : undefined;
}

/** What is wrong with a trust domain in a policy; undefined if nothing is. */
export function trustDomainProblem(text: string): string | undefined {
  if (text.includes('/')) return 'has a slash';
  const stars = text.split('*').length - 1;
  if (stars > 1) return 'has more than one star';
  return stars === 1 && !text.startsWith('*') && !text.endsWith('*') ? 'has a star inside' : undefined;
}

/** Characters a literal segment may have beside a template (Envoy's URI template matcher). */
const LITERAL_SEGMENT = /^[A-Za-z0-9._~%!$&'()+,;:@=-]+$/;

/** What is wrong with a path that has braces; undefined if it has none, or nothing is. */
export function pathTemplateProblem(path: string): string | undefined {
  if (!/[{}]/.test(path)) return undefined;
  const segments = path.replace(/^\//, '').split('/');
  let afterRest = false;
  for (const segment of segments) {
    const isOperator = segment === '{*}' || segment === '{**}';
    if (/[{}]/.test(segment) && !isOperator) return `has the segment "${segment}"`;
    if (isOperator && afterRest) return 'has a template after {**}';
    if (segment === '{**}') afterRest = true;
    if (!isOperator && !LITERAL_SEGMENT.test(segment)) {
      return segment === '' ? 'has an empty segment beside a template' : `has "${segment}" beside a template`;
    }
  }
  return undefined;
}
