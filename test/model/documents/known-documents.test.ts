import type { JsonObject } from '../../../lib/base/json';
import { stringifyManifests } from '../../../lib/base/yaml/write-yaml';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { documentsOf, filesBelow, REFERENCE } from '../../golden/written-files';

const file = 'mesh.k8s.yaml';
const documents = documentsOf(file) as readonly JsonObject[];
const text = stringifyManifests(documents);

test('documents that are known are taken as they are', () => {
  const { manifests } = readManifests([{ file, text, documents }]);

  expect(manifests.all.filter(({ container }) => !container).map(({ body }) => body)).toEqual(documents);
  expect(manifests.all[0]?.body).toBe(documents[0]);
});

test('whether they are known or read, the manifests are the same, and stand at the same places', () => {
  const seen = (known: boolean) => {
    const { manifests, problems } = readManifests([{ file, text, ...(known && { documents }) }]);
    expect(problems).toEqual([]);
    return manifests.all.map(({ body, locate, container, ...rest }) => ({
      ...rest,
      body,
      inside: container?.pointer,
      location: locate('/metadata/name'),
    }));
  };

  expect(seen(true)).toEqual(seen(false));
  // Documents inside of documents are among them.
  expect(seen(true).some(({ inside }) => inside !== undefined)).toBe(true);
});

test('documents that are not those of the text are not believed', () => {
  const { manifests } = readManifests([{ file, text, documents: documents.slice(1) }]);

  expect(manifests.all.filter(({ container }) => !container)).toHaveLength(documents.length);
});

test('what synthesis writes reads back as what it knows', () => {
  for (const [path, written] of filesBelow(`${REFERENCE}/dist`)) {
    if (!path.endsWith('.k8s.yaml')) continue;
    const known = documentsOf(path) as readonly JsonObject[];
    // The line that says what to edit is no document.
    expect(stringifyManifests(known)).toBe(written.replace(/^#.*\n/, ''));
  }
});
