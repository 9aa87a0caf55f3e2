/**
 * Writes output directories one after another, each file with the version it belongs to, for whoever kills it meanwhile:
 *
 *   node build/scripts/write-versions.js DIRECTORY VERSION FILES TIMES
 */
import { writeOutputDirectory } from '../lib/constructs/app/output-directory';

const [directory = '', version = '', files = '1', times = '1'] = process.argv.slice(2);
for (let run = 0; run < Number(times); run += 1) {
  const text = `${version}-${run}\n`;
  writeOutputDirectory(
    directory,
    new Map(Array.from({ length: Number(files) }, (_, at) => [`chart-${at}.k8s.yaml`, text] as const)),
  );
}
