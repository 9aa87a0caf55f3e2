import Ajv from 'ajv';
import { checkFiles, type Finding, listRules, REPORT_FORMATS, renderFindings, summarize } from '../../../lib/check';

const POLICY = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: catalogue, namespace: shop}
spec:
  rules: [{}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: carts, namespace: shop}
spec:
  rules: [{from: [{source: {principals: ["spiffe://a/ns/shop/sa/b"]}}]}]
`;

const FILES = [
  { file: 'policies/shop.yaml', text: POLICY },
  { file: 'broken file.yaml', text: 'a: [' },
  { file: 'good.yaml', text: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n' },
];
const findings = checkFiles(FILES);
const files = FILES.map(({ file }) => file);

/** A finding whose texts come from a hostile file. */
const hostile = (text: string): Finding => ({
  ...(findings[0] as Finding),
  location: { file: `a${text}.yaml`, line: 1, column: 1 },
  found: `the value is "${text}"`,
});

describe('text', () => {
  const text = renderFindings('text', findings, { files });

  test('groups findings by file, and says place, rule, object, reason and remedy', () => {
    expect(text.match(/^\S.*$/gm)).toEqual([
      'policies/shop.yaml',
      'broken file.yaml',
      '2 errors, 1 warning in 2 of 3 files',
    ]);
    expect(text).toMatch(/^ {2}5:11 {2}warning {2}allow-all-rule {2}AuthorizationPolicy shop\/catalogue$/m);
    expect(text).toMatch(/^ {6}why {2}It makes every other ALLOW/m);
    expect(text).toMatch(/^ {6}fix {2}remove "spiffe:\/\/"$/m);
  });

  test('has colours only when asked', () => {
    expect(text).not.toContain('\u001b');
    expect(renderFindings('text', findings, { color: true })).toContain('\u001b[31merror\u001b[0m');
  });

  test('lets no file write to the terminal', () => {
    const text = renderFindings('text', [hostile('\u001b[2J\r')]);
    expect(text.includes('\u001b') || text.includes('\r')).toBe(false);
  });

  test('without findings is one line', () => {
    expect(renderFindings('text', [], { files })).toBe('no findings in 3 files\n');
  });
});

test('json has the findings as they are, and counts', () => {
  expect(JSON.parse(renderFindings('json', findings, { files }))).toEqual({
    summary: { errors: 2, warnings: 1, files: 3 },
    findings: JSON.parse(JSON.stringify(findings)),
  });
});

test('json counts a file that could not be read, as the summary does', () => {
  const unread = [...findings, { ...findings[0], location: { file: 'unread.yaml', line: 1, column: 1 } } as Finding];
  expect(JSON.parse(renderFindings('json', unread, { files })).summary.files).toBe(4);
  expect(summarize(unread, { files })).toContain('of 4 files');
});

describe('sarif', () => {
  // A placeholder left in a text means nothing to people.
  const words = { type: 'string', minLength: 1, not: { pattern: '\\{[a-z]+\\}' } };
  const text = { type: 'object', required: ['text'], properties: { text: words } };
  /** What OASIS' schema of SARIF 2.1.0 asks of the parts we write (oasis-tcs/sarif-spec sarif-schema-2.1.0.json). */
  const schema = {
    type: 'object',
    required: ['version', 'runs'],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string', pattern: '^https://' },
      version: { const: '2.1.0' },
      runs: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['tool'],
          additionalProperties: false,
          properties: {
            columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
            tool: {
              type: 'object',
              required: ['driver'],
              additionalProperties: false,
              properties: {
                driver: {
                  type: 'object',
                  required: ['name'],
                  additionalProperties: false,
                  properties: {
                    name: { type: 'string' },
                    version: { type: 'string' },
                    semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
                    rules: {
                      type: 'array',
                      uniqueItems: true,
                      items: {
                        type: 'object',
                        required: ['id'],
                        additionalProperties: false,
                        properties: {
                          id: { type: 'string' },
                          name: { type: 'string', pattern: '^[A-Z][A-Za-z0-9]+$' },
                          shortDescription: text,
                          fullDescription: text,
                          help: text,
                          defaultConfiguration: {
                            type: 'object',
                            additionalProperties: false,
                            properties: { level: { enum: ['none', 'note', 'warning', 'error'] } },
                          },
                          properties: {
                            type: 'object',
                            properties: { tags: { type: 'array', uniqueItems: true, items: { type: 'string' } } },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
            results: {
              type: 'array',
              items: {
                type: 'object',
                required: ['message'],
                additionalProperties: false,
                properties: {
                  ruleId: { type: 'string' },
                  ruleIndex: { type: 'integer', minimum: 0 },
                  level: { enum: ['none', 'note', 'warning', 'error'] },
                  message: text,
                  partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
                  occurrenceCount: { type: 'integer', minimum: 1 },
                  properties: { type: 'object' },
                  locations: {
                    type: 'array',
                    items: {
                      type: 'object',
                      additionalProperties: false,
                      properties: {
                        physicalLocation: {
                          type: 'object',
                          required: ['artifactLocation', 'region'],
                          additionalProperties: false,
                          properties: {
                            artifactLocation: {
                              type: 'object',
                              required: ['uri'],
                              properties: { uri: { type: 'string', pattern: "^[A-Za-z0-9._~!'()*%/-]+$" } },
                            },
                            region: {
                              type: 'object',
                              required: ['startLine'],
                              additionalProperties: false,
                              properties: {
                                startLine: { type: 'integer', minimum: 1 },
                                startColumn: { type: 'integer', minimum: 1 },
                              },
                            },
                          },
                        },
                        logicalLocations: {
                          type: 'array',
                          items: {
                            type: 'object',
                            additionalProperties: false,
                            properties: { fullyQualifiedName: { type: 'string' }, kind: { type: 'string' } },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  };
  const validate = new Ajv({ strict: true }).compile(schema);
  const log = (all: readonly Finding[]) => JSON.parse(renderFindings('sarif', all, { toolVersion: '1.2.3' }));

  test.each([
    ['findings', findings],
    ['nothing', []],
    ['odd names', [hostile('\u001b"<&>,:%\n')]],
  ])('is valid with %s', (_, all) => {
    validate(log(all));
    expect(validate.errors).toBeNull();
  });

  test('describes every rule, and each result points at its own', () => {
    const [run] = log(findings).runs;
    const { rules } = run.tool.driver;
    expect(rules).toHaveLength(listRules().length);
    for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex].id).toBe(ruleId);
  });

  test('names the address of the tool where there is one', () => {
    const driver = (options: object) => JSON.parse(renderFindings('sarif', [], options)).runs[0].tool.driver;

    expect(driver({ toolAddress: 'https://example.com/tool' }).informationUri).toBe('https://example.com/tool');
    expect(driver({})).not.toHaveProperty('informationUri');
  });

  test('names files as relative URIs and places as lines and columns', () => {
    const places = log(findings).runs[0].results.map(
      (result: { locations: { physicalLocation: unknown }[] }) => result.locations[0]?.physicalLocation,
    );
    expect(places).toEqual([
      { artifactLocation: { uri: 'policies/shop.yaml' }, region: { startLine: 5, startColumn: 11 } },
      { artifactLocation: { uri: 'policies/shop.yaml' }, region: { startLine: 11, startColumn: 42 } },
      { artifactLocation: { uri: 'broken%20file.yaml' }, region: { startLine: 1, startColumn: 4 } },
    ]);
  });
});

describe('fingerprints', () => {
  const of = (all: readonly Finding[]) =>
    JSON.parse(renderFindings('sarif', all)).runs[0].results.map(
      (result: { partialFingerprints: Record<string, string> }) => result.partialFingerprints['teleportIstio/v1'],
    );
  const moved = findings.map((finding) => ({
    ...finding,
    location: { ...finding.location, line: finding.location.line + 7, column: 1 },
  }));

  test('stay the same when lines move, and differ between findings, also between equal ones', () => {
    expect(of(moved)).toEqual(of(findings));
    expect(new Set(of([...findings, ...findings])).size).toBe(2 * findings.length);
  });

  test('are those of the report for GitLab too', () => {
    const report = JSON.parse(renderFindings('gitlab', findings));
    expect(report.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).toEqual(of(findings));
    expect(report[0]).toMatchObject({
      check_name: 'allow-all-rule',
      severity: 'minor',
      location: { path: 'policies/shop.yaml', lines: { begin: 5 } },
      description: expect.stringContaining('an empty rule allows every request. '),
    });
  });
});

test('no rule of a SARIF report has its id as its name, in whatever case', () => {
  const { rules } = JSON.parse(renderFindings('sarif', [])).runs[0].tool.driver;
  expect(rules.filter(({ id, name }: Record<string, string>) => id?.toLowerCase() === name?.toLowerCase())).toEqual([]);
  for (const { name } of rules) expect(name).toMatch(/^[A-Z][A-Za-z0-9]+$/);
});

describe('junit', () => {
  test('counts as failures what the check counts: warnings only if they fail it', () => {
    const xml = renderFindings('junit', findings, { files });
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    expect(errors).toBeLessThan(findings.length);
    expect(xml).toContain(`tests="4" failures="${errors}"`);
    expect(xml.match(/<failure /g)).toHaveLength(errors);
    expect(xml).toContain('<system-out>warning: an empty rule allows every request');
  });

  test('has a suite for each file and a failed case for each finding', () => {
    const xml = renderFindings('junit', findings, { files, failOn: 'warning' });
    expect(xml).toContain('<testsuites name="teleport-istio check" tests="4" failures="3" errors="0">');
    expect(xml.match(/<testsuite name="[^"]+" tests="\d+" failures="\d+"/g)).toEqual([
      '<testsuite name="policies/shop.yaml" tests="2" failures="2"',
      '<testsuite name="broken file.yaml" tests="1" failures="1"',
      '<testsuite name="good.yaml" tests="1" failures="0"',
    ]);
    expect(xml).toContain('<failure type="warning" message="an empty rule allows every request">');
  });

  test('escapes whatever a file holds', () => {
    const xml = renderFindings('junit', [hostile('<&">\u001b]]>')], { failOn: 'warning' });
    expect(xml).not.toContain('\u001b');
    expect(xml).toContain('message="the value is &quot;&lt;&amp;&quot;&gt;\ufffd]]&gt;&quot;"');
  });
});

describe('github', () => {
  test('is a workflow command for each finding', () => {
    const lines = renderFindings('github', findings).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(
      /^::warning file=policies\/shop.yaml,line=5,col=11,title=allow-all-rule AuthorizationPolicy shop\/catalogue::an empty rule/,
    );
  });

  test('lets no file start a command of its own', () => {
    const output = renderFindings('github', [hostile('\n::set-env name=PATH::x,y:z')]);
    expect(output.trimEnd().split('\n')).toHaveLength(1);
    expect(output).toContain('file=a%0A%3A%3Aset-env name=PATH%3A%3Ax%2Cy%3Az.yaml,');
  });

  test('keeps what looks like an escape as it is', () => {
    expect(renderFindings('github', [hostile('%0A')])).toContain('::the value is "%250A"');
  });
});

test.each(REPORT_FORMATS)('%s is the same bytes every time', (format) => {
  expect(renderFindings(format, checkFiles(FILES), { files })).toBe(renderFindings(format, findings, { files }));
});
