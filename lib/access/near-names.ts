/** The most names a message lists. */
const MOST = 3;

/** The known names that look most like a mistyped one, nearest first; none if nothing is near. */
export function nearNames(mistyped: string, known: Iterable<string>): readonly string[] {
  const limit = Math.max(2, Math.floor(mistyped.length / 3));
  return [...known]
    .map((name) => ({ name, distance: distance(lastPart(mistyped), lastPart(name)) + distance(mistyped, name) / 100 }))
    .filter((candidate) => candidate.distance <= limit)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map((candidate) => candidate.name);
}

/** People mistype names more often than namespaces, and a right name in a wrong namespace is the best guess of all. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Levenshtein's: how many characters must be put in, taken out or replaced. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
