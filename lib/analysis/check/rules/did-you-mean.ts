import { nearName } from '../../../base/near-names';

/** What a message about an unknown name ends with: the name that was most likely meant, if one is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearName(name, known);
  return near === undefined ? '' : `, did you mean ${near}?`;
}
