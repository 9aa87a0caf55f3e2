import { InvalidInputError } from '../../base/invalid-input-error';

/** What `target` may name; the compiler holds it against TargetProps. */
const COMPONENTS = {
  istio: true,
  kubernetes: true,
  teleport: true,
  csiDriver: true,
} as const satisfies Readonly<Record<keyof import('../../upstream/releases/target').TargetProps, true>>;

/** For each property of the plugin, what it must be and whether a value is that. */
const PROPERTIES: Readonly<Record<string, readonly [allowed: string, fits: (value: unknown) => boolean]>> = {
  failOn: ['"error" or "warning"', (value) => value === 'error' || value === 'warning'],
  target: [`a mapping of ${Object.keys(COMPONENTS).join(', ')} to releases in quotes`, isTarget],
  complete: ['true or false', (value) => typeof value === 'boolean'],
  rules: ['a list of ids of rules', isListOfTexts],
  skip: ['a list of ids of rules', isListOfTexts],
};

/**
 * Validates the plugin's properties in `cdk8s.yaml`, which no compiler has checked.
 *
 * @throws InvalidInputError if a property is unknown or has an impossible value
 */
export function checkPluginProps(props: unknown): void {
  const where = 'TeleportIstioValidation';
  if (!isMapping(props)) {
    const allowed = `a mapping with ${Object.keys(PROPERTIES).join(', ')}`;
    throw new InvalidInputError({ where, problem: 'the properties are not a mapping', value: props, allowed });
  }
  for (const [name, value] of Object.entries(props)) {
    const property = Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name] : undefined;
    if (!property) {
      const allowed = Object.keys(PROPERTIES).join(', ');
      throw new InvalidInputError({ where, problem: 'there is no such property', value: name, allowed });
    }
    const [allowed, fits] = property;
    if (value === undefined || fits(value)) continue;
    throw new InvalidInputError({ where, problem: `the property ${name} cannot be used`, value, allowed });
  }
  const { target, rules, skip } = props as { target?: object; rules?: readonly string[]; skip?: readonly string[] };
  if (target)
    (require('../../upstream/releases/target') as typeof import('../../upstream/releases/target')).Target.of(
      target,
      where,
    );
  if (rules || skip) {
    // Loading the rules takes time, so only who names one pays for it before there is something to check.
    const { chooseRules } = require('./choose-rules') as typeof import('./choose-rules');
    chooseRules(where, { ...(rules && { rules }), ...(skip && { skip }) });
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTarget(value: unknown): boolean {
  return (
    isMapping(value) &&
    Object.entries(value).every(
      ([name, release]) => Object.hasOwn(COMPONENTS, name) && (release === undefined || typeof release === 'string'),
    )
  );
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
