import { editorSchemaComment, INSTALLED_SCHEMA } from '../../base/editor-schema';
import { mainTemplate } from './main-template';
import { checkProject, type ProjectOptions } from './project-options';

/** Releases the project is made with. */
export interface ProjectDependencies {
  /** For `dependencies`: this package and what it needs. */
  readonly runtime: Readonly<Record<string, string>>;
  /** For `devDependencies`: the compiler and its types. */
  readonly development: Readonly<Record<string, string>>;
}

/**
 * The files of a new project by their paths: small, and complete enough to be synthesized and tested at once.
 *
 * @param name of the directory; only the package is called by it
 * @throws InvalidInputError if the project's first synthesis would refuse an option
 */
export function projectFiles(
  name: string,
  options: ProjectOptions,
  { runtime, development }: ProjectDependencies,
): ReadonlyMap<string, string> {
  checkProject(options);
  const [namespace = ''] = options.namespaces;
  return new Map([
    ['package.json', json(packageJson(name, runtime, development))],
    ['tsconfig.json', json(TSCONFIG)],
    [
      'cdk8s.yaml',
      '# For those who prefer `cdk8s synth`; `npm run synth` needs no CLI.\nlanguage: typescript\napp: node build/main.js\n',
    ],
    ['main.ts', mainTemplate(options)],
    ['access.yaml', accessTemplate(namespace)],
    ['.gitignore', 'node_modules/\nbuild/\n'],
    ['README.md', readme(name, options)],
  ]);
}

function packageJson(name: string, dependencies: object, devDependencies: object): object {
  return {
    name: packageName(name),
    private: true,
    scripts: {
      synth: 'tsc -p . && node build/main.js',
      test: 'npm run synth && teleport-istio check dist/ && teleport-istio test access.yaml dist/',
    },
    dependencies,
    devDependencies,
  };
}

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'node20',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    rootDir: '.',
    outDir: 'build',
  },
  include: ['*.ts'],
};

function accessTemplate(namespace: string): string {
  return `${editorSchemaComment(INSTALLED_SCHEMA)}# Who may call whom. \`npm test\` compares dist/ with it.
allow:
  - { from: ${namespace}/client, to: ${namespace}/echo, method: GET, path: / }
deny:
  - { from: ${namespace}/client, to: ${namespace}/echo, method: [POST, DELETE], path: / }
  - { from: outside, to: '*' }
otherwise: deny # every pair that no line above allows
`;
}

function readme(name: string, { join }: ProjectOptions): string {
  const keys =
    join === 'static_jwks' ? 'kubectl get --raw /openid/v1/jwks > jwks.json # public keys, one file per cluster\n' : '';
  return `# ${name}

An Istio mesh whose workload identities come from Teleport. \`main.ts\` describes it, \`dist/\` is what is applied.

\`\`\`sh
npm install
${keys}npm run synth # writes dist/
npm test      # synthesizes, checks dist/, and compares it with access.yaml
\`\`\`

Apply it in this order, the first time and whenever a synthesis says that the order matters:

\`\`\`sh
tctl create -f dist/teleport/teleport.yaml
kubectl apply -f dist/00-namespaces.k8s.yaml -f dist/mesh.k8s.yaml
istioctl install -f dist/istio/istio-operator.yaml
kubectl apply -f dist/
\`\`\`

Useful commands:

\`\`\`sh
npx teleport-istio versions       # which releases this needs
npx teleport-istio access         # who may call whom
npx teleport-istio diff --cluster # what applying would change
npx teleport-istio uninstall      # how to remove it
\`\`\`
`;
}

/** What npm accepts as the name of a package, as near to the directory's as it gets. */
function packageName(folder: string): string {
  return (
    folder
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[._-]+/, '') || 'mesh'
  );
}

function json(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
