import { templateActions } from '../../base/go-template/go-template';
import { mayPrintStructure } from '../../base/go-template/template-branches';
import { fromPointer } from '../../base/json-pointer';
import type { Manifest } from '../../model/documents/manifest';
import { kindsOf, loadSchemas } from './schema-files';
import { type SchemaViolation, SchemaWalker } from './schema-walker';

const NONE: readonly SchemaViolation[] = [];

let walker: SchemaWalker | undefined;

/**
 * Holds an injection template against the fields of a Pod, over which the injector lays what it prints, dropping what a
 * Pod does not have (istio/istio pkg/kube/inject/webhook.go `applyOverlayYAML`). Values are judged only in a template
 * without actions, fields only where the actions cannot move them elsewhere.
 */
export function validateTemplate({ body, text = '' }: Manifest): readonly SchemaViolation[] {
  const isPlain = templateActions(text).length === 0;
  if (!isPlain && mayPrintStructure(text)) return NONE;
  const kubernetes = loadSchemas('kubernetes');
  const pod = kubernetes.definitions[kindsOf(kubernetes)['/v1/Pod'] ?? ''] ?? {};
  walker ??= new SchemaWalker(kubernetes.definitions, { isPartial: true });
  return walker.validate(pod, body).filter((violation) => {
    // The top of a template has a rule of its own.
    if (fromPointer(violation.pointer).length < 2 || violation.pointer.includes('__template__')) return false;
    return violation.type === 'unknown-field' ? !isDirective(violation.field) : isPlain;
  });
}

/** Whether a key says how to merge (kubernetes/apimachinery pkg/util/strategicpatch). */
function isDirective(field: string): boolean {
  return field.startsWith('$');
}
