/** What is wrong with a ServiceAccount in a policy; undefined if nothing is. */
export function serviceAccountProblem(text: string): string | undefined {
  if (text.includes('*')) return 'has an asterisk';
  const parts = text.split('/');
  if (parts.length > 2) return 'has more than one slash';
  if (text.length > 320) return 'has more than 320 characters';
  return parts.length === 2 && parts.includes('') ? 'has an empty part' : undefined;
}

/** What is wrong with a trust domain in a policy; undefined if nothing is. */
export function trustDomainProblem(text: string): string | undefined {
  if (text.includes('/')) return 'has a slash';
  const stars = text.split('*').length - 1;
  if (stars > 1) return 'has more than one asterisk';
  return stars === 1 && !text.startsWith('*') && !text.endsWith('*') ? 'has an asterisk in the middle' : undefined;
}
