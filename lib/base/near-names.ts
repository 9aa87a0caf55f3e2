/**
 * The known names that were most likely meant, nearest first: those with few letters changed.
 *
 * Letter case, dashes and underscores do not count, so `matchlabels` and `match_labels` are near `matchLabels`. Of names
 * with a namespace the last part is compared, as people mistype it more often and a right name in a wrong namespace is the
 * best guess of all; the rest only decides between equals.
 */
export function nearNames(name: string, known: Iterable<string>): readonly string[] {
  const wanted = plain(lastPart(name));
  const limit = wanted.length <= 4 ? 1 : 2;
  return Array.from(known, (candidate, order) => ({ candidate, order, part: plain(lastPart(candidate)) }))
    .filter(({ part }) => Math.abs(part.length - wanted.length) <= limit)
    .map(({ candidate, order, part }) => ({ candidate, order, distance: editDistance(wanted, part) }))
    .filter(({ distance }) => distance <= limit)
    .map((near) => ({ ...near, whole: editDistance(plain(name), plain(near.candidate)) }))
    .sort((a, b) => a.distance - b.distance || a.whole - b.whole || a.order - b.order)
    .map(({ candidate }) => candidate);
}

/** The nearest of {@link nearNames}; undefined if nothing is near. */
export function nearName(name: string, known: Iterable<string>): string | undefined {
  return nearNames(name, known)[0];
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Long names are cut: nobody mistypes a letter so far in, and comparing takes the square of the length. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '').slice(0, 128);
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
